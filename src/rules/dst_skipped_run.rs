use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases;
use crate::time::calendar::{Calendar, ClockChange, FEW_RUNS_A_DAY};
use crate::time::format;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "dst-skipped-run",
        summary: "When the clock goes forward, a run is skipped",
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
    // One of many runs in a day is no loss, unless all of them fall into the gap.
    let is_loss = |change: &ClockChange| {
        !change.skipped.is_empty()
            && (change.planned <= FEW_RUNS_A_DAY || change.skipped.len() == change.planned)
    };
    let Some(change) = calendar.clock_changes(reporter.as_of()).into_iter().find(is_loss) else { return };
    let what = match change.skipped.len() {
        all if all == change.planned => "no run starts".to_owned(),
        1 => "a run is skipped".to_owned(),
        several => format!("{several} runs are skipped"),
    };
    let times = match change.skipped.as_slice() {
        [first, _, _, .., last] => format!("{} to {}", format::clock(*first), format::clock(*last)),
        few => phrases::list(&few.iter().map(|&it| format::clock(it)).collect::<Vec<_>>()),
    };
    let message = format!(
        "{what} on {} {}: clocks in `{}` go forward and never show {times}",
        format::weekday(change.date),
        change.date,
        zone.text().unwrap_or_default()
    );
    reporter.report(cron_job.schedule(), message).related(zone, "clocks change in this zone").help(
        "choose a time that is not skipped, or convert the schedule to UTC, which has no clock changes, \
                and set `timeZone: Etc/UTC`",
    );
}
