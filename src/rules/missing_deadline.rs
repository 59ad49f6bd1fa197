use crate::finding::{Confidence, Severity};
use crate::rule::{Category, Check, Reporter, Rule};
use crate::rules::excessive_retries;
use crate::workload::{CronJob, Job, Pod};

pub static RULE: Rule = Rule {
    id: "missing-deadline",
    summary: "Nothing ends the Job when it hangs",
    category: Category::Lifetime,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    since: "0.1.0",
    page: include_str!("../../rules/missing-deadline.md"),
    check: Check::Job(check),
    ..Rule::DEFAULT
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let deadline = job.active_deadline_seconds();
    // A deadline in the pod spec ends each hung pod, as liveness probes do. That it was meant for the Job is for
    // `pod-level-deadline` to say.
    let ends = |pod: Pod<'_>| pod.active_deadline_seconds().is_set() || pod.is_watched();
    if deadline.is_set() || job.pod().is_some_and(ends) {
        return;
    }
    // Both want the same deadline, and there it has a failure to end as well as a hang.
    if reporter.is_on(&excessive_retries::RULE) && excessive_retries::excess(job, reporter).is_some() {
        return;
    }
    let cron_job = job.cron_job();
    let what_happens = match cron_job.map(CronJob::concurrency_policy) {
        _ if cron_job.is_some_and(CronJob::is_suspended) => {
            "a run that someone starts by hand and that hangs keeps running until someone deletes it"
        }
        // `stuck-forbid` speaks of the same cause, with more at stake.
        Some(policy) if policy.is("Forbid") => return,
        Some(policy) if policy.is("Replace") => {
            "a run that hangs keeps running until the next one replaces it"
        }
        Some(_) => "a run that hangs keeps running, and later runs start beside it",
        None => "a Job that hangs keeps running until someone deletes it",
    };
    reporter
        .report(deadline, format!("{what_happens}: `activeDeadlineSeconds` is not set"))
        .help("set `activeDeadlineSeconds` to more seconds than any healthy run takes, retries included");
}
