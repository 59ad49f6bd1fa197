use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-starting-deadline",
        summary: "A run that could not start on time starts no matter how late",
        category: Category::Schedule,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        page: include_str!("../../rules/missing-starting-deadline.md"),
        ..Meta::DEFAULT
    },
    check: Check::CronJob(check),
};

fn check(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    let field = cron_job.starting_deadline_seconds();
    if field.is_set() {
        return;
    }
    let when = if cron_job.concurrency_policy().is("Forbid") {
        "after an outage, a pause or a run that took too long"
    } else {
        "after an outage or a pause"
    };
    reporter
        .report(
            field,
            format!(
                "{when}, the last missed run starts at once, however late it is: \
                `startingDeadlineSeconds` is not set"
            ),
        )
        .help("set `startingDeadlineSeconds` to the number of seconds a run may be late and still be useful");
}
