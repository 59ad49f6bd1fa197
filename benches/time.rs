//! How long the arithmetic of time takes: next runs, a year of a fleet, the course of a Job.
//!
//! `cargo bench --bench time` prints the figures.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

use std::hint::black_box;
use std::time::Instant;

use batchlint::time::calendar::Calendar;
use batchlint::time::retry::{ContainerRun, JobAssumptions, JobPlan, RestartPolicy, simulate};
use batchlint::time::starts::Starts;
use jiff::Timestamp;

fn main() {
    let start: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
    for (schedule, zone) in [
        ("*/5 * * * *", "Europe/Paris"),
        ("30 2 * * *", "Europe/Paris"),
        ("0 6 1 * *", "UTC"),
        ("0 6 13 * 5", "UTC"),
        ("0 6 29 2 *", "America/New_York"),
    ] {
        let calendar = Calendar::parse(schedule, Some(zone)).unwrap();
        let time = best(|| calendar.schedule.runs(start, &calendar.zone).take(1_000).count());
        println!("1,000 runs of {schedule:12} {zone:17} {time:>9.3} ms");
    }
    let schedules = ["*/5 * * * *", "0 * * * *", "17 3 * * *", "0 6 * * 1-5", "30 2 1 * *", "* * * * *"];
    let zones = ["UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata"];
    let fleet: Vec<Calendar> = (0..1_000)
        .map(|it| Calendar::parse(schedules[it % schedules.len()], Some(zones[it % zones.len()])).unwrap())
        .collect();
    let time = best(|| Starts::count(&fleet, start, 366 * 1_440).counts.len());
    println!("a year of 1,000 CronJobs              {time:>9.3} ms");
    let time = best(|| {
        let day = jiff::civil::date(2026, 11, 24);
        fleet.iter().filter_map(|it| it.intervals(day)).count()
            + fleet.iter().map(|it| it.clock_changes(day).len()).sum::<usize>()
    });
    println!("intervals and changes of 1,000        {time:>9.3} ms");
    for (policy, limit) in
        [(RestartPolicy::Never, 6), (RestartPolicy::OnFailure, 6), (RestartPolicy::Never, 100)]
    {
        let plan = JobPlan { restart_policy: policy, backoff_limit: limit, ..JobPlan::default() };
        let run = |_| ContainerRun { takes: 5_000, exit_code: 1 };
        let assumptions =
            JobAssumptions { run: &run, pod_starts_in: 0, pod_ends_in: 2_000, interventions: &[] };
        let time = best(|| simulate(&plan, &assumptions).attempts.len());
        println!("a Job, {:23} {:>20.3} ms", format!("{policy:?}, limit {limit}"), time);
    }
    let plan = JobPlan { backoff_limit: i64::from(i32::MAX), ..JobPlan::default() };
    let run = |_| ContainerRun { takes: 5_000, exit_code: 1 };
    let assumptions = JobAssumptions { run: &run, pod_starts_in: 0, pod_ends_in: 2_000, interventions: &[] };
    let time = best(|| simulate(&plan, &assumptions).attempts.len());
    println!("a Job without end, cut                {time:>9.3} ms");
}

/// Returns the best time of some runs, in milliseconds.
fn best(mut work: impl FnMut() -> usize) -> f64 {
    let time = |_| {
        let start = Instant::now();
        black_box(work());
        start.elapsed().as_secs_f64() * 1e3
    };
    (0..7).map(time).fold(f64::MAX, f64::min)
}
