use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases;
use crate::time::calendar::Calendar;
use crate::time::format;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "day-of-month-or-week",
        summary: "Both day fields are set, and matching either one is enough",
        category: Category::Schedule,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Schedule(check),
};

fn check(cron_job: CronJob<'_>, calendar: &Calendar, reporter: &mut Reporter<'_>) {
    let Some(fields) = calendar.fields().filter(|it| !it.needs_both_days()) else { return };
    let mut dates: Vec<String> =
        calendar.from(reporter.as_of()).take(200).map(|it| format::date(it, &calendar.zone)).collect();
    dates.dedup();
    dates.truncate(4);
    if dates.is_empty() {
        return;
    }
    let next = phrases::list(&dates);
    let text = cron_job.schedule().text().unwrap_or_default();
    let mut words = text.split_whitespace().rev();
    let (Some(week), Some(month), Some(day)) = (words.next(), words.next(), words.next()) else { return };
    let either = format!("day of month `{day}` or day of week `{week}`");
    let within = if matches!(month, "*" | "?") { String::new() } else { format!(" in month `{month}`") };
    let message = if fields.is_daily() {
        format!("the schedule includes every day: each day matches {either}, and a day need not match both")
    } else {
        format!(
            "the schedule includes every day{within} that matches {either}, not only days that match both: for example {next}"
        )
    };
    reporter.report(cron_job.schedule(), message).help(
        "set day of month or day of week to `*`; if both must match, set day of month to `*`, and let the \
                script exit with 0 if the day of the month does not match",
    );
}
