//! Schedules of CronJobs: a port of `github.com/robfig/cron/v3` 3.0.1, which Kubernetes uses without changes.
//!
//! What it takes is odd in places (`*/61`, `1,,3`, `*-5` are valid, Sunday is never 7), and so are its dates around
//! changes of the clock; both are kept, and checked against recordings of the original in `testdata/time`.

pub mod meant;
mod parse;
mod schedule;

pub use schedule::{Fields, Recurrence, STAR, Schedule};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::zone::{Clock, WallTime, timestamp};

/// A search ends after so many years (`spec.go`).
const YEARS: i64 = 5;

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;

impl Schedule {
    /// Reads a schedule as `cron.ParseStandard` does, and rejects it with its words.
    ///
    /// The original panics on a `TZ=` without a blank; the words are those that Kubernetes makes of it
    /// (`ParseCronScheduleWithPanicRecovery`).
    pub fn parse(text: &str) -> Result<Schedule, String> {
        parse::standard(text)
    }

    /// Returns the first run after a time, in the CronJob's zone; none where the schedule never fires, as far as a
    /// search of five years goes.
    pub fn next(&self, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        self.runs(after, zone).next()
    }

    /// Returns the last run before a time. For `@every` that is one interval before, for its runs count from the
    /// run before and, at first, from the creation of the CronJob.
    pub fn previous(&self, before: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        if let Recurrence::Every(seconds) = self.pattern {
            return Some(timestamp(before.as_second() - seconds));
        }
        let mut window = HOUR;
        while window < 366 * 24 * HOUR * (YEARS + 4) {
            let start = timestamp(before.as_second() - window);
            let found = self.runs(start, zone).take_while(|&it| it < before).last();
            if found.is_some() {
                return found;
            }
            window *= 8;
        }
        None
    }

    /// Returns all runs after a time.
    pub fn runs<'a>(&'a self, after: Timestamp, zone: &'a TimeZone) -> Runs<'a> {
        // Fractions of a second are cut: the next whole second is the first to be looked at.
        let after = after.as_second();
        Runs {
            pattern: self.pattern,
            clock: Clock::new(self.zone.as_ref().unwrap_or(zone)),
            after: Some(after),
        }
    }
}

/// The runs of a schedule, in order.
pub struct Runs<'a> {
    pattern: Recurrence,
    clock: Clock<'a>,
    after: Option<i64>,
}

impl Runs<'_> {
    /// Goes on after another moment.
    pub(super) fn restart(&mut self, after: i64) {
        self.after = Some(after);
    }

    /// Returns the next run in seconds since 1970.
    pub(super) fn next_second(&mut self) -> Option<i64> {
        let after = self.after?;
        self.after = match self.pattern {
            Recurrence::Fields(fields) => fields.next(after, &mut self.clock),
            Recurrence::Every(seconds) => after.checked_add(seconds),
        };
        self.after
    }
}

impl Iterator for Runs<'_> {
    type Item = Timestamp;

    fn next(&mut self) -> Option<Timestamp> {
        self.next_second().and_then(|it| Timestamp::from_second(it).ok())
    }
}

impl Fields {
    /// Whether a day matches: both day fields where one has the mark of a star, else either of them.
    pub(super) fn has_day(&self, month_day: i64, weekday: i64) -> bool {
        let (of_month, of_week) = (has(self.day_of_month, month_day), has(self.day_of_week, weekday));
        if self.needs_both_days() { of_month && of_week } else { of_month || of_week }
    }

    /// Whether a day has to match both day fields.
    pub fn needs_both_days(&self) -> bool {
        (self.day_of_month | self.day_of_week) & STAR != 0
    }

    /// Steps the wall clock as `SpecSchedule.Next` does, field by field from the month down, back to the start
    /// whenever one wraps around. Hours and minutes are real ones, so that a skipped time is never matched and a
    /// repeated one twice.
    fn next(&self, after: i64, clock: &mut Clock<'_>) -> Option<i64> {
        let mut at = clock.wall_time(after + 1);
        let last_year = at.year + YEARS;
        // Whether what is below the field in question has been reset.
        let mut added = false;
        'wrap: while at.year <= last_year {
            while !has(self.month, at.month) {
                at = if added { at } else { clock.date(at.year, at.month, 1, 0) };
                added = true;
                at = clock.date(at.year, at.month + 1, at.day, second_of_day(at));
                if at.month == 1 {
                    continue 'wrap;
                }
            }
            while !self.has_day(at.day, at.weekday) {
                at = if added { at } else { clock.date(at.year, at.month, at.day, 0) };
                added = true;
                at = clock.date(at.year, at.month, at.day + 1, second_of_day(at));
                // Where midnight is skipped, Go lands an hour off.
                let hours = if at.hour > 12 { 24 - at.hour } else { -at.hour };
                at = if hours == 0 { at } else { clock.wall_time(at.unix + hours * HOUR) };
                if at.day == 1 {
                    continue 'wrap;
                }
            }
            while !has(self.hour, at.hour) {
                at = if added { at } else { clock.date(at.year, at.month, at.day, at.hour * HOUR) };
                added = true;
                at = clock.wall_time(at.unix + HOUR);
                if at.hour == 0 {
                    continue 'wrap;
                }
            }
            while !has(self.minute, at.minute) {
                at = if added { at } else { clock.wall_time(at.unix - at.unix.rem_euclid(MINUTE)) };
                added = true;
                at = clock.wall_time(at.unix + MINUTE);
                if at.minute == 0 {
                    continue 'wrap;
                }
            }
            // The seconds field is 0 in Kubernetes.
            while at.second != 0 {
                added = true;
                at = clock.wall_time(at.unix + 1);
                if at.second == 0 {
                    continue 'wrap;
                }
            }
            return Some(at.unix);
        }
        None
    }
}

fn has(set: u64, value: i64) -> bool {
    set >> value & 1 == 1
}

fn second_of_day(at: WallTime) -> i64 {
    at.hour * HOUR + at.minute * MINUTE + at.second
}
