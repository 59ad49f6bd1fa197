//! What a run is asked to do, as data.

use std::collections::HashSet;

use crate::finding::Severity;
use crate::kubernetes::Version;
use crate::rule::{Assumptions, Category, Rule};
use crate::rules;

/// Which rules speak unless they are named one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preset {
    /// Errors and warnings.
    #[default]
    Default,
    /// Everything, good practice too.
    Strict,
    /// Security and secrets, good practice too, and whatever is no valid manifest.
    Security,
}

impl Preset {
    /// Says whether the preset has the rule.
    pub fn has(self, rule: &Rule) -> bool {
        match self {
            Preset::Default => rule.severity >= Severity::Warning,
            Preset::Strict => true,
            Preset::Security => {
                let is_validity = rule.category == Category::Validity && rule.severity == Severity::Error;
                matches!(rule.category, Category::Security | Category::Secrets) || is_validity
            }
        }
    }
}

/// What a run is asked to do.
#[derive(Clone, Debug)]
pub struct Config {
    /// The rules to start from.
    pub preset: Preset,
    /// Only these rules, whatever the preset has; none means the preset's.
    pub select: HashSet<&'static str>,
    /// Without these rules.
    pub ignore: HashSet<&'static str>,
    /// What rules are to assume.
    pub assumptions: Assumptions,
}

impl Config {
    /// Makes the configuration of a run without flags, for the newest Kubernetes and with `as_of` as today.
    pub fn new(as_of: jiff::civil::Date) -> Self {
        let assumptions = Assumptions { kubernetes_version: Version::NEWEST, as_of };
        Config { preset: Preset::Default, select: HashSet::new(), ignore: HashSet::new(), assumptions }
    }

    /// Returns the rules of a run, in the order of their ids, with the severity of their findings.
    ///
    /// `syntax-error` is always among them: what cannot be read is never passed over.
    pub fn rules(&self) -> Vec<(&'static Rule, Severity)> {
        let wanted = |rule: &Rule| match rule.check {
            crate::rule::Check::Syntax(_) => true,
            _ if self.ignore.contains(rule.id) => false,
            _ if self.select.is_empty() => self.preset.has(rule),
            _ => self.select.contains(rule.id),
        };
        rules::ALL.iter().filter(|rule| wanted(rule)).map(|&rule| (rule, rule.severity)).collect()
    }
}
