use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "short-starting-deadline",
        summary: "A run is lost when the controller is a few seconds late",
        category: Category::Schedule,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        page: include_str!("../../rules/short-starting-deadline.md"),
        ..Meta::DEFAULT
    },
    check: Check::CronJob(check),
};

fn check(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    let deadline = cron_job.starting_deadline_seconds();
    let Some(seconds) = deadline.integer().filter(|it| (1..10).contains(it)) else { return };
    reporter
        .report(
            deadline,
            format!(
                "a run is lost when the controller is {seconds} s late, as it is after every restart; \
                 normally it is 0.1 s late"
            ),
        )
        .help(
            "set `startingDeadlineSeconds` to the delay after which a run no longer makes sense, a minute \
            or more",
        );
}
