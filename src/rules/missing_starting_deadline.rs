use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::{Calendar, never_fires};
use crate::time::format;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-starting-deadline",
        summary: "A run that could not start on time starts no matter how late",
        category: Category::Schedule,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::CronJob(check),
};

/// A run that is at most so many seconds late is as good as one on time.
const SHORT: i64 = 600;

fn check(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    let field = cron_job.starting_deadline_seconds();
    let longest =
        Calendar::for_cron_job(cron_job).and_then(|it| it.intervals(reporter.as_of())).map(|it| it.1);
    // Only the last missed run starts, and the next one is due after the longest interval at the latest.
    // Without runs none is missed; a suspended CronJob catches up once it is resumed.
    let never_runs = never_fires(cron_job, reporter.as_of());
    if field.is_set() || never_runs || longest.is_some_and(|it| it <= SHORT) {
        return;
    }
    let when = if cron_job.concurrency_policy().is("Forbid") {
        "the controller manager is back, the CronJob is resumed or the earlier run has ended"
    } else {
        "the controller manager is back or the CronJob is resumed"
    };
    let late = longest.map_or(String::new(), |it| format!(", by up to {}", format::duration(it)));
    reporter
        .report(
            field,
            format!(
                "a missed run starts late{late}, once {when}: `startingDeadlineSeconds` is not set"
            ),
        )
        .help("set `startingDeadlineSeconds` to the number of seconds after which a late run is no longer useful");
}
