//! Pod Security: which checks of a level a pod fails (`k8s.io/pod-security-admission/policy/registry.go`, as of 1.37).

pub mod baseline;
mod check;
mod container_checks;
mod restricted;

use crate::kubernetes::pod_admission::Pod;
use crate::kubernetes::pod_admission::security::check::{Check, Refusal};

/// A level of the Pod Security Standards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Everything is allowed.
    Privileged,
    /// What is known to escalate privileges is not.
    Baseline,
    /// Only what follows best practices is.
    Restricted,
}

/// What a namespace enforces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// `pod-security.kubernetes.io/enforce`
    pub level: Level,
    /// The minor of Kubernetes whose checks hold.
    pub minor: u8,
}

impl Policy {
    /// Reads the labels of a namespace for a server of a minor (`PolicyToEvaluate` in `api/helpers.go`): a level that is
    /// misspelled is `restricted`, and a version that is misspelled or newer than the server is the server's.
    pub fn from_labels(enforce: Option<&str>, enforce_version: Option<&str>, server_minor: u8) -> Policy {
        let level = match enforce {
            None | Some("privileged") => Level::Privileged,
            Some("baseline") => Level::Baseline,
            Some(_) => Level::Restricted,
        };
        let written = enforce_version.and_then(|text| text.strip_prefix("v1."));
        let is_number = |text: &&str| {
            text.bytes().all(|it| it.is_ascii_digit()) && (*text == "0" || !text.starts_with('0'))
        };
        let minor = written.filter(is_number).and_then(|text| text.parse().ok()).unwrap_or(server_minor);
        Policy { level, minor: minor.min(server_minor) }
    }
}

/// A check that a pod fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The id of the check, such as `hostPathVolumes`.
    pub check: &'static str,
    /// The reason, such as `hostPath volumes`.
    pub reason: &'static str,
    /// What in the pod, such as `volume "data"`.
    pub detail: String,
}

impl std::fmt::Display for Violation {
    /// Writes the violation as the API server does (`ForbiddenDetail` in `checks.go`).
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.reason)?;
        if self.detail.is_empty() { Ok(()) } else { write!(formatter, " ({})", self.detail) }
    }
}

/// Returns the checks that a pod fails, in the API server's order.
pub fn violations(pod: Pod<'_>, policy: Policy) -> Vec<Violation> {
    let restricted = if policy.level == Level::Restricted { restricted::CHECKS } else { &[] };
    let baseline = if policy.level == Level::Privileged { &[] } else { baseline::CHECKS };
    let made = |check: &&Check| check.at(policy.minor).is_some();
    let is_replaced = |check: &&Check| restricted.iter().filter(made).any(|by| by.replaces == Some(check.id));
    let checks = baseline.iter().filter(|check| !is_replaced(check)).chain(restricted);
    let violation = |check: &Check| {
        let Refusal { reason, detail } = check.at(policy.minor)?(pod)?;
        Some(Violation { check: check.id, reason, detail })
    };
    checks.filter_map(violation).collect()
}
