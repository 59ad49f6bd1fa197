use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::Calendar;
use crate::time::format;
use crate::time::overlap::{Overlap, overlap};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "overlapping-runs",
        summary: "Runs can last longer than the time between them and pile up",
        category: Category::Schedule,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Schedule(check),
};

fn check(cron_job: CronJob<'_>, calendar: &Calendar, reporter: &mut Reporter<'_>) {
    let Some(Overlap { longest, shortest }) = overlap(cron_job, calendar, reporter.as_of()) else { return };
    let policy = cron_job.concurrency_policy();
    // An empty text gets the default too.
    if policy.is_set() && !policy.is("Allow") && !policy.is("") {
        return;
    }
    // The run that starts when this one ends is not counted.
    let at_once = calendar.covered(longest.seconds - 1, reporter.as_of()).count + 1;
    let (lasts, interval) = (format::duration(longest.seconds), format::duration(shortest));
    let message = format!(
        "up to {at_once} runs can be active at once: a run can last {lasts} ({}), but the next one starts after \
            {interval}",
        longest.bound.describe()
    );
    let help = format!(
        "set the Job's `activeDeadlineSeconds` so that every run ends within {interval}, or run less often"
    );
    let finding = reporter.report(cron_job.schedule(), message).help(help);
    if policy.is_set() {
        finding.related(policy, "allows runs to overlap");
    }
}
