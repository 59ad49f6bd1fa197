use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::Calendar;
use crate::time::format;
use crate::time::overlap::{Overlap, overlap};
use crate::time::run::longest_run;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "killed-runs",
        summary: "A run that takes too long is deleted by the next one",
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
    if !policy.is("Replace") {
        return;
    }
    let Some(Overlap { longest, shortest }) = overlap(cron_job, calendar, reporter.as_of()) else {
        return report_every_minute(cron_job, calendar, reporter);
    };
    // On a schedule with longer intervals, too, only some of the runs are followed so soon.
    let is_even = calendar.intervals(reporter.as_of()).is_some_and(|(least, most)| least == most);
    let message = format!(
        "a run that takes longer than {} {} deleted when the next one starts, although it can last {} ({})",
        format::duration(shortest),
        if is_even { "is" } else { "can be" },
        format::duration(longest.seconds),
        longest.bound.describe()
    );
    let apart = format::duration(shortest);
    let related = format!("this schedule starts two runs {apart} apart");
    reporter.report(policy, message).related(cron_job.schedule(), related).help(format!(
        "set the Job's `activeDeadlineSeconds` below {shortest} ({apart}), or run less often, so that every run ends before the next one \
         starts"
    ));
}

/// Reports runs that nothing limits but the next one, a minute later.
fn report_every_minute(cron_job: CronJob<'_>, calendar: &Calendar, reporter: &mut Reporter<'_>) {
    let is_open = cron_job.job().is_some_and(|it| longest_run(it).is_none()) && !cron_job.is_suspended();
    if is_open && calendar.intervals(reporter.as_of()).is_some_and(|(_, longest)| longest == 60) {
        let message = "a run that takes longer than a minute is deleted when the next one starts: `concurrencyPolicy` is `Replace`";
        let help = "set `concurrencyPolicy: Forbid`, which lets a run finish, and `activeDeadlineSeconds` for a run that hangs";
        reporter.report_milder(true, cron_job.concurrency_policy(), message).help(help);
    }
}
