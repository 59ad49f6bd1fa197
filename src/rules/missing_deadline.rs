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
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let deadline = job.active_deadline_seconds();
    // `stuck-forbid` speaks of the same cause, with more at stake.
    let is_stuck_forbid = job.cron_job().is_some_and(|it| it.concurrency_policy().is("Forbid"));
    if deadline.is_set() || is_stuck_forbid {
        return;
    }
    let message = match job.cron_job() {
        Some(_) => "a run that hangs keeps running: `activeDeadlineSeconds` is not set",
        None => "a Job that hangs keeps running: `activeDeadlineSeconds` is not set",
    };
    reporter.report(deadline, message).help(
        "set `activeDeadlineSeconds` to a time, in seconds, that no healthy run takes, retries included",
    );
}
