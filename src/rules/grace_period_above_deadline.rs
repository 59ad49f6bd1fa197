use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "grace-period-above-deadline",
        summary: "Pods can run longer after the deadline than before it",
        category: Category::Lifetime,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

/// The grace period of a pod that states none, in seconds. An API server writes it into every object.
const DEFAULT: i64 = 30;

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let grace_field = pod.termination_grace_period_seconds();
    let deadline_field = pod.job.active_deadline_seconds();
    let (Some(grace), Some(deadline)) = (grace_field.integer(), deadline_field.integer()) else { return };
    // A shorter deadline of its own ends the pod before that of the Job.
    let of_pod = pod.active_deadline_seconds().integer();
    // With a deadline of 0 no pod is ever created: `zero-deadline`.
    if grace < deadline || grace <= DEFAULT || deadline < 1 || of_pod.is_some_and(|it| it < deadline) {
        return;
    }
    let subject = pod.job.title();
    reporter
        .report(
            grace_field,
            format!(
                "the pods of {subject} can last {} s, not {deadline} s: at the deadline they get another {grace} s \
                 to stop",
                grace.saturating_add(deadline)
            ),
        )
        .related(deadline_field, "the deadline, at which the pods get SIGTERM")
        .help("set `terminationGracePeriodSeconds` to the few seconds that the pods need to stop, such as 30");
}
