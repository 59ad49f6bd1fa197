//! The rules of a configuration, decided once for all files.

use std::ops::Deref;

use super::dispatch::{Enabled, enabled};
use crate::policy::config::Config;

/// A configuration with the rules that are on in a file as a whole.
#[derive(Debug)]
pub struct RuleSet {
    config: Config,
    pub(super) rules: Vec<Enabled>,
}

impl RuleSet {
    /// Decides which rules of a configuration are on.
    pub fn new(config: Config) -> Self {
        RuleSet { rules: enabled(&config, None), config }
    }
}

impl Deref for RuleSet {
    type Target = Config;

    fn deref(&self) -> &Config {
        &self.config
    }
}
