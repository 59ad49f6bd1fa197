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
    // `kubectl replace`, which Argo CD runs, sends neither the selector nor the labels that the live Job has got.
    let is_put = gitops::is_replaced_by_name(object) && !job.spec.field("selector").is_set();
    let message = if is_put {
        format!(
            "every later sync of the Job fails while `{name}` exists: with `Replace=true` alone, Argo CD sends it without the \
             `spec.selector` that the API server has added, which is immutable"
        )
    } else {
        format!(
            "the next change to the pod template is rejected while `{name}` exists: the `spec.template` of a Job is immutable"
        )
    };
    let finding = reporter.report(object.name(), message);
    let way_out = match &sign {
        _ if is_put => "write `Force=true,Replace=true`: each sync then deletes the Job and runs it again",
        Some(entry) => gitops::way_to_replace(entry),
        None if is_of_helm => gitops::HELM_HOOK,
        None => "make the Job a hook if the tool has hooks, let the tool replace it by force",
    };
    let or_name = if is_put { "" } else { ", or give it a name that changes with its content" };
    finding.help(format!("{way_out}{or_name}"));
    if let Some(entry) = sign {
        finding.related(entry, gitops::when_applied_again(&entry));
    }
}
