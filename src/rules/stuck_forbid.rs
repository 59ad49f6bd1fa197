use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::practice::Practice;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::{CronJob, Pod};
use crate::rule::{Check, Reporter, Rule};

pub static RULE: Rule = Rule {
    meta: Meta {
        id: "stuck-forbid",
        summary: "No run starts after one that hangs",
        category: Category::Schedule,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        practice: Some(Practice::Deadline),
        since: "0.1.0",
        page: include_str!("../../rules/stuck-forbid.md"),
        ..Meta::DEFAULT
    },
    check: Check::CronJob(check),
};

fn check(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    let policy = cron_job.concurrency_policy();
    // A suspended CronJob starts no runs.
    let is_forbid = policy.is("Forbid") && !cron_job.is_suspended();
    let Some(job) = cron_job.job().filter(|_| is_forbid) else { return };
    let deadline = job.active_deadline_seconds();
    // The pod's own deadline ends each hung pod, as liveness probes do, and the retries are finite: the CronJob goes on.
    let ends = |pod: Pod<'_>| pod.active_deadline_seconds().is_set() || pod.is_watched();
    if deadline.is_set() || job.pod().is_some_and(ends) {
        return;
    }
    reporter
        .report(deadline, "no run starts after one that hangs: no deadline ends it, and `Forbid` starts no run beside it")
        .related(policy, "skips runs while one is running")
        .help("set `activeDeadlineSeconds` in `jobTemplate.spec` to more seconds than any healthy run takes, retries included");
}
