use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::Yield;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::metadata_keys::protects_from_eviction;
use crate::manifest::workload::{Job, Pod};
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::starts_runs;
use crate::time::deadline::{advice, is_effective, why_ineffective};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "protection-without-deadline",
        summary: "No autoscaler can remove the node of a pod that hangs",
        category: Category::Lifetime,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        yields_to: &[Yield::in_object("endless-main"), Yield::in_object("stuck-forbid")],
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let deadline = job.active_deadline_seconds();
    let is_bounded = |pod: Pod<'_>| is_effective(pod.active_deadline_seconds()) || pod.is_watched();
    // `Replace` deletes what hangs when the next run starts.
    let is_replaced = job
        .cron_job()
        .is_some_and(|it| it.concurrency_policy().is("Replace") && starts_runs(it, reporter.as_of()));
    if is_effective(deadline) || job.pod().is_some_and(is_bounded) || is_replaced {
        return;
    }
    let mut protections =
        job.template_annotations().entries().filter_map(|it| Some((it, protects_from_eviction(it)?)));
    let Some((entry, reader)) = protections.next() else { return };
    let subject = if job.cron_job().is_some() { "a run" } else { "a Job" };
    let message = format!(
        "{subject} that hangs can keep its node indefinitely: `{}` keeps {reader} from removing the node, and {}",
        entry.key,
        why_ineffective(deadline)
    );
    let finding = reporter.report(entry, message);
    finding.help(advice(deadline));
    for (other, reader) in protections {
        finding.related(other, format!("this keeps {reader} from removing the node as well"));
    }
}
