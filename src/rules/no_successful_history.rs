use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "no-successful-history",
        summary: "A successful run is deleted at once",
        category: Category::Schedule,
        severity: Severity::Info,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::CronJob(check),
};

fn check(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    let limit = cron_job.successful_jobs_history_limit();
    if limit.integer() == Some(0) {
        let message = "a successful run is deleted at once, along with its pods and logs: `successfulJobsHistoryLimit` is 0";
        reporter
            .report(limit, message)
            .help("set `successfulJobsHistoryLimit` to 1 or more, such as the default, 3");
    }
}
