//! How many finished runs of a CronJob there are at a time, by its history limits and the TTL of its Jobs.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::cron::Schedule;
use crate::manifest::workload::CronJob;

/// The runs that are looked at: so many, from 2026 on, in five years. They show the pattern of a day, a week, and of
/// months over years.
const RUNS: usize = 100;
/// A larger history limit counts as this one.
const MAX: usize = 200;
const START: i64 = 1_767_225_600;
const DAY: i64 = 86_400;
const YEARS: i64 = 5 * 366 * DAY;

/// What to do about a TTL that deletes runs before the history limits do.
pub const ADVICE: &str =
    "remove `ttlSecondsAfterFinished`: the history limits of a CronJob delete its old runs";

/// Returns the TTL in seconds, and how many failed runs there are at a time, where `failedJobsHistoryLimit` promises more.
pub fn history_defeated_by_ttl(cron_job: CronJob<'_>) -> Option<(i64, usize)> {
    let ttl = cron_job.job()?.ttl_seconds_after_finished().integer()?;
    let limit = cron_job.failed_jobs_history_limit().integer().unwrap_or(1);
    // With a history of one, a day is time enough to look at it.
    if ttl >= YEARS || limit < 1 || (limit == 1 && ttl >= DAY) {
        return None;
    }
    let wanted = usize::try_from(limit).unwrap_or(MAX).clamp(2, MAX);
    let kept = runs_within(cron_job.schedule().text().unwrap_or_default(), ttl, wanted)?;
    (kept < wanted).then_some((ttl, kept))
}

/// Returns how many runs in a row, of so many, can start in less than a number of seconds.
pub fn runs_within(schedule: &str, seconds: i64, most: usize) -> Option<usize> {
    let (runs, zone) = (Schedule::parse(schedule).ok()?, TimeZone::UTC);
    let starts = runs.runs(Timestamp::from_second(START).ok()?, &zone).map(Timestamp::as_second);
    let mut recent = Vec::new();
    let mut longest = 0;
    for start in starts.take_while(|&it| it < START + YEARS).take(RUNS.max(2 * most)) {
        recent.retain(|&it| start - it < seconds);
        recent.push(start);
        longest = recent.len().max(longest);
        // Most schedules reach it with the first runs.
        if longest >= most {
            break;
        }
    }
    (longest > 0).then_some(longest)
}
