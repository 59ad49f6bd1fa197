use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::workload::CronJob;

pub static RULE: Rule = Rule {
    id: "stuck-forbid",
    summary: "One hung run stops the CronJob for good",
    category: Category::Schedule,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/stuck-forbid.md"),
    options: &[],
    check: Check::CronJob(check),
};

fn check(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    let policy = cron_job.concurrency_policy();
    let Some(job) = cron_job.job().filter(|_| policy.is("Forbid")) else { return };
    let deadline = job.active_deadline_seconds();
    // The pod's own deadline ends each hung pod, and the retries are finite: the CronJob goes on. That it is at the
    // wrong level is for `pod-level-deadline` to say.
    if deadline.is_set() || job.pod().is_some_and(|pod| pod.active_deadline_seconds().is_set()) {
        return;
    }
    reporter
        .report(deadline, "a run that hangs stops the CronJob for good: no deadline ends it, and `Forbid` starts no run beside it")
        .related(policy, "skips runs while one is running")
        .help("set `activeDeadlineSeconds` in `jobTemplate.spec` to a time, in seconds, that no healthy run takes");
}
