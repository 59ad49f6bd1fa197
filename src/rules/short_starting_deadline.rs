use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::never_fires;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "short-starting-deadline",
        summary: "A run is skipped when the controller is a few seconds late",
        category: Category::Schedule,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::CronJob(check),
};

fn check(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    let deadline = cron_job.starting_deadline_seconds();
    let Some(seconds) = deadline.integer().filter(|it| (1..10).contains(it)) else { return };
    if never_fires(cron_job, reporter.as_of()) {
        return;
    }
    reporter
        .report(
            deadline,
            format!(
                "a run is skipped if the controller manager cannot start it within {seconds} s: a restart \
                    or a change of leader can take longer"
            ),
        )
        .help(
            "set `startingDeadlineSeconds` to the number of seconds after which a late run is no longer \
                useful, at least 60",
        );
}
