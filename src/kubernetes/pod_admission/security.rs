//! Pod Security: which checks of a level a pod fails (`k8s.io/pod-security-admission/policy/registry.go`, as of 1.37).

mod baseline;
mod container_checks;
mod restricted;

use crate::kubernetes::pod_admission::Pod;
use crate::kubernetes::verdict::api_field::ApiField;
use crate::kubernetes::verdict::model::all_containers;

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
    /// misspelt is `restricted`, and a version that is misspelt or newer than the server is the server's.
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

/// Why a check refuses a pod.
struct Refusal {
    reason: &'static str,
    detail: String,
}

impl Refusal {
    fn new(reason: &'static str, detail: String) -> Option<Refusal> {
        Some(Refusal { reason, detail })
    }
}

type Function = fn(Pod<'_>) -> Option<Refusal>;

/// A check with what it looks at since which minor.
struct Check {
    id: &'static str,
    versions: &'static [(u8, Function)],
    /// The check of the level below that need not be made where this one is.
    replaces: Option<&'static str>,
}

impl Check {
    fn at(&self, minor: u8) -> Option<Function> {
        self.versions.iter().rev().find(|(since, _)| *since <= minor).map(|(_, function)| *function)
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

/// Returns the name and the security context of every container.
fn contexts<'d>(pod: Pod<'d>) -> impl Iterator<Item = (&'d str, ApiField<'d>)> {
    all_containers(pod.spec).map(|container| (container.get("name").text(), container.get("securityContext")))
}

/// Whether the pod has users of its own, which its node does not know (`relaxPolicyForUserNamespacePod`).
fn has_own_users(pod: Pod<'_>) -> bool {
    pod.spec.get("hostUsers").opt_bool() == Some(false)
}

fn is_windows(pod: Pod<'_>) -> bool {
    pod.spec.get("os").get("name").text() == "windows"
}

/// Who sets a field of security contexts to what is not allowed: the pod, or containers.
#[derive(Default)]
struct Setters<'d> {
    pod: bool,
    containers: Vec<&'d str>,
}

impl<'d> Setters<'d> {
    /// Finds those whose security context is `bad`.
    fn find(pod: Pod<'d>, mut bad: impl FnMut(ApiField<'d>) -> bool) -> Self {
        Setters::find_named(pod, |_, context| bad(context))
    }

    /// Finds those whose security context is `bad`; containers come with their names.
    fn find_named(pod: Pod<'d>, mut bad: impl FnMut(Option<&'d str>, ApiField<'d>) -> bool) -> Self {
        let is_pod = bad(None, pod.spec.get("securityContext"));
        let containers = contexts(pod).filter(|(name, context)| bad(Some(name), *context));
        Setters { pod: is_pod, containers: containers.map(|(name, _)| name).collect() }
    }

    fn list(&self) -> Vec<String> {
        let pod = self.pod.then(|| "pod".to_owned());
        pod.into_iter().chain((!self.containers.is_empty()).then(|| containers(&self.containers))).collect()
    }

    /// Returns `pod and container "a"`, nothing where there is nobody.
    fn names(&self) -> Option<String> {
        let list = self.list();
        (!list.is_empty()).then(|| list.join(" and "))
    }
}

/// Returns `container "a"` or `containers "a", "b"`.
fn containers(names: &[&str]) -> String {
    format!("{} {}", plural("container", names.len()), quoted(names))
}

fn plural(word: &str, count: usize) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

/// Returns `"a", "b"`; what is quoted is written as it is (`joinQuote`).
fn quoted<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("\"{}\"", name.as_ref())).collect();
    names.join(", ")
}
