use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::{ALL_HOURS, Calendar, values};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "every-minute-of-the-hour",
        summary: "Sixty runs an hour instead of one",
        category: Category::Schedule,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Schedule(check),
};

const EVERY_MINUTE: u64 = (1 << 60) - 1;

fn check(cron_job: CronJob<'_>, calendar: &Calendar, reporter: &mut Reporter<'_>) {
    let Some(fields) = calendar.fields().filter(|_| !cron_job.is_suspended()) else { return };
    let hours = fields.hour & ALL_HOURS;
    // `* 8-17 * * *` means every minute of the working day; single hours do not.
    let next_to = hours & (hours << 1 | hours >> 23);
    if fields.minute & EVERY_MINUTE != EVERY_MINUTE || hours == 0 || next_to != 0 {
        return;
    }
    let named: Vec<String> = values(hours).map(|hour| format!("{hour}:00")).collect();
    let (first, count) = (named[0].clone(), named.len() * 60);
    let until = first.replace(":00", ":59");
    let more = match named.len() - 1 {
        0 => String::new(),
        1 => ", and the same in 1 other hour".to_owned(),
        others => format!(", and the same in {others} other hours"),
    };
    let each = if fields.is_daily() { "a day" } else { "on each day that the schedule matches" };
    reporter
        .report(
            cron_job.schedule(),
            format!(
                "the schedule asks for {count} runs {each}: one every minute from {first} to {until}{more}"
            ),
        )
        .help("set the minute: `0` for the start of the hour, or a less busy minute");
}
