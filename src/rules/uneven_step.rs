use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Node;
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::{Container, CronJob, Job, Pod};
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases::count;
use crate::time::calendar::{ALL_HOURS, Calendar};
use crate::time::cron::{Fields, STAR};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "uneven-step",
        summary: "The last interval of a step is shorter than the others",
        category: Category::Schedule,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Schedule(check),
};

/// Bits 1 to 12.
const ALL_MONTHS: u64 = 0x1ffe;

/// The months after which a step of months can start over.
const MONTHS: &str = "January February March April May June July August September October November December";

/// A longer step is a slip, and not meant as an interval.
const LONGEST: i64 = 1_000;

fn check(cron_job: CronJob<'_>, calendar: &Calendar, reporter: &mut Reporter<'_>) {
    let (Some(text), Some(fields)) = (cron_job.schedule().text(), calendar.fields()) else { return };
    let mut words = text.split_whitespace();
    let hours = fields.hour & ALL_HOURS;
    // A shorter interval needs an hour after the hour, and a day after the day.
    let hour_follows = hours & (hours << 1) != 0 || (hours & 1 != 0 && hours >> 23 == 1);
    let day_follows = has_days_in_a_row(&fields);
    let units = [("minute", "min", 60, hour_follows), ("hour", "h", 24, day_follows)];
    for (at, ((name, unit, size, follows), word)) in units.into_iter().zip(&mut words).enumerate() {
        let Some(step) = step_of(word) else { continue };
        let (last, whole) = ((size - 1) / step * step, if name == "minute" { "hour" } else { "day" });
        let message = match step {
            _ if step >= size => format!("`{word}` matches only once per {whole}, at {name} 0"),
            _ if size % step != 0 && follows && !renews_token(cron_job) => format!(
                "`{word}` starts over every {whole}: {name} 0 follows {name} {last} after {} {unit}, not \
                    after {step} {unit}",
                size - last
            ),
            _ => continue,
        };
        let finding = reporter.report(cron_job.schedule(), message);
        let is_whole = if name == "minute" { hours == ALL_HOURS } else { is_single(fields.minute) };
        let seconds = step * if name == "minute" { 60 } else { 3600 };
        let is_plain = step < LONGEST && fields.is_daily() && is_whole && may_wait(cron_job, seconds);
        let every = format!("`@every {step}{}`", &name[..1]);
        finding.help(match (step >= size, is_plain) {
            (true, true) if step > size => format!(
                "for a run every {step} {name}s, use {every}; for one run a{}, write `0`",
                if name == "minute" { "n hour" } else { " day" }
            ),
            (true, false) if step > size && step < LONGEST => format!(
                "write `0`, which matches the same times; five fields cannot express an interval of {step} {name}s"
            ),
            (true, _) => "write `0`, which matches the same times".to_owned(),
            (false, true) => {
                format!("use a step that divides {size} evenly, list the {name}s, or use {every}")
            }
            (false, false) => format!("use a step that divides {size} evenly, or list the {name}s"),
        });
        if let (Some(even), Some(node)) = (even(word, step, size), cron_job.schedule().node()) {
            let edits = Edit::replace_text(node, &with_field(text, at, &even));
            finding.fix(format!("write `{even}` instead of `{word}`"), Safety::Unsafe, edits);
        }
    }
    let months = fields.month;
    let month_follows =
        months & (months << 1) & ALL_MONTHS != 0 || (months & 2 != 0 && months >> 12 & 1 == 1);
    // Days of the week next to it make other intervals anyway.
    let counts = fields.day_of_week & STAR != 0 && month_follows;
    let day = words.next();
    if let Some((word, step)) = day.and_then(|word| Some((word, step_of(word)?))).filter(|_| counts) {
        let is_plain =
            months & ALL_MONTHS == ALL_MONTHS && is_single(fields.hour) && is_single(fields.minute);
        let is_plain = is_plain && step < LONGEST && may_wait(cron_job, step * 24 * 3600);
        day_step(cron_job, word, step, is_plain, reporter);
    }
    if let Some(word) = words.next() {
        month_step(cron_job, word, reporter);
    }
}

/// Whether a day that matches can follow another.
fn has_days_in_a_row(fields: &Fields) -> bool {
    let (dates, weekdays) = (fields.day_of_month, fields.day_of_week);
    // The first of a month follows the last of the month before.
    let by_date = dates & dates << 1 & 0xffff_ffff != 0 || dates & 2 != 0 && dates >> 28 & 0xf != 0;
    let by_weekday = weekdays & weekdays << 1 & 0x7f != 0;
    if fields.needs_both_days() { by_date && by_weekday } else { by_date || by_weekday }
}

/// Returns a schedule with another text in one of its fields: others can have the same one.
fn with_field(schedule: &str, at: usize, field: &str) -> String {
    let words = schedule.split_whitespace().enumerate();
    words.map(|(other, word)| if other == at { field } else { word }).collect::<Vec<_>>().join(" ")
}

/// Reports a step of months that does not divide the year.
fn month_step(cron_job: CronJob<'_>, word: &str, reporter: &mut Reporter<'_>) {
    let Some(step) = step_of(word).filter(|step| 12 % step != 0) else { return };
    let last = 1 + 11 / step * step;
    let message = match step {
        12.. => format!("`{word}` matches only once per year, in January"),
        _ => format!(
            "`{word}` starts over every year: January follows {} after {}, not after {step} months",
            MONTHS.split(' ').nth(last as usize - 1).unwrap_or_default(),
            count(13 - last, "month")
        ),
    };
    let help = match step {
        12.. => "write `1`, which matches the same month",
        _ => "use a step that divides 12 evenly, or list the months",
    };
    reporter.report(cron_job.schedule(), message).help(help);
}

/// No step of days divides the months: each is uneven.
fn day_step(cron_job: CronJob<'_>, word: &str, step: i64, is_plain: bool, reporter: &mut Reporter<'_>) {
    let last = 1 + 30 / step * step;
    let days = if last == 31 { "1 day".to_owned() } else { format!("{} days", 32 - last) };
    let message = match step {
        31.. => format!("`{word}` matches only once per month, on day 1"),
        _ => format!(
            "`{word}` starts over every month: in a month of 31 days, day 1 follows day {last} after \
                {days}, not after {step} days"
        ),
    };
    let help = match step {
        31.. if is_plain => {
            format!(
                "for a run every {step} days, use `@every {}h`; for one run a month, write `1`",
                step * 24
            )
        }
        31..LONGEST => format!(
            "write `1`, which matches the same day; five fields cannot express an interval of {step} days"
        ),
        LONGEST.. => "write `1`, which matches the same day".to_owned(),
        _ => "list the days, or run daily and let the command check the date".to_owned(),
    };
    // Most who write `*/2` can live with it; from `*/16` on, one of the two intervals is much shorter.
    let severity = if step > 15 { RULE.meta.severity } else { Severity::Info };
    reporter.report_as(severity, cron_job.schedule(), message).help(help);
}

/// Whether a CronJob ever starts a run with `@every` and this interval: the controller looks back no further than
/// `startingDeadlineSeconds` for when a run was due, and counts the interval from there (`mostRecentScheduleTime`).
fn may_wait(cron_job: CronJob<'_>, seconds: i64) -> bool {
    cron_job.starting_deadline_seconds().integer().is_none_or(|deadline| deadline > seconds)
}

/// Whether the work is to get a new token before the old one expires: when that happens earlier once a day, it does no harm.
fn renews_token(cron_job: CronJob<'_>) -> bool {
    const REQUESTS: [&str; 3] = ["get-login-password", "get-authorization-token", "print-access-token"];
    let containers = cron_job.job().and_then(Job::pod).into_iter().flat_map(Pod::containers);
    let mut texts = containers.flat_map(Container::command_line).filter_map(Node::text);
    texts.any(|text| REQUESTS.iter().any(|it| text.contains(it)))
}

/// Whether a field matches one value.
fn is_single(field: u64) -> bool {
    (field & !STAR).count_ones() == 1
}

/// Reads `*/7`.
fn step_of(word: &str) -> Option<i64> {
    let step = word.strip_prefix("*/").or_else(|| word.strip_prefix("?/"))?;
    step.parse().ok().filter(|&step| step > 1)
}

/// Writes the nearest step that comes out even; of two equally near ones none.
fn even(word: &str, step: i64, size: i64) -> Option<String> {
    if step >= size {
        return Some("0".to_owned());
    }
    let mut steps: Vec<i64> = (2..size).filter(|it| size % it == 0).collect();
    steps.sort_by_key(|it| (it - step).abs());
    let is_nearest = steps.get(1).is_none_or(|second| (second - step).abs() > (steps[0] - step).abs());
    steps.first().filter(|_| is_nearest).map(|even| format!("{}{even}", &word[..2]))
}
