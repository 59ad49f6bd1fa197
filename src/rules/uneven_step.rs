use crate::finding::{Confidence, Severity};
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
        reporter
            .report(cron_job.schedule(), message)
            .help(format!("use a step that divides {size}, name the {name}s, or use `@every`"));
    }
}
