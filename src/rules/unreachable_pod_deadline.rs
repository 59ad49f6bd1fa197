use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unreachable-pod-deadline",
        summary: "The Job's deadline comes before that of its pods",
        category: Category::Lifetime,
        severity: Severity::Info,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let (of_pod, of_job) = (pod.active_deadline_seconds(), pod.job.active_deadline_seconds());
    let (Some(each), Some(all)) = (of_pod.integer(), of_job.integer()) else { return };
    // The Job's deadline counts from its start, which is before that of every pod.
    if each < all || all <= 0 {
        return;
    }
    let subject = if pod.job.cron_job().is_some() { "the run" } else { "the Job" };
    let reason = if each == all {
        format!("the deadline of {subject} is just as long, and starts counting earlier")
    } else {
        format!("{subject} ends after {all} s")
    };
    let message = format!("no pod reaches its deadline of {each} s: {reason}");
    reporter
        .report(of_pod, message)
        .related(of_job, "this deadline comes first")
        .help(format!("remove the pod's `activeDeadlineSeconds`, or set it below {all}, so that a pod that hangs leaves time for a retry"));
}
