//! Which rules are on and what they assume, as flags say.

use std::path::PathBuf;

use crate::policy::config::Preset;
use crate::schema::version::Version;

/// Which rules are on and what they assume: what is said here goes before the configuration file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    /// The configuration file, instead of the one that is found upward from each input.
    pub(crate) config: Option<PathBuf>,
    /// The files and directories to skip besides those of the configuration, as patterns below the working directory.
    pub(crate) exclude: Vec<String>,
    /// Whether no configuration file is used.
    pub(crate) no_config: bool,
    /// These rules only, whatever the preset has, as patterns of ids; all of the preset's where it is empty.
    pub(crate) select: Vec<String>,
    /// The rules that are off, as patterns of ids.
    pub(crate) ignore: Vec<String>,
    /// The rules to start from.
    pub(crate) preset: Option<Preset>,
    /// The Kubernetes version that the manifests are for.
    pub(crate) kubernetes_version: Option<Version>,
    /// The date that counts as today.
    pub(crate) as_of: Option<jiff::civil::Date>,
}
