//! A new schedule for a CronJob: the controller counts its times since the last run as missed
//! (`mostRecentScheduleTime` in `pkg/controller/cronjob`).
//!
//! The change itself starts nothing: the controller then looks again at the next time of the new schedule (`updateCronJob`). But
//! the look for which it waited already stays in its queue. If that comes first, it starts the time that was missed.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use super::calendar::Calendar;
use super::format::midnight;
use crate::manifest::workload::CronJob;

/// The year over which a change is looked at. Any has its weekdays, ends of months and changes of the clock.
const YEAR: Date = Date::constant(2026, 1, 1);

/// What a change of schedule does, whenever in a year it is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MissedByChange {
    /// In so many of these seconds it makes a run start for a time that has passed.
    pub seconds: i64,
    /// The seconds of the year.
    pub total: i64,
    /// How late such a run starts at least, in seconds.
    pub least_late: i64,
    /// How late it starts at most.
    pub most_late: i64,
}

/// Finds out when a change from one schedule to another makes a run start for a time that has passed, given the new
/// `startingDeadlineSeconds`.
pub fn missed_by_change(old: &Calendar, new: &Calendar, deadline: Option<i64>) -> MissedByChange {
    let start = midnight(YEAR) - 1.second();
    let end = midnight(YEAR.saturating_add(1.year())) - 1.second();
    let mut found = MissedByChange { total: end.as_second() - start.as_second(), ..Default::default() };
    let mut old_times = old.schedule.runs(start, &old.zone).map(Timestamp::as_second).peekable();
    let mut new_times = new.schedule.runs(start, &new.zone).map(Timestamp::as_second).peekable();
    let before = |it: &Calendar| it.schedule.previous(start, &it.zone).map(Timestamp::as_second);
    // `lastScheduleTime`, and what the new schedule has since.
    let Some(last) = before(old) else { return found };
    let mut missed = before(new).filter(|&it| it > last);
    let mut now = start.as_second();
    while now < end.as_second()
        && let (Some(&next_old), Some(&next_new)) = (old_times.peek(), new_times.peek())
    {
        let next = next_old.min(next_new).min(end.as_second());
        let late = missed.filter(|_| next_old < next_new).map(|missed| next_old - missed);
        if let Some(late) = late.filter(|&late| deadline.is_none_or(|deadline| late < deadline)) {
            found.least_late = if found.seconds == 0 { late } else { found.least_late.min(late) };
            found.most_late = found.most_late.max(late);
            found.seconds += next - now;
        }
        if next == next_new {
            missed = new_times.next();
        }
        if next == next_old {
            old_times.next();
            missed = None;
        }
        now = next;
    }
    found
}

/// Whether two CronJobs have the same times, as they are written.
pub fn has_same_schedule(old: CronJob<'_>, new: CronJob<'_>) -> bool {
    old.schedule().text() == new.schedule().text() && old.time_zone().text() == new.time_zone().text()
}
