use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
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
        page: include_str!("../../rules/dst-skipped-run.md"),
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
    let all = change.skipped.len() == change.planned;
    let what = if all { "no run starts" } else { "a run is skipped" };
    let times: Vec<String> = change.skipped.iter().take(3).map(|&it| format::clock(it)).collect();
    let message = format!(
        "{what} on {} {}: clocks in `{}` go forward and never show {}",
        format::weekday(change.date),
        change.date,
        zone.text().unwrap_or_default(),
        phrases::list(&times)
    );
    reporter.report(cron_job.schedule(), message).related(zone, "clocks change in this zone").help(
        "choose a time outside the skipped hour, or convert the schedule to UTC, which has no clock changes, \
                and set `timeZone: Etc/UTC`",
    );
}
