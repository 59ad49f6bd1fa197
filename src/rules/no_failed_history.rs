use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "no-failed-history",
        summary: "A failed run is deleted at once",
        category: Category::Schedule,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::CronJob(check),
};

fn check(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    let limit = cron_job.failed_jobs_history_limit();
    if limit.integer() != Some(0) {
        return;
    }
    reporter
        .report(
            limit,
            "a failed run is deleted at once, along with its pods and the logs that say why: \
            `failedJobsHistoryLimit` is 0",
        )
        .help("set `failedJobsHistoryLimit` to 1 or more, such as 3");
}
