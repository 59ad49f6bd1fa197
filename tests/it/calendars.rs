//! What a schedule comes to over the years: intervals, changes of the clock, runs that cover others, the longest run.

use std::sync::Arc;

use batchlint::manifest::document;
use batchlint::manifest::workload::{Classification, classify};
use batchlint::text::source::Source;
use batchlint::time::calendar::{Calendar, Covered};
use batchlint::time::format;
use batchlint::time::run::{Bound, longest_run};
use batchlint::time::starts::{Starts, each_run};
use jiff::civil::{Date, date};
use proptest::prelude::*;

const TODAY: Date = date(2026, 11, 24);
const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

fn calendar(schedule: &str, zone: &str) -> Calendar {
    Calendar::parse(schedule, Some(zone)).unwrap()
}

#[test]
fn the_shortest_and_the_longest_interval() {
    let intervals = |schedule| calendar(schedule, "UTC").intervals(TODAY);
    assert_eq!(intervals("*/15 * * * *"), Some((15 * MINUTE, 15 * MINUTE)));
    assert_eq!(intervals("*/45 * * * *"), Some((15 * MINUTE, 45 * MINUTE)));
    assert_eq!(intervals("0 3 * * *"), Some((DAY, DAY)));
    assert_eq!(intervals("0 8,20 * * 1-5"), Some((12 * HOUR, 60 * HOUR)));
    assert_eq!(intervals("0 0 1 * *"), Some((28 * DAY, 31 * DAY)));
    assert_eq!(intervals("0 0 29 2 *"), Some((1_461 * DAY, 1_461 * DAY)));
    assert_eq!(intervals("0 0 31 2 *"), None);
    assert_eq!(intervals("@every 90s"), Some((90, 90)));
}

#[test]
fn changes_of_the_clock_skip_and_repeat_runs() {
    let changes = |schedule, zone, from| {
        let changes = calendar(schedule, zone).clock_changes(from);
        let first = changes.into_iter().next().unwrap();
        let twice: Vec<i64> = first.repeated.iter().map(|(minute, _)| *minute).collect();
        (first.date, first.skipped, twice)
    };
    let half_past_2 = 2 * 60 + 30;
    assert_eq!(changes("30 2 * * *", "Europe/Paris", TODAY), (date(2027, 3, 28), vec![half_past_2], vec![]));
    let autumn = date(2026, 10, 1);
    assert_eq!(
        changes("30 2 * * *", "Europe/Paris", autumn),
        (date(2026, 10, 25), vec![], vec![half_past_2])
    );
    // Midnight is skipped; half an hour is, and comes again.
    assert_eq!(
        changes("0 0 * * *", "America/Sao_Paulo", date(2018, 11, 1)),
        (date(2018, 11, 4), vec![0], vec![])
    );
    let lord_howe = "Australia/Lord_Howe";
    assert_eq!(changes("15 2 * * *", lord_howe, autumn), (date(2026, 10, 4), vec![135], vec![]));
    assert_eq!(changes("45 1 * * *", lord_howe, date(2026, 4, 1)), (date(2026, 4, 5), vec![], vec![105]));
}

#[test]
fn schedules_that_feel_no_change_of_the_clock() {
    let feels = |schedule, zone| !calendar(schedule, zone).clock_changes(TODAY).is_empty();
    assert!(!feels("0 * * * *", "Europe/Paris"));
    assert!(!feels("0 3 * * *", "Europe/Paris"));
    assert!(!feels("30 2 * * *", "UTC"));
    assert!(!feels("30 2 * * *", "Asia/Tokyo"));
    assert!(!feels("30 2 * * 1-5", "Europe/Paris"), "clocks change on Sundays there");
}

#[test]
fn a_long_run_covers_later_start_times() {
    let covered = |schedule, seconds| calendar(schedule, "UTC").covered(seconds, TODAY);
    assert_eq!(covered("*/15 * * * *", 14 * MINUTE), Covered { count: 0, lateness: 0 });
    assert_eq!(covered("*/15 * * * *", 40 * MINUTE), Covered { count: 2, lateness: 10 * MINUTE });
    assert_eq!(covered("0 8,9 * * *", 2 * HOUR), Covered { count: 1, lateness: HOUR });
    // A Job starts a moment after its time, so that the run at the full hour is due before the one before has ended.
    assert_eq!(covered("*/15 * * * *", HOUR), Covered { count: 4, lateness: 0 });
    assert_eq!(covered("*/15 * * * *", HOUR - 1), Covered { count: 3, lateness: 15 * MINUTE - 1 });
}

/// Returns the longest run of a Job with these lines in its `spec` and in its container.
fn longest_run_of(policy: &str, spec: &str, container: &str) -> Option<(i64, Bound)> {
    let manifest = format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec:\n  {spec}\n  template:\n    spec:\n      \
         restartPolicy: {policy}\n      containers:\n      - name: a\n        image: b\n        {container}\n"
    );
    let stream = document::read(&Arc::new(Source::new("job.yaml", manifest)));
    let node = stream.documents[0].objects().next().unwrap();
    let Classification::Object(object) = classify(node) else { panic!("no object") };
    longest_run(object.job().unwrap()).map(|it| (it.seconds, it.bound))
}

#[test]
fn a_run_lasts_no_longer_than_its_deadline_or_its_timeouts_and_retries() {
    let deadline = Some((600, Bound::Deadline));
    assert_eq!(
        longest_run_of("Never", "activeDeadlineSeconds: 600", "command: [timeout, '60', work]"),
        deadline
    );
    // Two tries, and 10 s between them.
    let twice = Some((130, Bound::Timeout));
    let spec = "backoffLimit: 1";
    assert_eq!(longest_run_of("Never", spec, "command: [timeout, '60', work]"), twice);
    assert_eq!(longest_run_of("Never", spec, "command: [timeout, -s, KILL, 1m, work]"), twice);
    assert_eq!(longest_run_of("Never", spec, "command: [sh, -c, 'exec timeout 60 work --all']"), twice);
    // Whatever the shell is called, and however its options are written.
    for shell in ["/bin/bash, -eu, -c", "bash, -o, pipefail, -ec", "ksh, -c", "ash, -ce"] {
        let command = format!("command: [{shell}, 'timeout 60 work']");
        assert_eq!(longest_run_of("Never", spec, &command), twice, "{command}");
    }
    let once = Some((60, Bound::Timeout));
    assert_eq!(longest_run_of("OnFailure", spec, "command: [timeout, '60', work]"), once);
    assert_eq!(
        longest_run_of("Never", spec, "command: [timeout, -k, '5', '60', work]"),
        Some((140, Bound::Timeout))
    );
}

#[test]
fn nothing_bounds_other_runs() {
    for container in [
        "command: [work]",
        "command: [timeout, '0', work]",
        "command: [sh, -c, 'timeout 60 work; sleep 1000']",
        "command: [sh, -c, 'timeout $LIMIT work']",
    ] {
        assert_eq!(longest_run_of("Never", "backoffLimit: 1", container), None, "{container}");
    }
    let shards = "{completions: 5, backoffLimit: 1}".trim_matches(['{', '}']).replace(", ", "\n  ");
    assert_eq!(longest_run_of("Never", &shards, "command: [timeout, '60', work]"), None);
}

#[test]
fn durations_are_written_in_two_units() {
    let written = [0, 59, 310, 3_600, 5_400, 90_000, 4 * DAY, 1_461 * DAY].map(format::duration);
    assert_eq!(written, ["0 s", "59 s", "5 min 10 s", "1 h", "1 h 30 min", "25 h", "4 days", "4 years"]);
}

#[test]
fn a_quieter_minute_is_one_with_fewer_starts_and_never_the_full_hour() {
    let from = format::midnight(TODAY);
    let fleet = ["0 3 * * *", "1 3 * * *", "0 3 * * 2"].map(|it| calendar(it, "UTC"));
    let starts = Starts::count(&fleet, from, 1_440);
    assert_eq!(starts.counts[180..183], [2, 1, 0]);
    assert_eq!(starts.quietest_minute(0, Some(3)), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Walking days instead of searching makes no difference, also around changes of the clock.
    #[test]
    fn all_runs_of_a_span_are_those_that_a_search_finds(
        minute in prop::sample::select(vec!["0", "*/20", "15,45", "30"]),
        hour in prop::sample::select(vec!["*", "0", "1-3", "2", "*/6", "23"]),
        day in prop::sample::select(vec!["* * *", "1 * *", "* 3,10 *", "* * 0", "13 * 5", "1 4-11 *"]),
        zone in prop::sample::select(vec![
            "UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "America/Asuncion",
        ]),
        start in 1_500_000_000i64..1_700_000_000,
    ) {
        let calendar = calendar(&format!("{minute} {hour} {day}"), zone);
        let end = start + 400 * DAY;
        let mut walked = Vec::new();
        each_run(&calendar, start, end, &mut |at| walked.push(at));
        let from = jiff::Timestamp::from_second(start - 1).unwrap();
        let runs = calendar.schedule.runs(from, &calendar.zone).map(|it| it.as_second());
        prop_assert_eq!(walked, runs.take_while(|&it| it < end).collect::<Vec<_>>());
    }
}
