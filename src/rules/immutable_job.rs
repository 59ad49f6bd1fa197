use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::{gitops, job_name};
use crate::manifest::hook::is_rendered_by_helm;
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
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let object = job.object;
    let Some(name) = object.name().text() else { return };
    let sign = gitops::sign(object);
    let is_of_helm = sign.is_none() && is_rendered_by_helm(object.node);
    // With a TTL the old Job is gone by then; that it may run again is reported by `ttl-recreates-job`.
    if object.kind != Kind::Job
        || (sign.is_none() && !is_of_helm && !reporter.is_gitops())
        || job.ttl_seconds_after_finished().is_set()
        || gitops::is_hook(object)
        || gitops::is_replaced(object)
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
    let when = match sign.map_or("", |it| it.key) {
        key if key.starts_with("argocd") => "Argo CD applies this Job again at every sync",
        key if key.starts_with("kustomize.toolkit") => "Flux applies this Job again at every reconciliation",
        _ => "Helm applies this Job again on every upgrade",
    };
    let way_out = match &sign {
        Some(entry) => gitops::way_to_replace(entry),
        None if is_of_helm => gitops::HELM_HOOK,
        None => "make the Job a hook if the tool has hooks, let the tool replace it by force",
    };
    finding.help(format!("{way_out}, or give it a name that changes with its content"));
    if let Some(entry) = sign {
        finding.related(entry, when);
    }
}
