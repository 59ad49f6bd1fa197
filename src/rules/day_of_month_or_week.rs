use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
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
        page: include_str!("../../rules/day-of-month-or-week.md"),
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
    let what =
        if fields.is_daily() { "every day".to_owned() } else { "whenever either one matches".to_owned() };
    let message = format!(
        "the two day fields do not restrict each other: the CronJob runs {what}, next on {}",
        phrases::list(&dates)
    );
    reporter.report(cron_job.schedule(), message).help(
        "set one of the two to `*` and let the command check the other: both must match only if one of them \
         is `*` or `?` (not `*/2`)",
    );
}
