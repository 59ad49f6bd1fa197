//! A schedule (the first line) in a time zone (the second) has runs that go forward, or a reason why it has none.
#![no_main]

use batchlint::time::calendar::Calendar;
use batchlint::time::cron::Schedule;
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (schedule, zone) = text.split_once('\n').unwrap_or((text, ""));
    if let Err(reason) = Schedule::parse(schedule) {
        assert!(!reason.is_empty());
    }
    let Some(calendar) = Calendar::parse(schedule, Some(zone).filter(|zone| !zone.is_empty())) else {
        return;
    };
    let day = date(2026, 11, 28);
    let runs: Vec<_> = calendar.from(day).take(50).collect();
    assert!(runs.is_sorted_by(|left, right| left < right), "{runs:?}");
    if let [first, second, ..] = runs.as_slice() {
        let previous = calendar.schedule.previous(*second, &calendar.zone);
        assert!(previous.is_none_or(|it| it >= *first && it < *second), "{previous:?} of {runs:?}");
    }
    calendar.intervals(day);
    calendar.covered(600, day);
    calendar.clock_changes(day);
});
