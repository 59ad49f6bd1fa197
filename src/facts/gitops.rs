//! Tools that keep a cluster as a repository says: whatever is missing they create again.

use crate::diagnostic::condition::Condition;
use crate::facts::job_name;
use crate::manifest::document::Entry;
use crate::manifest::hook::{Tool, is_rendered_by_helm};
use crate::manifest::workload::{Job, Object};
use crate::text::placeholder::is_placeholder;

/// What Argo CD writes on the objects that it applies, or interprets on them.
const ARGO_CD: &[&str] = &[
    "argocd.argoproj.io/compare-options",
    "argocd.argoproj.io/ignore-healthcheck",
    "argocd.argoproj.io/ignore-resource-updates",
    "argocd.argoproj.io/installation-id",
    "argocd.argoproj.io/instance",
    "argocd.argoproj.io/sync-options",
    "argocd.argoproj.io/sync-wave",
    "argocd.argoproj.io/tracking-id",
];

/// What the kustomize controller of Flux writes on the objects that it applies, or interprets on them.
const FLUX: &[&str] = &[
    "kustomize.toolkit.fluxcd.io/force",
    "kustomize.toolkit.fluxcd.io/name",
    "kustomize.toolkit.fluxcd.io/namespace",
    "kustomize.toolkit.fluxcd.io/prune",
    "kustomize.toolkit.fluxcd.io/reconcile",
    "kustomize.toolkit.fluxcd.io/ssa",
    "kustomize.toolkit.fluxcd.io/substitute",
];

/// What the Helm controller of Flux writes on the objects of its releases.
const FLUX_HELM: &[&str] = &["helm.toolkit.fluxcd.io/name", "helm.toolkit.fluxcd.io/namespace"];

/// What to do about the TTL of a Job that such a tool applies.
pub const TTL_ADVICE: &str =
    "remove `ttlSecondsAfterFinished`: the next sync creates a deleted Job again and runs it once more";

/// Returns the tool that applies the object and keeps it in the cluster, with the label or annotation that says so.
///
/// Hooks are not kept, they run once for each change.
pub fn applied_by(object: Object<'_>) -> Option<(&'static str, Entry<'_>)> {
    if !can_be_applied(object) {
        return None;
    }
    entries(object).filter(|entry| entry.value.text() != Some("")).find_map(|entry| match entry.key {
        key if ARGO_CD.contains(&key) => Some(("Argo CD", entry)),
        key if FLUX.contains(&key) => Some(("Flux", entry)),
        _ => None,
    })
}

/// Whether a tool that applies a file keeps the object in the cluster: nothing in it says otherwise.
pub fn can_be_applied(object: Object<'_>) -> bool {
    let is = |it: Entry<'_>, word: &str| it.value.text().is_some_and(|it| it.eq_ignore_ascii_case(word));
    let is_left_alone = |it: Entry<'_>| match it.key {
        "kustomize.toolkit.fluxcd.io/reconcile" => is(it, "disabled"),
        "kustomize.toolkit.fluxcd.io/ssa" => is(it, "Ignore"),
        _ => false,
    };
    !is_hook(object) && !entries(object).any(is_left_alone)
}

/// Whether a tool deletes the object in its own time, or creates it again once it is gone.
///
/// Anybody can write these keys. So keys and values that no tool interprets do not count.
pub fn is_kept_by_tool(object: Object<'_>) -> bool {
    let is_flux_helm = |it: Entry<'_>| FLUX_HELM.contains(&it.key) && it.value.text() != Some("");
    applied_by(object).is_some() || entries(object).any(|it| is_run_as_hook(it) || is_flux_helm(it))
}

/// Whether Helm itself, or the Helm controller of Flux, has installed the object: Argo CD only renders charts.
pub fn is_of_helm_release(object: Object<'_>) -> bool {
    entries(object).any(|it| FLUX_HELM.contains(&it.key) || it.key == "meta.helm.sh/release-name")
}

/// Whether a label or annotation shows that Argo CD applies the object, or runs it as a hook.
pub fn is_of_argo_cd(object: Object<'_>) -> bool {
    entries(object).any(|it| ARGO_CD.contains(&it.key) || it.key == Tool::ArgoCd.hook_key())
}

/// Returns what must be true, or a label or annotation has no effect whatever it says: Flux reads none of Argo CD's.
pub fn condition_of(key: &str) -> Option<Condition> {
    key.starts_with("argocd.argoproj.io/").then_some(Condition::NotByFlux)
}

/// Whether the object is a hook of Argo CD or Helm, which runs it at certain moments of a release, or never.
pub fn is_hook(object: Object<'_>) -> bool {
    entries(object).any(|entry| Tool::ALL.iter().any(|tool| tool.hook_key() == entry.key))
}

/// Whether Argo CD replaces the object instead of applying it, and creates it if no object has its name.
pub fn is_replaced_by_name(object: Object<'_>) -> bool {
    let replaces = |it: Entry<'_>| it.value.text().is_some_and(|it| it.contains("Replace=true"));
    entries(object).any(|it| it.key == "argocd.argoproj.io/sync-options" && replaces(it))
}

/// Whether an entry makes the object a hook with a moment at which its tool runs it and deletes the one before.
fn is_run_as_hook(entry: Entry<'_>) -> bool {
    let Some(tool) = Tool::ALL.into_iter().find(|it| it.hook_key() == entry.key) else { return false };
    let is_known =
        |word: &str| tool.hooks().iter().any(|it| *it != "Skip" && it.eq_ignore_ascii_case(word.trim()));
    entry.value.text().is_none_or(|text| is_placeholder(text) || text.split(',').any(is_known))
}

/// Returns the annotation or label that shows that Helm, Argo CD or Flux applies the object.
pub fn sign(object: Object<'_>) -> Option<Entry<'_>> {
    const PREFIXES: [&str; 5] = [
        "argocd.argoproj.io/",
        "helm.sh/chart",
        "helm.toolkit.fluxcd.io/",
        "kustomize.toolkit.fluxcd.io/",
        "meta.helm.sh/",
    ];
    entries(object).find(|entry| {
        let value = entry.value.text();
        let is_managed = entry.key == "app.kubernetes.io/managed-by" && value == Some("Helm");
        let is_old_chart = entry.key == "heritage" && matches!(value, Some("Helm" | "Tiller"));
        is_managed || is_old_chart || PREFIXES.iter().any(|prefix| entry.key.starts_with(prefix))
    })
}

/// Whether an annotation makes the tool that applies a Job delete the old one, or leave it alone.
pub fn is_replaced(object: Object<'_>) -> bool {
    entries(object).any(|entry| {
        let value = entry.value.text().unwrap_or_default();
        match entry.key {
            "argocd.argoproj.io/sync-options" => value.contains("Force=true"),
            "kustomize.toolkit.fluxcd.io/force" => value.eq_ignore_ascii_case("enabled"),
            "kustomize.toolkit.fluxcd.io/ssa" => value.eq_ignore_ascii_case("IfNotPresent"),
            "kustomize.toolkit.fluxcd.io/reconcile" => value.eq_ignore_ascii_case("disabled"),
            _ => false,
        }
    })
}

/// Whether `helm upgrade` applies the Job again, which has the same name in each release: once it is deleted, Helm creates it again
/// (`Update`, `pkg/kube/client.go`).
pub fn is_upgraded_by_helm(job: Job<'_>) -> bool {
    let is_of_helm = match sign(job.object) {
        Some(entry) => !entry.key.starts_with("argocd") && !entry.key.contains(".toolkit.fluxcd.io/"),
        None => is_rendered_by_helm(job.object.node),
    };
    is_of_helm && !is_hook(job.object) && job_name::is_fixed(job)
}

/// What to write so that Helm replaces a Job that has changed.
pub const HELM_HOOK: &str = "make the Job a hook (`helm.sh/hook: pre-upgrade,pre-install`, or `post-upgrade,post-install` if it needs \
    what the release creates)";

/// Returns what to write so that the tool with this sign replaces a Job that has changed.
pub fn way_to_replace(sign: &Entry<'_>) -> &'static str {
    if sign.key.starts_with("argocd") {
        "make the Job a hook (`argocd.argoproj.io/hook: PreSync`, or `PostSync` if it needs what the sync creates), let Argo CD replace it \
         (`argocd.argoproj.io/sync-options: Force=true,Replace=true`)"
    } else if sign.key.starts_with("kustomize.toolkit") {
        // Its Kustomization has no hooks.
        "let Flux replace the Job (with the annotation `kustomize.toolkit.fluxcd.io/force: enabled`)"
    } else {
        HELM_HOOK
    }
}

/// Returns when the tool with this sign applies its objects again.
pub fn when_applied_again(sign: &Entry<'_>) -> &'static str {
    match sign.key {
        key if key.starts_with("argocd") => "Argo CD applies this Job again at every sync",
        key if key.starts_with("kustomize.toolkit") => "Flux applies this Job again at every reconciliation",
        _ => "Helm applies this Job again on every upgrade",
    }
}

/// Returns the labels and annotations of an object.
pub fn entries(object: Object<'_>) -> impl Iterator<Item = Entry<'_>> {
    let metadata = [object.labels(), object.annotations()];
    metadata.into_iter().filter_map(|it| it.node()).flat_map(|it| it.entries())
}
