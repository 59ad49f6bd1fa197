use crate::finding::{Confidence, Severity};
use crate::fix::{Edit, Safety};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::time::calendar::{ALL_HOURS, Calendar};
use crate::workload::CronJob;

pub static RULE: Rule = Rule {
    id: "uneven-step",
    summary: "The last interval of a step is shorter than the others",
    category: Category::Schedule,
    severity: Severity::Warning,
    confidence: Confidence::High,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/uneven-step.md"),
    options: &[],
    fix: Some(Safety::Unsafe),
    check: Check::Schedule(check),
};

fn check(cron_job: CronJob<'_>, calendar: &Calendar, reporter: &mut Reporter<'_>) {
    let (Some(text), Some(fields)) = (cron_job.schedule().text(), calendar.fields()) else { return };
    let mut words = text.split_whitespace();
    let hours = fields.hour & ALL_HOURS;
    // A shorter interval needs an hour after the hour, and a day after the day.
    let hour_follows = hours & (hours << 1) != 0 || (hours & 1 != 0 && hours >> 23 == 1);
    let day_follows = fields.is_daily() || fields.day_of_week & fields.day_of_week << 1 & 0x7f != 0;
    let units = [("minute", "min", 60, hour_follows), ("hour", "h", 24, day_follows)];
    for ((name, unit, size, follows), word) in units.into_iter().zip(&mut words) {
        let Some(step) = word.strip_prefix("*/").or_else(|| word.strip_prefix("?/")) else { continue };
        let Some(step) = step.parse::<i64>().ok().filter(|&it| it > 1) else { continue };
        let (last, whole) = ((size - 1) / step * step, if name == "minute" { "hour" } else { "day" });
        let message = match step {
            _ if step >= size => format!("`{word}` matches once in each {whole}, at {name} 0"),
            _ if size % step != 0 && follows => format!(
                "`{word}` starts again in each {whole}: {name} 0 follows {name} {last} after {} {unit}, not {step}",
                size - last
            ),
            _ => continue,
        };
        let finding = reporter.report(cron_job.schedule(), message);
        finding.help(format!("use a step that divides {size}, name the {name}s, or use `@every`"));
        if let (Some(even), Some(node)) = (even(word, step, size), cron_job.schedule().node()) {
            let edits = Edit::replace_text(node, &text.replacen(word, &even, 1));
            finding.fix(format!("write `{even}` in place of `{word}`"), Safety::Unsafe, edits);
        }
    }
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
