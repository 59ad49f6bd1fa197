//! What the API server of each Kubernetes minor knows and says.

mod affinity;
pub mod allowed;
mod annotation;
pub mod answer;
pub mod at;
mod claim;
mod container;
mod cron_job;
pub mod decode;
pub mod default;
mod env;
pub mod error;
mod failure_policy;
mod ip;
mod job;
mod metadata;
mod mount;
mod names;
pub mod nearest;
pub mod newer;
mod number;
mod overlap;
mod pod;
mod probe;
pub mod required;
mod resources;
pub mod schema;
mod security;
mod spread;
pub mod strict;
mod success_policy;
mod time;
mod undecodable;
pub mod verdict;
mod volume;
mod volume_source;
pub mod warning;
mod windows;

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
    pub const NEWEST: Version = Version { minor: schema::NEWEST_MINOR };
    /// The oldest version whose types are known.
    pub const OLDEST: Version = Version { minor: schema::OLDEST_MINOR };
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "1.{}", self.minor)
    }
}

impl FromStr for Version {
    type Err = String;

    /// Reads `1.36`, also with a `v` before it or a patch behind it.
    fn from_str(text: &str) -> Result<Self, String> {
        let known = || format!("known are {} to {}", Version::OLDEST, Version::NEWEST);
        let mut parts = text.strip_prefix('v').unwrap_or(text).split('.');
        let (major, minor, patch) = (parts.next(), parts.next(), parts.next());
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if major != Some("1") || parts.next().is_some() || !patch.is_none_or(is_number) {
            return Err(format!(
                "`{text}` is no Kubernetes version such as {}; {}",
                Version::NEWEST,
                known()
            ));
        }
        match minor.and_then(|minor| minor.parse().ok()).map(|minor| Version { minor }) {
            Some(version) if (Version::OLDEST..=Version::NEWEST).contains(&version) => Ok(version),
            _ => Err(format!("the types of Kubernetes {text} are not known; {}", known())),
        }
    }
}
