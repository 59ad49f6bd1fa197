//! Schedules run when `robfig/cron` says, and are refused in its words: against recordings of the original, and
//! against a walk over all minutes.

use std::fs;
use std::path::Path;

use batchlint::time::calendar::Calendar;
use batchlint::time::cron::{Recurrence, Schedule};
use batchlint::time::cron_job::{self, Concurrency, CronJobAssumptions, CronJobPlan, SkippedRun};
use batchlint::time::zone;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use proptest::prelude::*;
use serde_json::Value;

fn recordings(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/time").join(name)).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Writes the runs after a time as the recordings have them, `null` where none follows.
fn next_runs(schedule: &Schedule, zone: &TimeZone, after: Timestamp, count: usize) -> Vec<Option<i64>> {
    let mut seconds = Vec::new();
    let mut last = after;
    for _ in 0..count {
        let next = schedule.next(last, zone);
        seconds.push(next.map(|it| it.as_second() - last.as_second()));
        let Some(next) = next else { break };
        last = next;
    }
    seconds
}

#[test]
fn all_858_recorded_checks_agree() {
    let mut checks = 0;
    for line in recordings("schedules.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = case["schedule"].as_str().unwrap();
        let schedule = Schedule::parse(text);
        if let Some(error) = case["error"].as_str() {
            assert_eq!(schedule.err().as_deref(), Some(error), "{text:?}");
            checks += 6;
            continue;
        }
        let schedule = schedule.unwrap_or_else(|error| panic!("{text:?}: {error}"));
        for run in case["runs"].as_array().unwrap() {
            let place = zone(run[0].as_str().unwrap()).unwrap();
            let after = at(&format!("{}:00Z", run[1].as_str().unwrap()));
            let mut expected = Vec::new();
            for item in &run.as_array().unwrap()[2..] {
                match item.as_array() {
                    Some(pair) => {
                        expected.extend((0..pair[1].as_u64().unwrap()).map(|_| pair[0].as_i64()));
                    }
                    None => expected.push(item.as_i64()),
                }
            }
            assert_eq!(next_runs(&schedule, &place, after, expected.len()), expected, "{text:?} {run}");
            checks += 1;
        }
    }
    assert_eq!(checks, 858);
}

#[test]
fn clock_changes_and_odd_fields_give_the_recorded_runs() {
    let recorded: Value = serde_json::from_str(&recordings("cron.json")).unwrap();
    for (title, runs) in recorded["next"].as_object().unwrap() {
        let (text, rest) = title.split_once(" from ").unwrap();
        let mut last = Some(at(rest.split(' ').next().unwrap()));
        let schedule = Schedule::parse(text).unwrap();
        for expected in runs.as_array().unwrap() {
            last = last.and_then(|it| schedule.next(it, &TimeZone::UTC));
            let found = last.map_or("zero time (never)".to_owned(), |it| it.to_string());
            assert_eq!(found, expected.as_str().unwrap(), "{title}");
        }
    }
}

#[test]
fn durations_are_refused_in_the_words_of_go() {
    let words = |text| Schedule::parse(text).err().unwrap_or_default();
    assert_eq!(words("@every x"), r#"failed to parse duration @every x: time: invalid duration "x""#);
    assert_eq!(words("@every 5"), r#"failed to parse duration @every 5: time: missing unit in duration "5""#);
    let every = |text| Schedule::parse(text).unwrap().pattern;
    assert_eq!(every("@every 1.5h"), Recurrence::Every(5400));
    assert_eq!(every("@every 90500ms"), Recurrence::Every(90));
}

#[test]
fn a_panic_of_the_original_is_an_error_with_the_words_of_kubernetes() {
    let expected = "invalid schedule format: runtime error: slice bounds out of range [:-1]";
    assert_eq!(Schedule::parse("TZ=0").err().as_deref(), Some(expected));
}

/// What a schedule means while the clock changes by whole hours, and not at midnight: every minute that matches.
fn minute_walk(text: &str, place: &TimeZone, after: Timestamp, count: usize) -> Vec<Timestamp> {
    let Recurrence::Fields(fields) = Schedule::parse(text).unwrap().pattern else { return Vec::new() };
    let has = |set: u64, value: i8| set >> value & 1 == 1;
    let start = after.as_second().div_euclid(60) + 1;
    let minutes = (start..start + 250 * 1440).map(|minute| Timestamp::from_second(minute * 60).unwrap());
    let matching = minutes.filter(|it| {
        let wall = place.to_datetime(*it);
        let of_month = has(fields.day_of_month, wall.day());
        let of_week = has(fields.day_of_week, wall.weekday().to_sunday_zero_offset());
        let day = if fields.needs_both_days() { of_month && of_week } else { of_month || of_week };
        has(fields.minute, wall.minute())
            && has(fields.hour, wall.hour())
            && has(fields.month, wall.month())
            && day
    });
    matching.take(count).collect()
}

fn field(least: u8, most: u8) -> impl Strategy<Value = String> {
    let range = (least..=most).prop_flat_map(move |low| (Just(low), low..=most));
    prop_oneof![
        4 => Just("*".to_owned()),
        3 => (least..=most).prop_map(|it| it.to_string()),
        1 => (1..=most).prop_map(|step| format!("*/{step}")),
        1 => range.clone().prop_map(|(low, high)| format!("{low}-{high}")),
        1 => (range, 1..20u8).prop_map(|((low, high), step)| format!("{low}-{high}/{step}")),
        1 => proptest::collection::vec(least..=most, 2..4).prop_map(|list| {
            list.iter().map(u8::to_string).collect::<Vec<_>>().join(",")
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn next_and_previous_agree_with_a_walk_over_all_minutes(
        minute in field(0, 59),
        hour in field(0, 23),
        day in field(1, 28),
        month in field(1, 12),
        weekday in field(0, 6),
        place in prop::sample::select(vec!["UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Sydney"]),
        start in 1_700_000_000i64..1_900_000_000,
    ) {
        let text = format!("{minute} {hour} {day} {month} {weekday}");
        let (place, after) = (zone(place).unwrap(), Timestamp::from_second(start).unwrap());
        let schedule = Schedule::parse(&text).unwrap();
        let expected = minute_walk(&text, &place, after, 8);
        let found: Vec<_> = schedule.runs(after, &place).take(expected.len()).collect();
        prop_assert_eq!(&found, &expected, "{}", text);
        for pair in found.windows(2) {
            prop_assert_eq!(schedule.previous(pair[1], &place), Some(pair[0]));
            prop_assert_eq!(schedule.previous(pair[1] + 1.second(), &place), Some(pair[1]));
        }
    }
}

#[test]
fn missed_runs_are_estimated_as_recorded() {
    let recorded: Value = serde_json::from_str(&recordings("cron.json")).unwrap();
    for (title, expected) in recorded["missed"].as_object().unwrap() {
        let (schedule, rest) = title.split_once(" created ").unwrap();
        let words: Vec<_> = rest.split(' ').collect();
        let calendar = Calendar::parse(schedule, None).unwrap();
        let [created, "last", last, "now", now, "deadline", deadline] = words[..] else { panic!("{title}") };
        let last = at(if last.is_empty() { created } else { last }).as_second();
        let now = at(now).as_second();
        let missed = cron_job::missed(&calendar, last, now, deadline.parse().ok());
        let time = |seconds: i64| Timestamp::from_second(seconds).unwrap().to_string();
        assert_eq!(time(missed.earliest), expected["earliest"].as_str().unwrap(), "{title}");
        let recent = missed.most_recent.map_or("nil".to_owned(), time);
        assert_eq!(recent, expected["mostRecent"].as_str().unwrap(), "{title}");
        let words = if missed.is_many() {
            "many"
        } else if missed.count > 0 {
            "few"
        } else {
            "none"
        };
        assert_eq!(words == "many", expected["missed"] == "many", "{title}");
        assert_eq!(missed.is_invalid, expected["err"] != "<nil>", "{title}");
        if !missed.is_invalid {
            let wait = cron_job::requeue(&calendar, last, now * 1_000).unwrap() - now * 1_000;
            assert_eq!(go_duration(wait), expected["requeueAfter"].as_str().unwrap(), "{title}");
        }
    }
}

/// Writes milliseconds as Go does: `1h10m0.1s`.
fn go_duration(milliseconds: i64) -> String {
    let (minutes, seconds) = (milliseconds / 60_000, (milliseconds % 60_000) as f64 / 1e3);
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{seconds}s"),
        (0, minutes) => format!("{minutes}m{seconds}s"),
        (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
    }
}

#[test]
fn runs_of_whole_cron_jobs_start_as_recorded() {
    let recorded: Value = serde_json::from_str(&recordings("cron.json")).unwrap();
    for (title, events) in recorded["runs"].as_object().unwrap() {
        let text = if title.starts_with("*/2") {
            "*/2 * * * *"
        } else if title.starts_with("*/5") {
            "*/5 * * * *"
        } else {
            "* * * * *"
        };
        let concurrency = match () {
            () if title.contains("Forbid") => Concurrency::Forbid,
            () if title.contains("Replace") => Concurrency::Replace,
            () => Concurrency::Allow,
        };
        let deadline = title.split("eadlineSeconds ").nth(1).or(title.split(", deadline ").nth(1));
        let plan = CronJobPlan {
            calendar: Calendar::parse(text, None).unwrap(),
            concurrency,
            starting_deadline: deadline.and_then(|it| it.parse().ok()),
            is_suspended: false,
        };
        let day = |time: &str| at(&format!("2026-01-01T{time}Z"));
        let created: Vec<(&str, &str)> =
            events.as_array().unwrap().iter().filter_map(|it| it.as_str()?.split_once(" create ")).collect();
        let last = created.last().unwrap().0;
        let assumptions = CronJobAssumptions {
            created: day("00:00:30"),
            run_takes: if title.contains("5 min") { 300_000 } else { 10_000 },
            down: title.contains("down").then(|| (day("00:04:00"), day("00:27:00"))),
            runs: 100,
            until: day(last) + 1.second(),
        };
        let runs = cron_job::simulate(&plan, &assumptions);
        let started = runs.iter().filter_map(|it| {
            let started = Timestamp::from_millisecond(it.started?).unwrap();
            Some((started, format!("c-{}", it.scheduled.as_second() / 60)))
        });
        let mut expected: Vec<_> =
            created.iter().map(|(time, name)| (day(time), (*name).to_owned())).collect();
        if title.contains("Forbid") && !title.contains("Seconds") {
            // The recording ends before the run that is late.
            expected.retain(|(time, _)| *time <= day("00:08:00"));
        }
        assert_eq!(started.collect::<Vec<_>>(), expected, "{title}: {runs:?}");
    }
}

#[test]
fn a_start_time_without_a_run_says_why() {
    let plan = |concurrency, starting_deadline| CronJobPlan {
        calendar: Calendar::parse("*/2 * * * *", None).unwrap(),
        concurrency,
        starting_deadline,
        is_suspended: false,
    };
    let assumptions = CronJobAssumptions {
        created: at("2026-01-01T00:00:30Z"),
        run_takes: 300_000,
        down: None,
        runs: 5,
        until: Timestamp::MAX,
    };
    let skips =
        |plan| cron_job::simulate(&plan, &assumptions).iter().map(|it| it.skipped).collect::<Vec<_>>();
    let active = Some(SkippedRun::ActiveRule);
    assert_eq!(skips(plan(Concurrency::Forbid, None)), [None, active, None, active, active]);
    assert_eq!(skips(plan(Concurrency::Forbid, Some(30))), [None, active, active, None, active]);
    assert_eq!(skips(plan(Concurrency::Allow, None)), [None; 5]);
    assert_eq!(skips(plan(Concurrency::Allow, Some(0))), [Some(SkippedRun::TooLate); 5]);
}

#[test]
fn runs_of_one_minute_have_one_name() {
    let plan = |concurrency| CronJobPlan {
        calendar: Calendar::parse("@every 20s", None).unwrap(),
        concurrency,
        starting_deadline: None,
        is_suspended: false,
    };
    let assumptions = CronJobAssumptions {
        created: at("2026-01-01T00:00:46Z"),
        run_takes: 3_000,
        down: None,
        runs: 7,
        until: Timestamp::MAX,
    };
    let starts = |plan, assumptions| {
        let runs = cron_job::simulate(&plan, &assumptions);
        let seconds = |millis: i64| millis - at("2026-01-01T00:00:00Z").as_millisecond();
        runs.iter().map(|it| it.started.map(seconds).ok_or_else(|| it.skipped.unwrap())).collect::<Vec<_>>()
    };
    // The second Job of a minute exists already, which the controller takes for an error. It tries again after 5 ms, and
    // each time after twice as long: 20.475 s after the error of 00:01:26.1 it is still the same minute, 40.955 s after it
    // is not, and the run of 00:02:06 starts. (As seen with Kubernetes 1.36.3: `tests/e2e/time.rs`.)
    let same = Err(SkippedRun::SameMinute);
    assert_eq!(
        starts(plan(Concurrency::Allow), assumptions),
        [Ok(66_100), same, same, Ok(127_055), same, same, Ok(187_055)]
    );
    // A run that is replaced is deleted, and its name is free.
    let long = CronJobAssumptions { run_takes: 30_000, runs: 3, ..assumptions };
    assert_eq!(starts(plan(Concurrency::Replace), long), [Ok(66_100), Ok(86_100), Ok(106_100)]);
}
