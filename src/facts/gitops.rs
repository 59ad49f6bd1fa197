//! Tools that keep a cluster as a repository says: whatever is missing they create again.

use crate::manifest::document::Entry;
use crate::manifest::workload::Object;

const ARGO_CD: &[&str] = &[
    "argocd.argoproj.io/compare-options",
    "argocd.argoproj.io/instance",
    "argocd.argoproj.io/sync-options",
    "argocd.argoproj.io/sync-wave",
    "argocd.argoproj.io/tracking-id",
];

/// Returns the tool that applies the object and keeps it in the cluster, with the label or annotation that says so.
///
/// Hooks are not kept, they run once for each change.
pub fn applied_by(object: Object<'_>) -> Option<(&'static str, Entry<'_>)> {
    if is_hook(object) || object.annotation("kustomize.toolkit.fluxcd.io/reconcile") == Some("disabled") {
        return None;
    }
    entries(object).find_map(|entry| match entry.key {
        key if ARGO_CD.contains(&key) => Some(("Argo CD", entry)),
        key if key.starts_with("kustomize.toolkit.fluxcd.io/") => Some(("Flux", entry)),
        _ => None,
    })
}

/// Whether Argo CD or Helm runs the object at certain moments of a release, and deletes it in its own time.
pub fn is_hook(object: Object<'_>) -> bool {
    entries(object).any(|entry| matches!(entry.key, "argocd.argoproj.io/hook" | "helm.sh/hook"))
}

/// Returns the labels and annotations of an object.
pub fn entries(object: Object<'_>) -> impl Iterator<Item = Entry<'_>> {
    let metadata = [object.labels(), object.annotations()];
    metadata.into_iter().filter_map(|it| it.node()).flat_map(|it| it.entries())
}
