use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::Calendar;
use crate::time::format;
use crate::time::overlap::{Overlap, overlap};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "killed-runs",
        summary: "A run that takes too long is deleted by the next one",
        category: Category::Schedule,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        page: include_str!("../../rules/killed-runs.md"),
        ..Meta::DEFAULT
    },
    check: Check::Schedule(check),
};

fn check(cron_job: CronJob<'_>, calendar: &Calendar, reporter: &mut Reporter<'_>) {
    let policy = cron_job.concurrency_policy();
    let Some(Overlap { longest, shortest }) =
        overlap(cron_job, calendar, reporter.as_of()).filter(|_| policy.is("Replace"))
    else {
        return;
    };
    let message = format!(
        "a run that takes longer than {} is deleted when the next one starts, although it can last {} ({})",
        format::duration(shortest),
        format::duration(longest.seconds),
        longest.bound.describe()
    );
    reporter
        .report(policy, message)
        .related(
            cron_job.schedule(),
            format!("this schedule starts two runs {} apart", format::duration(shortest)),
        )
        .help(format!(
            "set the Job's `activeDeadlineSeconds` below {shortest} ({}), or run less often; or set \
             `concurrencyPolicy: Forbid`, which lets a run finish",
            format::duration(shortest)
        ));
}
