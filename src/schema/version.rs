//! Minor versions of Kubernetes.

use std::fmt;
use std::str::FromStr;

/// A minor version of Kubernetes 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The number after `1.`.
    pub minor: u8,
}

impl Version {
    /// The newest version whose types are known.
    pub const NEWEST: Version = Version { minor: NEWEST_MINOR };
    /// The oldest version whose types are known.
    pub const OLDEST: Version = Version { minor: OLDEST_MINOR };
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "1.{}", self.minor)
    }
}

/// Why a text is not a version that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// The text is not a version of Kubernetes.
    #[error(
        "`{0}` is not a Kubernetes version such as {newest}; the known versions are {oldest} to {newest}",
        oldest = Version::OLDEST,
        newest = Version::NEWEST
    )]
    Malformed(String),
    /// The types of the version are not known.
    #[error(
        "Kubernetes {0} is not known; the known versions are {oldest} to {newest}",
        oldest = Version::OLDEST,
        newest = Version::NEWEST
    )]
    Unknown(String),
}

impl FromStr for Version {
    type Err = VersionError;

    /// Reads `1.36`, also with a `v` before it or a patch after it.
    fn from_str(text: &str) -> Result<Self, VersionError> {
        let mut parts = text.strip_prefix('v').unwrap_or(text).split('.');
        let (major, minor, patch) = (parts.next(), parts.next(), parts.next());
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if major != Some("1") || parts.next().is_some() || !patch.is_none_or(is_number) {
            return Err(VersionError::Malformed(text.to_owned()));
        }
        match minor.and_then(|minor| minor.parse().ok()).map(|minor| Version { minor }) {
            Some(version) if (Version::OLDEST..=Version::NEWEST).contains(&version) => Ok(version),
            _ => Err(VersionError::Unknown(text.to_owned())),
        }
    }
}

/// The oldest Kubernetes minor that the schema knows: 1.29.
pub const OLDEST_MINOR: u8 = 29;

/// The newest Kubernetes minor that the schema knows, whose answers are proven word for word: 1.37.
pub const NEWEST_MINOR: u8 = 37;
