use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::{gitops, job_name};
use crate::manifest::document::Entry;
use crate::manifest::workload::{Job, Kind};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "immutable-job",
        summary: "Applying the Job again with a different template is rejected",
        category: Category::Metadata,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        page: include_str!("../../rules/immutable-job.md"),
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let object = job.object;
    let Some(name) = object.name().text() else { return };
    let sign = gitops::entries(object).find(is_sign);
    // With a TTL the old Job is gone by then; that it may run again is reported by `ttl-recreates-job`.
    if object.kind != Kind::Job
        || (sign.is_none() && !reporter.is_gitops())
        || job.ttl_seconds_after_finished().is_set()
        || gitops::is_hook(object)
        || gitops::entries(object).any(|it| is_replaced(&it))
        || !job_name::is_fixed(job)
    {
        return;
    }
    let finding = reporter.report(
        object.name(),
        format!(
            "the next change to the pod template is rejected while `{name}` exists: the `spec.template` of \
                a Job is immutable"
        ),
    );
    let (when, way_out) = match &sign {
        None => ("", "make the Job a hook if the tool has hooks, let the tool replace it by force"),
        Some(entry) if entry.key.starts_with("argocd") => (
            "Argo CD applies this Job again at every sync",
            "make the Job a hook (for example `argocd.argoproj.io/hook: PreSync`), let Argo CD replace it \
            (`argocd.argoproj.io/sync-options: Force=true,Replace=true`)",
        ),
        // Its Kustomization has no hooks.
        Some(entry) if entry.key.starts_with("kustomize.toolkit") => (
            "Flux applies this Job again at every reconciliation",
            "let Flux replace the Job (with the annotation `kustomize.toolkit.fluxcd.io/force: enabled`)",
        ),
        Some(_) => (
            "Helm applies this Job again on every upgrade",
            "make the Job a hook (for example `helm.sh/hook: pre-upgrade,pre-install`)",
        ),
    };
    finding.help(format!("{way_out}, or give it a name that changes with its content"));
    if let Some(entry) = sign {
        finding.related(entry, when);
    }
}

/// Whether an annotation or label shows that Helm, Argo CD or Flux applies the object.
fn is_sign(entry: &Entry<'_>) -> bool {
    const PREFIXES: [&str; 5] = [
        "argocd.argoproj.io/",
        "helm.sh/chart",
        "helm.toolkit.fluxcd.io/",
        "kustomize.toolkit.fluxcd.io/",
        "meta.helm.sh/",
    ];
    let is_managed = entry.key == "app.kubernetes.io/managed-by" && entry.value.text() == Some("Helm");
    let is_old_chart = entry.key == "heritage" && matches!(entry.value.text(), Some("Helm" | "Tiller"));
    is_managed || is_old_chart || PREFIXES.iter().any(|prefix| entry.key.starts_with(prefix))
}

/// Whether an annotation makes the tool delete the old Job, or leave it alone.
fn is_replaced(entry: &Entry<'_>) -> bool {
    let value = entry.value.text().unwrap_or_default();
    match entry.key {
        "argocd.argoproj.io/sync-options" => value.contains("Force=true"),
        "kustomize.toolkit.fluxcd.io/force" => value.eq_ignore_ascii_case("enabled"),
        "kustomize.toolkit.fluxcd.io/ssa" => value.eq_ignore_ascii_case("IfNotPresent"),
        "kustomize.toolkit.fluxcd.io/reconcile" => value.eq_ignore_ascii_case("disabled"),
        _ => false,
    }
}
