//! What the admission webhook does with findings: the `admission` section of the configuration.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::finding::Finding;
use crate::diagnostic::practice::Practice;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::text::pattern::Pattern;

/// What is denied. The API server has found every object valid that a validating webhook sees: what else is denied is
/// a choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Policy {
    /// Nothing: every finding is a warning.
    #[default]
    Advise,
    /// Errors that are certain, and what offends a [`Practice`].
    Standard,
    /// Every error and every warning, and what offends a [`Practice`].
    Strict,
}

/// What becomes of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// It is noted in the audit log and counted.
    Audit,
    /// The client is told.
    Warn,
    /// The request is denied.
    Enforce,
}

/// What suppressions may do at the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressionEffect {
    /// A suppressed finding is noted in the audit log only.
    Honour,
    /// A suppressed finding never denies, but still warns.
    Audit,
    /// They have no effect.
    Ignore,
}

/// What is set for a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleAdmission {
    /// What becomes of its findings.
    pub action: Option<Action>,
    /// What suppressions of it may do.
    pub suppressions: Option<SuppressionEffect>,
}

/// Where settings are written: `.batchlint.yaml:7`, by the rule that they are about, if they are about one, and their keys.
pub type Origins = BTreeMap<(Option<&'static str>, &'static str), Arc<str>>;

/// The labels of an object.
pub type Labels = BTreeMap<String, String>;

/// What is set for the objects that all selectors match; a selector without patterns matches all.
#[derive(Clone, Debug, Default)]
pub struct AdmissionScope {
    /// Patterns of namespaces.
    pub namespaces: Vec<Pattern>,
    /// Patterns of the values of labels, by key.
    pub labels: Vec<(String, Pattern)>,
    /// What is denied.
    pub policy: Option<Policy>,
    /// What is set for rules, by id.
    pub rules: BTreeMap<&'static str, RuleAdmission>,
    /// What suppressions may do.
    pub suppressions: Option<SuppressionEffect>,
    /// Where all of that is set.
    pub origins: Origins,
}

/// A controller that makes Jobs or CronJobs from objects of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Controller {
    /// The user that it is to the API server.
    pub user: String,
    /// The kinds of its own objects, each with its group.
    pub owners: Vec<(String, String)>,
    /// Where it is named.
    pub origin: Arc<str>,
}

/// The users of the controller that makes Jobs from CronJobs; some clusters run all controllers as one user.
const CRON_JOB_CONTROLLERS: &[&str] =
    &["system:serviceaccount:kube-system:cronjob-controller", "system:kube-controller-manager"];

/// The `admission` section.
#[derive(Clone, Debug)]
pub struct AdmissionConfig {
    /// What holds for every object.
    pub everywhere: AdmissionScope,
    /// What holds for some objects only; later ones win.
    pub overrides: Vec<AdmissionScope>,
    /// The most that can become of a finding in an object that a controller makes: nobody sees a denial there.
    pub children: Action,
    /// Controllers whose objects are children too, besides those of Kubernetes itself.
    pub controllers: Vec<Controller>,
    /// Whether a request that cannot be checked is denied; where nothing is set, the policy decides.
    pub denies_unjudged: Option<bool>,
    /// Where the settings that hold for no scope are set.
    pub origins: Origins,
}

impl Default for AdmissionConfig {
    fn default() -> Self {
        AdmissionConfig {
            everywhere: AdmissionScope::default(),
            overrides: Vec::new(),
            children: Action::Audit,
            controllers: Vec::new(),
            denies_unjudged: None,
            origins: Origins::new(),
        }
    }
}

impl Policy {
    /// All policies.
    pub const ALL: [Policy; 3] = [Policy::Advise, Policy::Standard, Policy::Strict];

    /// Returns the word that people know it by.
    pub fn as_str(self) -> &'static str {
        match self {
            Policy::Advise => "advise",
            Policy::Standard => "standard",
            Policy::Strict => "strict",
        }
    }

    /// Returns the practices that it insists on.
    pub fn practices(self) -> &'static [Practice] {
        match self {
            Policy::Advise => &[],
            Policy::Standard | Policy::Strict => &Practice::ALL,
        }
    }

    /// Returns what becomes of a finding for which nothing is set.
    pub fn action(self, finding: &Finding) -> Action {
        let is_certain = finding.severity == Severity::Error && finding.rule.confidence == Confidence::High;
        let offends = finding.rule.practice.is_some_and(|it| self.practices().contains(&it));
        let denies = match self {
            Policy::Advise => false,
            Policy::Standard => is_certain || offends,
            Policy::Strict => finding.severity >= Severity::Warning || offends,
        };
        if denies { Action::Enforce } else { Action::Warn }
    }

    /// Returns what suppressions may do where nothing is set.
    ///
    /// Whoever writes the object writes its annotations too: a policy that denies would be one that anybody can opt out
    /// of.
    pub fn suppressions(self) -> SuppressionEffect {
        match self {
            Policy::Advise => SuppressionEffect::Honour,
            Policy::Standard => SuppressionEffect::Audit,
            Policy::Strict => SuppressionEffect::Ignore,
        }
    }
}

impl Action {
    /// All actions.
    pub const ALL: [Action; 3] = [Action::Audit, Action::Warn, Action::Enforce];

    /// Returns the word that people know it by.
    pub fn as_str(self) -> &'static str {
        match self {
            Action::Audit => "audit",
            Action::Warn => "warn",
            Action::Enforce => "enforce",
        }
    }
}

impl SuppressionEffect {
    /// All choices.
    pub const ALL: [SuppressionEffect; 3] =
        [SuppressionEffect::Honour, SuppressionEffect::Audit, SuppressionEffect::Ignore];

    /// Returns the word that people know it by.
    pub fn as_str(self) -> &'static str {
        match self {
            SuppressionEffect::Honour => "honour",
            SuppressionEffect::Audit => "audit",
            SuppressionEffect::Ignore => "ignore",
        }
    }
}

impl AdmissionScope {
    fn matches(&self, namespace: &str, labels: &Labels) -> bool {
        self.covers(namespace) && self.selects(labels)
    }

    fn covers(&self, namespace: &str) -> bool {
        self.namespaces.is_empty() || self.namespaces.iter().any(|pattern| pattern.matches(namespace))
    }

    fn selects(&self, labels: &Labels) -> bool {
        let has = |(key, pattern): &(String, Pattern)| labels.get(key).is_some_and(|it| pattern.matches(it));
        self.labels.iter().all(has)
    }
}

impl AdmissionConfig {
    /// Returns what holds for an object in `namespace` with `labels`.
    pub fn effective(&self, namespace: &str, labels: &Labels) -> EffectiveAdmission<'_> {
        let some = self.overrides.iter().filter(|it| it.matches(namespace, labels));
        EffectiveAdmission { scopes: [&self.everywhere].into_iter().chain(some).collect() }
    }

    /// Returns the policy for an object, the strictest that may be meant where its namespace or labels are not known.
    pub fn strictest_policy(&self, namespace: Option<&str>, labels: Option<&Labels>) -> Policy {
        let mut strictest = self.everywhere.policy.unwrap_or_default();
        for scope in &self.overrides {
            let Some(policy) = scope.policy else { continue };
            let covers =
                namespace.map_or(scope.namespaces.is_empty().then_some(true), |it| Some(scope.covers(it)));
            let selects =
                labels.map_or(scope.labels.is_empty().then_some(true), |it| Some(scope.selects(it)));
            match (covers, selects) {
                (Some(false), _) | (_, Some(false)) => {}
                (Some(true), Some(true)) => strictest = policy,
                _ => strictest = strictest.max(policy),
            }
        }
        strictest
    }

    /// Whether this user makes objects of its own from objects of this kind.
    pub fn trusts(&self, user: &str, kind: &str, group: &str) -> bool {
        if CRON_JOB_CONTROLLERS.contains(&user) && (kind, group) == ("CronJob", "batch") {
            return true;
        }
        let mut own = self.controllers.iter().filter(|it| it.user == user);
        own.any(|it| it.owners.iter().any(|owner| (owner.0.as_str(), owner.1.as_str()) == (kind, group)))
    }
}

/// What holds for an object.
#[derive(Clone, Debug)]
pub struct EffectiveAdmission<'a> {
    scopes: Vec<&'a AdmissionScope>,
}

impl EffectiveAdmission<'_> {
    /// Returns what becomes of a finding by its own rule, whatever other rules it stands for.
    pub fn action(&self, finding: &Finding) -> Action {
        self.rule(finding, |it| it.action).unwrap_or_else(|| self.policy().action(finding))
    }

    /// Returns what a suppression of a finding may do.
    pub fn suppressions(&self, finding: &Finding) -> SuppressionEffect {
        let general = || self.scopes.iter().rev().find_map(|it| it.suppressions);
        let set = self.rule(finding, |it| it.suppressions).or_else(general);
        set.unwrap_or_else(|| self.policy().suppressions())
    }

    /// Returns the policy.
    pub fn policy(&self) -> Policy {
        self.scopes.iter().rev().find_map(|it| it.policy).unwrap_or_default()
    }

    fn rule<T>(&self, finding: &Finding, get: impl Fn(&RuleAdmission) -> Option<T>) -> Option<T> {
        self.scopes.iter().rev().find_map(|it| get(it.rules.get(finding.rule.id)?))
    }
}
