use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::{Calendar, ClockChange, FEW_RUNS_A_DAY};
use crate::time::format;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "dst-repeated-run",
        summary: "When the clock goes back, a run starts twice",
        category: Category::Schedule,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Schedule(check),
};

fn check(cron_job: CronJob<'_>, calendar: &Calendar, reporter: &mut Reporter<'_>) {
    let zone = cron_job.time_zone();
    if !calendar.has_zone || cron_job.is_suspended() {
        return;
    }
    // One more of many runs in a day is no harm, unless all of them come twice.
    let is_harm = |change: &ClockChange| {
        !change.repeated.is_empty()
            && (change.planned <= FEW_RUNS_A_DAY || change.repeated.len() == change.planned)
    };
    let Some(change) = calendar.clock_changes(reporter.as_of()).into_iter().find(is_harm) else { return };
    let Some(&(minute, [first, second])) = change.repeated.first() else { return };
    let run = match change.repeated.len() - 1 {
        0 => "run starts".to_owned(),
        1 => "run and the next one start".to_owned(),
        more => format!("run and the next {more} start"),
    };
    let message = format!(
        "the {} {run} twice on {} {}, {} apart: clocks in `{}` go back",
        format::clock(minute),
        format::weekday(change.date),
        change.date,
        format::duration(second.as_second() - first.as_second()),
        zone.text().unwrap_or_default()
    );
    reporter
        .report(cron_job.schedule(), message)
        .related(zone, "clocks change in this zone")
        .help(
            "choose a time outside the repeated hour, or convert the schedule to UTC, which has no clock changes, \
                and set `timeZone: Etc/UTC`",
        );
}
