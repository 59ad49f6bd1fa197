use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::workload::Job;

pub static RULE: Rule = Rule {
    id: "missing-deadline",
    summary: "Nothing ends the Job when it hangs",
    category: Category::Lifetime,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/missing-deadline.md"),
    options: &[],
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let deadline = job.active_deadline_seconds();
    let pod_deadline = job.pod().map(|pod| pod.active_deadline_seconds());
    // A deadline in the pod spec ends each hung pod: that it was meant for the Job is for `pod-level-deadline` to say.
    if deadline.is_set() || pod_deadline.is_some_and(|it| it.is_set()) {
        return;
    }
    let what_happens = match job.cron_job().map(|it| it.concurrency_policy()) {
        // `stuck-forbid` speaks of the same cause, with more at stake.
        Some(policy) if policy.is("Forbid") => return,
        Some(policy) if policy.is("Replace") => {
            "a run that hangs keeps running until the next one replaces it"
        }
        Some(_) => "a run that hangs keeps running, and later runs start beside it",
        None => "a Job that hangs keeps running until someone deletes it",
    };
    reporter.report(deadline, format!("{what_happens}: `activeDeadlineSeconds` is not set")).help(
        "set `activeDeadlineSeconds` to a time, in seconds, that no healthy run takes, retries included",
    );
}
