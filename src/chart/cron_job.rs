//! The runs of a CronJob.

use crate::text::phrases;
use jiff::Timestamp;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::chart::model::{Bar, BarStyle, Chart, Row};
use crate::text::phrases::count;
use crate::time::calendar::{Calendar, ClockChange};
use crate::time::cron_job::ScheduledRun;
use crate::time::format;
use crate::time::retry::Millis;

/// So many changes of the clock are told.
const CHANGES: usize = 2;

/// As many rows as the largest picture draws.
const MAX_ROWS: usize = 200;

/// Returns the start times as data, in UTC and whole seconds.
pub fn to_json(runs: &[ScheduledRun]) -> Value {
    let run = |run: &ScheduledRun| {
        json!({
            "scheduled": run.scheduled.to_string(),
            "started": run.started.and_then(whole_second).map(|at| at.to_string()),
            "skipped": run.skipped.map(|skip| skip.describe()),
        })
    };
    json!({ "runs": runs.iter().map(run).collect::<Vec<_>>() })
}

fn whole_second(at: Millis) -> Option<Timestamp> {
    Timestamp::from_second(at.div_euclid(1_000)).ok()
}

/// Draws the runs over time.
pub fn chart(
    title: String,
    assumed: String,
    calendar: &Calendar,
    runs: &[ScheduledRun],
    changes: &[ClockChange],
) -> Chart {
    let times = runs.iter().flat_map(|it| [Some(it.scheduled.as_millisecond()), it.ended]).flatten();
    let (start, end) = (times.clone().min().unwrap_or(0), times.max().unwrap_or(1));
    // No picture has more rows; the facts below are about all.
    let rows = runs.iter().take(MAX_ROWS).map(|run| row(run, calendar, runs)).collect();
    let local = |at: Millis| {
        let at = whole_second(at).unwrap_or_default();
        let wall = calendar.zone.to_datetime(at);
        let (date, clock) = (wall.date(), format::clock(format::minute(wall)));
        match end - start {
            ..86_400_000 => clock,
            86_400_000..432_000_000 => format!("{} {clock}", format::weekday(date)),
            _ => format!("{} {:02}-{:02}", format::weekday(date), wall.month(), wall.day()),
        }
    };
    // Without runs there is no span to measure.
    let parts = if runs.is_empty() { 0 } else { 5 };
    let ticks = (0..parts).map(|part| start + (end - start) * part / 4).map(|at| (at, local(at))).collect();
    let mut footer = Vec::new();
    let skipped = runs.iter().filter(|it| it.skipped.is_some()).count();
    let late = runs.iter().filter(|run| lateness(run) > 0).count();
    let at_once = at_once(runs);
    let mut facts = vec![count(runs.len(), "start time")];
    facts.extend((skipped > 0).then(|| format!("{skipped} skipped")));
    facts.extend((late > 0).then(|| format!("{late} late")));
    facts.extend((at_once > 1).then(|| format!("up to {at_once} runs at once")));
    let never_fires = runs.is_empty() && calendar.from(date(2000, 1, 1)).next().is_none();
    let why = if never_fires { " The schedule never fires: no date matches it." } else { "" };
    footer.push(format!("{}.{why}", facts.join(", ")));
    footer.extend(changes.iter().take(CHANGES).map(describe));
    Chart {
        title,
        subtitle: assumed,
        rows,
        marks: Vec::new(),
        span: (start, end.max(start + 1)),
        ticks,
        footer,
    }
}

/// Describes in one sentence what a change of the clock does.
pub fn describe(change: &ClockChange) -> String {
    let day = format!("{} {}", format::weekday(change.date), change.date);
    let times = |minutes: Vec<i64>| {
        let mut times: Vec<String> = minutes.iter().take(4).map(|&it| format::clock(it)).collect();
        times.extend((minutes.len() > 4).then(|| format!("{} more", minutes.len() - 4)));
        phrases::list(&times)
    };
    if change.skipped.is_empty() {
        let twice = change.repeated.iter().map(|(minute, _)| *minute).collect();
        format!("On {day} the clock goes back: two runs at {}.", times(twice))
    } else {
        format!("On {day} the clock goes forward: no run at {}.", times(change.skipped.clone()))
    }
}

fn lateness(run: &ScheduledRun) -> Millis {
    run.started.map_or(0, |it| (it - run.scheduled.as_millisecond()) / 1_000)
}

fn row(run: &ScheduledRun, calendar: &Calendar, runs: &[ScheduledRun]) -> Row {
    let wall = calendar.zone.to_datetime(run.scheduled);
    let label =
        format!("{} {} {}", format::weekday(wall.date()), wall.date(), format::clock(format::minute(wall)));
    let utc = jiff::tz::TimeZone::UTC.to_datetime(run.scheduled);
    let mut notes = Vec::new();
    if calendar.has_zone {
        let day = if utc.date() == wall.date() { String::new() } else { format!("{} ", utc.date()) };
        notes.push(format!("{day}{} UTC", format::clock(format::minute(utc))));
    }
    if wall.second() != 0 {
        notes.push(format!("second {}", wall.second()));
    }
    let due = run.scheduled.as_millisecond();
    let mut bars = Vec::new();
    match (run.started, run.skipped) {
        (Some(start), _) => {
            let end = run.ended.unwrap_or(start);
            let style = if run.is_replaced { BarStyle::Deleted } else { BarStyle::Running };
            bars.extend((start - due >= 1_000).then_some(Bar {
                start: due,
                end: start,
                style: BarStyle::Waiting,
            }));
            bars.push(Bar { start, end, style });
            if lateness(run) > 0 {
                notes.push(format!("starts {} late", format::duration(lateness(run))));
            }
            let beside =
                runs.iter().filter(|it| is_active(it, start) && it.scheduled != run.scheduled).count();
            if beside > 0 {
                notes.push(format!("alongside {}", count(beside, "other")));
            }
            notes.extend(run.is_replaced.then(|| "deleted by the next".to_owned()));
        }
        (None, skip) => notes.extend(skip.map(|it| format!("skipped: {}", it.describe()))),
    }
    Row { label, bars, note: notes.join(", ") }
}

fn is_active(run: &ScheduledRun, at: Millis) -> bool {
    run.started.is_some_and(|start| start <= at && run.ended.is_none_or(|end| at < end))
}

/// Returns how many runs are active at most.
fn at_once(runs: &[ScheduledRun]) -> usize {
    let mut ends: Vec<Millis> = Vec::new();
    let mut most = 0;
    for (start, end) in runs.iter().filter_map(|it| Some((it.started?, it.ended?))) {
        ends.retain(|&it| it > start);
        ends.push(end);
        most = most.max(ends.len());
    }
    most
}
