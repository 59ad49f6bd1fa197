//! What a run is asked to do, as data: flags, and the `.batchlint.yaml` that is found upward from an input.

pub mod admission;
pub mod file;
mod setting;

use crate::diagnostic::registry::Registry;
use crate::text::pattern::Exclude;
use crate::text::pattern::Pattern;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use admission::AdmissionConfig;
pub use setting::{ActiveRule, RuleLevel, RuleSetting, SetOption};

use crate::diagnostic::finding::{Finding, Subject};
use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::{Meta, Scope};
use crate::diagnostic::severity::Severity;
use crate::schema::version::Version;

/// The rule whose severity `require-reason` raises.
const WITHOUT_REASON: &str = "suppression-without-reason";

/// The rules that are on by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preset {
    /// Errors and warnings.
    #[default]
    Default,
    /// Everything, good practice too.
    Strict,
    /// Security and secrets, good practice too, and whatever is not a valid manifest.
    Security,
}

impl Preset {
    /// All presets.
    pub const ALL: [Preset; 3] = [Preset::Default, Preset::Strict, Preset::Security];

    /// Returns the name that people know it by.
    pub fn as_str(self) -> &'static str {
        match self {
            Preset::Default => "default",
            Preset::Strict => "strict",
            Preset::Security => "security",
        }
    }

    /// Whether the preset has a rule whose findings are of this severity.
    pub fn has(self, rule: &Meta, severity: Severity) -> bool {
        match self {
            Preset::Default => severity >= Severity::Warning,
            Preset::Strict => true,
            Preset::Security => {
                let is_validity = rule.category == Category::Validity && severity == Severity::Error;
                matches!(rule.category, Category::Security | Category::Secrets) || is_validity
            }
        }
    }
}

/// What a run is asked to do.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// All rules that there are.
    pub registry: Registry,
    /// The rules to start from.
    pub preset: Preset,
    /// Only these rules, whatever the preset has; none means the preset's.
    pub select: HashSet<&'static str>,
    /// Without these rules.
    pub ignore: HashSet<&'static str>,
    /// The files that are left out, for each configuration file that was read, relative to its directory; later ones win.
    pub exclude: Vec<ExcludedFiles>,
    /// What is set for rules, by id; later ones win.
    pub rules: BTreeMap<&'static str, Vec<Arc<RuleSetting>>>,
    /// What is set for rules in some places only; later ones win.
    pub overrides: Vec<Override>,
    /// What comments and annotations may do.
    pub suppressions: SuppressionPolicy,
    /// What the admission webhook does with findings.
    pub admission: AdmissionConfig,
    /// What rules are to assume.
    pub assumptions: Assumptions,
    /// Where settings with a single value are set: `.batchlint.yaml:7`, by their keys.
    pub origins: BTreeMap<&'static str, Arc<str>>,
}

/// The files that a configuration file leaves out.
#[derive(Clone, Debug, Default)]
pub struct ExcludedFiles {
    /// The patterns.
    pub exclude: Exclude,
    /// Where each of the patterns is written.
    pub origins: Vec<Arc<str>>,
}

/// What is set for the files and objects that all its selectors match; a selector without patterns matches all.
#[derive(Clone, Debug, Default)]
pub struct Override {
    /// Which of the configuration files has it, in the order in which they were read.
    pub file: usize,
    /// Patterns of paths, relative to the directory of that file.
    pub paths: Vec<Pattern>,
    /// Patterns of namespaces.
    pub namespaces: Vec<Pattern>,
    /// Patterns of object names.
    pub names: Vec<Pattern>,
    /// What is set for rules, by id.
    pub rules: BTreeMap<&'static str, Arc<RuleSetting>>,
}

/// What comments and annotations may do.
#[derive(Clone, Debug, Default)]
pub struct SuppressionPolicy {
    /// Whether a suppression without a reason is a warning instead of an info.
    pub require_reason: bool,
    /// Rules that nobody may suppress, with where that is written.
    pub forbidden: BTreeMap<&'static str, Arc<str>>,
}

impl Config {
    /// Makes the configuration of a run without flags, for the newest Kubernetes and with `as_of` as today.
    pub fn new(registry: Registry, as_of: jiff::civil::Date) -> Self {
        Config {
            registry,
            preset: Preset::Default,
            select: HashSet::new(),
            ignore: HashSet::new(),
            exclude: Vec::new(),
            rules: BTreeMap::new(),
            overrides: Vec::new(),
            suppressions: SuppressionPolicy::default(),
            admission: AdmissionConfig::default(),
            assumptions: Assumptions { kubernetes_version: Version::NEWEST, as_of, gitops: false },
            origins: BTreeMap::new(),
        }
    }

    /// Returns for each override whether it is for a file, given its path relative to the directory of each configuration
    /// file that was read.
    pub fn overrides_at(&self, paths: &[String]) -> Vec<bool> {
        let path_for = |it: &Override| paths.get(it.file).map_or("", String::as_str);
        let applies = |it: &Override| {
            it.paths.is_empty() || it.paths.iter().any(|pattern| pattern.matches(path_for(it)))
        };
        self.overrides.iter().map(applies).collect()
    }

    /// Returns the configuration with those of its overrides only that apply, which then depend on no path.
    pub fn with_overrides(&self, applying: &[bool]) -> Config {
        let mut config = self.clone();
        let mut applying = applying.iter().copied();
        config.overrides.retain(|_| applying.next().unwrap_or_default());
        config.overrides.iter_mut().for_each(|it| it.paths.clear());
        config
    }

    /// Whether the rules depend on the file.
    pub fn depends_on_path(&self) -> bool {
        self.overrides.iter().any(|it| !it.paths.is_empty())
    }

    /// Whether the rules depend on the object.
    pub fn depends_on_object(&self) -> bool {
        self.overrides.iter().any(|it| !it.namespaces.is_empty() || !it.names.is_empty())
    }

    /// Returns the rules that are on for an object, in the order of their ids; of a file as a whole without one.
    ///
    /// `syntax-error` is always among them: what cannot be read is never passed over.
    pub fn rules_for(&self, subject: Option<&Subject>) -> Vec<ActiveRule> {
        self.decisions(subject).filter_map(|(active, is_on)| is_on.then_some(active)).collect()
    }

    /// Returns every rule with what is set for it, and whether it is on, in the order of the registry.
    pub fn decisions(&self, subject: Option<&Subject>) -> impl Iterator<Item = (ActiveRule, bool)> {
        let overrides: Vec<_> = self.overrides.iter().filter(|it| it.matches(subject)).collect();
        self.registry.iter().map(move |rule| self.decide(rule, &overrides))
    }

    /// Returns a rule with what is set for it where it checks an object.
    pub fn active(&self, rule: &'static Meta, subject: &Subject) -> ActiveRule {
        let overrides: Vec<_> = self.overrides.iter().filter(|it| it.matches(Some(subject))).collect();
        self.decide(rule, &overrides).0
    }

    /// Whether a rule checks an object.
    pub fn wants(&self, rule: &'static Meta, subject: &Subject) -> bool {
        let overrides: Vec<_> = self.overrides.iter().filter(|it| it.matches(Some(subject))).collect();
        self.decide(rule, &overrides).1
    }

    /// Whether a finding of a rule that is on is shown: some rules have milder findings too, which a preset may
    /// leave out. `active` is the rule, with what is set for it where the finding is.
    pub fn shows(&self, finding: &Finding, active: Option<&ActiveRule>) -> bool {
        !self.select.is_empty()
            || self.preset.has(finding.rule, finding.severity)
            || active.is_some_and(ActiveRule::is_set)
    }

    #[inline]
    fn decide(&self, rule: &'static Meta, overrides: &[&Override]) -> (ActiveRule, bool) {
        let mut settings = Vec::new();
        if !self.rules.is_empty() || !overrides.is_empty() {
            let own = self.rules.get(rule.id).into_iter().flatten();
            settings.extend(own.chain(overrides.iter().filter_map(|it| it.rules.get(rule.id))).cloned());
        }
        let level = settings.iter().rev().find_map(|setting| setting.level);
        let severity = match level {
            Some(RuleLevel::On(severity)) => severity,
            _ => rule.severity,
        };
        let severity = if self.suppressions.require_reason && rule.id == WITHOUT_REASON {
            severity.max(Severity::Warning)
        } else {
            severity
        };
        let is_wanted = match rule.scope {
            Scope::File => true,
            _ if self.ignore.contains(rule.id) => false,
            _ if !self.select.is_empty() => self.select.contains(rule.id),
            // What is said of the rule itself goes before the preset.
            _ => match level {
                Some(RuleLevel::Off) => false,
                Some(RuleLevel::On(_)) => true,
                None => self.preset.has(rule, severity),
            },
        };
        (ActiveRule::new(rule, severity, settings), is_wanted)
    }
}

impl Override {
    fn matches(&self, subject: Option<&Subject>) -> bool {
        let matches = |patterns: &[Pattern], text: Option<&str>| {
            patterns.is_empty()
                || text.is_some_and(|text| patterns.iter().any(|pattern| pattern.matches(text)))
        };
        let namespace = subject.map(|subject| subject.namespace.as_str());
        let name = subject.map(|subject| subject.name.as_str());
        matches(&self.namespaces, namespace) && matches(&self.names, name)
    }
}

/// What a run is asked to assume.
#[derive(Clone, Copy, Debug)]
pub struct Assumptions {
    /// The Kubernetes minor that the manifests are for.
    pub kubernetes_version: Version,
    /// The day that counts as today.
    pub as_of: jiff::civil::Date,
    /// Whether GitOps applies everything, as the configuration says.
    pub gitops: bool,
}
