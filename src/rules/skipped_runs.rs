use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::{Calendar, Covered};
use crate::time::format;
use crate::time::overlap::{Overlap, overlap};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "skipped-runs",
        summary: "A run can still be active when later ones are due, so they are skipped",
        category: Category::Schedule,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Schedule(check),
};

fn check(cron_job: CronJob<'_>, calendar: &Calendar, reporter: &mut Reporter<'_>) {
    let policy = cron_job.concurrency_policy();
    let as_of = reporter.as_of();
    let Some(Overlap { longest, shortest }) =
        overlap(cron_job, calendar, as_of).filter(|_| policy.is("Forbid"))
    else {
        return;
    };
    let Covered { count: covered, lateness } = calendar.covered(longest.seconds, as_of);
    // The latest start time is not lost: its run starts when the one before it ends, unless that is too late.
    let deadline = cron_job.starting_deadline_seconds().integer();
    let starts_late = deadline.is_none_or(|seconds| lateness < seconds);
    let fate = match (starts_late, covered) {
        (true, ..2) => "it starts late".to_owned(),
        (true, 2) => "the first is skipped, and the second starts late".to_owned(),
        (true, _) => format!("{} are skipped, and the last starts late", covered - 1),
        (false, ..2) => "it is skipped".to_owned(),
        (false, _) => "all of them are skipped".to_owned(),
    };
    let others =
        if covered < 2 { "the next run is due".to_owned() } else { format!("{covered} more runs are due") };
    let (lasts, bound) = (format::duration(longest.seconds), longest.bound.describe());
    reporter
        .report(policy, format!("a run can be active for {lasts} ({bound}), and {others} by then: {fate}"))
        .related(
            cron_job.schedule(),
            format!("a run is due {} after the previous one", format::duration(shortest)),
        )
        .help(format!(
            "set the Job's `activeDeadlineSeconds` below {shortest}, or run less often, so that every run ends \
             before the next one is due"
        ));
}
