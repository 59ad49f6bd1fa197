//! What all checks of Pod Security are made of (`policy/{checks,helpers,visitor}.go`).

use crate::kubernetes::pod_admission::Pod;
use crate::kubernetes::verdict::api_field::ApiField;
use crate::kubernetes::verdict::model::all_containers;

/// Why a check refuses a pod.
pub(super) struct Refusal {
    pub(super) reason: &'static str,
    pub(super) detail: String,
}

impl Refusal {
    pub(super) fn new(reason: &'static str, detail: String) -> Option<Refusal> {
        Some(Refusal { reason, detail })
    }
}

pub(super) type Function = fn(Pod<'_>) -> Option<Refusal>;

/// A check of a level.
pub(super) struct Check {
    pub(super) id: &'static str,
    /// The functions, each with the minor since which it is the one.
    pub(super) versions: &'static [(u8, Function)],
    /// The check of the level below that need not be made where this one is.
    pub(super) replaces: Option<&'static str>,
}

impl Check {
    pub(super) fn at(&self, minor: u8) -> Option<Function> {
        self.versions.iter().rev().find(|(since, _)| *since <= minor).map(|(_, function)| *function)
    }
}

/// Returns the name and the security context of every container.
pub(super) fn contexts<'d>(pod: Pod<'d>) -> impl Iterator<Item = (&'d str, ApiField<'d>)> {
    all_containers(pod.spec).map(|container| (container.get("name").text(), container.get("securityContext")))
}

/// Whether the pod has users of its own, which its node does not know (`relaxPolicyForUserNamespacePod`).
fn has_own_users(pod: Pod<'_>) -> bool {
    pod.spec.get("hostUsers").opt_bool() == Some(false)
}

pub(super) fn is_windows(pod: Pod<'_>) -> bool {
    pod.spec.get("os").get("name").text() == "windows"
}

/// Applies a check to pods that are not for Windows: for those the API server refuses the field.
pub(super) fn unless_windows(pod: Pod<'_>, check: Function) -> Option<Refusal> {
    if is_windows(pod) { None } else { check(pod) }
}

/// Applies a check to pods whose users are those of the node: root in any other pod is not root on the node.
pub(super) fn unless_own_users(pod: Pod<'_>, check: Function) -> Option<Refusal> {
    if has_own_users(pod) { None } else { check(pod) }
}

/// Who sets a field of security contexts to what is not allowed: the pod, or containers.
#[derive(Default)]
pub(super) struct Setters<'d> {
    pod: bool,
    containers: Vec<&'d str>,
}

impl<'d> Setters<'d> {
    /// Finds those whose security context is `bad`.
    pub(super) fn find(pod: Pod<'d>, mut bad: impl FnMut(ApiField<'d>) -> bool) -> Self {
        Setters::find_named(pod, |_, context| bad(context))
    }

    /// Finds those whose security context is `bad`; containers come with their names.
    pub(super) fn find_named(
        pod: Pod<'d>,
        mut bad: impl FnMut(Option<&'d str>, ApiField<'d>) -> bool,
    ) -> Self {
        let is_pod = bad(None, pod.spec.get("securityContext"));
        let containers = contexts(pod).filter(|(name, context)| bad(Some(name), *context));
        Setters { pod: is_pod, containers: containers.map(|(name, _)| name).collect() }
    }

    pub(super) fn list(&self) -> Vec<String> {
        let pod = self.pod.then(|| "pod".to_owned());
        pod.into_iter().chain((!self.containers.is_empty()).then(|| containers(&self.containers))).collect()
    }

    /// Returns `pod and container "a"`; `None` if there is nobody.
    pub(super) fn names(&self) -> Option<String> {
        let list = self.list();
        (!list.is_empty()).then(|| list.join(" and "))
    }
}

/// Returns `containers "a", "b"`, those whose security context is `bad`; `None` if there are none.
pub(super) fn containers_with<'d>(pod: Pod<'d>, bad: impl Fn(ApiField<'d>) -> bool) -> Option<String> {
    let names: Vec<&str> = contexts(pod).filter(|(_, context)| bad(*context)).map(|(name, _)| name).collect();
    (!names.is_empty()).then(|| containers(&names))
}

/// Returns `container "a"` or `containers "a", "b"`.
pub(super) fn containers(names: &[&str]) -> String {
    format!("{} {}", plural("container", names.len()), quoted(names))
}

pub(super) fn plural(word: &str, count: usize) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

/// Returns `"a", "b"`; what is quoted is written as it is (`joinQuote`).
pub(super) fn quoted<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("\"{}\"", name.as_ref())).collect();
    names.join(", ")
}
