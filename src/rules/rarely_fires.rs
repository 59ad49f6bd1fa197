use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::Calendar;
use crate::time::format;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "rarely-fires",
        summary: "Two runs can be more than a year apart",
        category: Category::Schedule,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Schedule(check),
};

/// A leap year; what runs once a year is no mistake.
const YEAR: i64 = 366 * 86_400;

fn check(cron_job: CronJob<'_>, calendar: &Calendar, reporter: &mut Reporter<'_>) {
    let Some((_, longest)) = calendar.intervals(reporter.as_of()).filter(|&(_, longest)| longest > YEAR)
    else {
        return;
    };
    let Some(next) = calendar.from(reporter.as_of()).next() else { return };
    let message = format!(
        "the next date of the schedule is {}, and its dates are up to {} apart",
        format::date(next, &calendar.zone),
        format::duration(longest)
    );
    reporter.report(cron_job.schedule(), message).help(
        "choose a date that comes every year; for the last day of a month, run on days 28-31 and \
            check the date in the command",
    );
}
