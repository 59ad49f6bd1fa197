//! A CronJob's runs over the years: intervals, next dates, changes of the clock, runs at once.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::cron::{Fields, Recurrence, STAR, Schedule};
use super::zone;
use crate::manifest::workload::CronJob;
use crate::text::placeholder::is_placeholder;

/// Of a schedule with more runs than this in a day, one more or less is no matter.
pub const FEW_RUNS_A_DAY: usize = 4;

/// A schedule with the zone that it is read in.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// The schedule.
    pub schedule: Schedule,
    /// The CronJob's `timeZone`, else UTC, which nearly every controller manager runs in.
    pub zone: TimeZone,
    /// Whether the CronJob has a `timeZone`.
    pub has_zone: bool,
}

/// A night on which the clock changes, and what it does to the runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockChange {
    /// The moment of the change.
    pub at: Timestamp,
    /// The local day.
    pub date: Date,
    /// Times of the wall clock, in minutes of the day, that the schedule names and the day does not have.
    pub skipped: Vec<i64>,
    /// Runs that come twice: the minute of the day, and both moments.
    pub repeated: Vec<(i64, [Timestamp; 2])>,
    /// How many times the schedule names for such a day.
    pub planned: usize,
}

/// The start times that a run covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Covered {
    /// How many they are.
    pub count: usize,
    /// How many seconds after the last of them the run ends.
    pub lateness: i64,
}

const MINUTES: i64 = 1_440;

/// The hours of a schedule that runs in each of them.
pub const ALL_HOURS: u64 = (1 << 24) - 1;

/// The days of a month.
const EVERY_DAY: u64 = 0xffff_fffe;

/// The months of a year.
const EVERY_MONTH: u64 = 0x1ffe;

/// Runs that follow each other in at most so many seconds are many.
const OFTEN: i64 = 1_800;

/// Runs with at least so many seconds between them are far apart.
const RARELY: i64 = 2 * 24 * 60 * 60;

/// Longer searches are given up, as in the controller; eight years lie between 2096-02-29 and 2104-02-29.
const YEARS: i16 = 9;

/// Runs at once are counted over so many runs.
const SAMPLE: usize = 2_000;

impl Calendar {
    /// Reads the schedule of a CronJob; `None` if the API server rejects it, or where a placeholder stands.
    pub fn for_cron_job(cron_job: CronJob<'_>) -> Option<Calendar> {
        let text = cron_job.schedule().text()?;
        let name = cron_job.time_zone();
        if is_placeholder(text) || text.contains("TZ") || (name.is_set() && name.text().is_none()) {
            return None;
        }
        Calendar::parse(text, name.text())
    }

    /// Reads a schedule and the name of its zone.
    pub fn parse(schedule: &str, zone_name: Option<&str>) -> Option<Calendar> {
        let schedule = Schedule::parse(schedule).ok()?;
        let known = zone_name.is_none_or(|it| !it.is_empty() && !it.eq_ignore_ascii_case("Local"));
        let zone = zone(zone_name.unwrap_or_default()).filter(|_| known)?;
        Some(Calendar { schedule, zone, has_zone: zone_name.is_some() })
    }

    /// Returns the fields, unless the schedule is an interval.
    pub fn fields(&self) -> Option<Fields> {
        match self.schedule.pattern {
            Recurrence::Fields(fields) => Some(fields),
            Recurrence::Every(_) => None,
        }
    }

    /// Whether all weeks have the same runs: the schedule names neither days of the month nor months.
    pub fn is_weekly(&self) -> bool {
        self.fields().is_some_and(|it| {
            it.day_of_month & EVERY_DAY == EVERY_DAY && it.month & EVERY_MONTH == EVERY_MONTH
        })
    }

    /// Whether the schedule does not name days of the month, so that it matches days in each of its months.
    fn leaves_day_open(&self) -> bool {
        self.fields().is_none_or(|it| it.day_of_month & STAR != 0)
    }

    /// Returns the runs from the start of a day in the calendar's zone.
    pub fn from(&self, day: Date) -> impl Iterator<Item = Timestamp> {
        self.schedule.runs(self.start_of(day), &self.zone)
    }

    fn start_of(&self, day: Date) -> Timestamp {
        let start = self.zone.to_ambiguous_zoned(day.to_datetime(jiff::civil::Time::midnight())).compatible();
        start.map_or(Timestamp::UNIX_EPOCH, |it| it.timestamp() - 1.second())
    }

    /// Returns the shortest and the longest time between two runs that follow each other, in seconds, on a wall clock
    /// that never changes; none where the schedule has fewer than two runs in years.
    pub fn intervals(&self, from: Date) -> Option<(i64, i64)> {
        let fields = match self.schedule.pattern {
            Recurrence::Every(seconds) => return Some((seconds, seconds)),
            Recurrence::Fields(fields) => fields,
        };
        let minutes = fields.minutes_of_day();
        let (first, last) = (*minutes.first()?, *minutes.last()?);
        let gaps = minutes.windows(2).map(|pair| pair[1] - pair[0]);
        let mut intervals = gaps.fold(None, |range, gap| Some(widen(range, gap)));
        let mut days = fields.days(from);
        let mut before = days.next()?;
        for day in days {
            intervals = Some(widen(intervals, (day - before) * MINUTES - last + first));
            before = day;
            // Once a year has been seen, only rare days have more to say.
            if intervals.is_some_and(|(_, longest)| longest <= MINUTES) && fields.is_daily() {
                break;
            }
        }
        intervals.map(|(shortest, longest)| (shortest * 60, longest * 60))
    }

    /// Returns how many start times a run that lasts so long covers at most, its own not counted, and how long the
    /// last of them has passed when that run ends. One at the very end is among them: a Job starts a moment after its
    /// time, so it ends after that one (`mostRecentScheduleTime` in `pkg/controller/cronjob`).
    pub fn covered(&self, seconds: i64, from: Date) -> Covered {
        let runs: Vec<i64> = self.from(from).take(SAMPLE).map(|it| it.as_second()).collect();
        let (mut most, mut next) = (Covered { count: 0, lateness: 0 }, 0);
        for (start, &run) in runs.iter().enumerate() {
            let end = run.saturating_add(seconds);
            while runs.get(next).is_some_and(|&it| it <= end) {
                next += 1;
            }
            if next - start - 1 > most.count {
                most = Covered { count: next - start - 1, lateness: end - runs[next - 1] };
            }
        }
        most
    }

    /// Returns the changes of the clock in two years that the schedule feels, the next one first. A schedule for all
    /// hours feels none: it runs in each real hour.
    pub fn clock_changes(&self, from: Date) -> Vec<ClockChange> {
        let Some(fields) = self.fields().filter(|it| it.hour & ALL_HOURS != ALL_HOURS) else {
            return Vec::new();
        };
        let (start, minutes) = (self.start_of(from), fields.minutes_of_day());
        let end = start.as_second() + 2 * 365 * 86_400;
        let transitions = self.zone.following(start).map(|it| it.timestamp());
        let days = transitions.take_while(|it| it.as_second() < end).filter_map(|at| {
            let before = self.zone.to_datetime(at - 1.second());
            // Where midnight is skipped or comes again, it is the day before that ends otherwise, or this one.
            let dates = [before.date(), self.zone.to_datetime(at).date()];
            let change = |date| self.clock_change(at, date, &minutes);
            dates.into_iter().filter(|&date| fields.has_date(date)).map(change).find(ClockChange::is_felt)
        });
        days.collect()
    }

    fn clock_change(&self, at: Timestamp, date: Date, minutes: &[i64]) -> ClockChange {
        let next = date.tomorrow().unwrap_or(date);
        // A day is at most 26 hours long, and the schedule may name each minute of it.
        let end = self.start_of(next);
        let runs: Vec<(i64, Timestamp)> = self
            .from(date)
            .take_while(|&it| it <= end)
            .filter_map(|start| {
                let wall = self.zone.to_datetime(start);
                let minute = i64::from(wall.hour()) * 60 + i64::from(wall.minute());
                (wall.date() == date).then_some((minute, start))
            })
            .collect();
        let (mut seen, mut repeated) = (BTreeMap::new(), Vec::new());
        for (minute, at) in runs {
            if let Some(first) = seen.insert(minute, at) {
                repeated.push((minute, [first, at]));
            }
        }
        let skipped = minutes.iter().copied().filter(|minute| !seen.contains_key(minute)).collect();
        ClockChange { at, date, skipped, repeated, planned: minutes.len() }
    }
}

impl ClockChange {
    fn is_felt(&self) -> bool {
        !self.skipped.is_empty() || !self.repeated.is_empty()
    }
}

fn widen(range: Option<(i64, i64)>, value: i64) -> (i64, i64) {
    range.map_or((value, value), |(least, most)| (least.min(value), most.max(value)))
}

impl Fields {
    /// Returns the times of a day that match, in minutes from midnight.
    pub fn minutes_of_day(&self) -> Vec<i64> {
        let hours = values(self.hour).flat_map(|hour| values(self.minute).map(move |it| hour * 60 + it));
        hours.collect()
    }

    /// Whether a date matches.
    pub fn has_date(&self, date: Date) -> bool {
        let weekday = i64::from(date.weekday().to_sunday_zero_offset());
        self.month >> date.month() & 1 == 1 && self.has_day(date.day().into(), weekday)
    }

    /// Whether every day matches.
    pub fn is_daily(&self) -> bool {
        let is_every_weekday = self.day_of_week & 0x7f == 0x7f;
        let is_every_day = self.day_of_month & EVERY_DAY == EVERY_DAY;
        let days = if self.needs_both_days() {
            is_every_weekday && is_every_day
        } else {
            is_every_weekday || is_every_day
        };
        days && self.month & EVERY_MONTH == EVERY_MONTH
    }

    /// Returns the days that match, in days from the first of them, over some years.
    fn days(&self, from: Date) -> impl Iterator<Item = i64> {
        let end = from.checked_add(jiff::Span::new().years(YEARS)).unwrap_or(Date::MAX);
        let dates =
            std::iter::successors(Some(from), |it| it.tomorrow().ok()).take_while(move |&it| it < end);
        let fields = *self;
        (0..).zip(dates).filter(move |&(_, date)| fields.has_date(date)).map(|(number, _)| number)
    }
}

/// Whether a CronJob starts runs from a day on: it is not suspended, and its schedule, if it can be read, matches a date.
pub fn starts_runs(cron_job: CronJob<'_>, from: Date) -> bool {
    !cron_job.is_suspended() && !never_fires(cron_job, from)
}

/// Whether the schedule of a CronJob can be read and matches no date from a day on.
pub fn never_fires(cron_job: CronJob<'_>, from: Date) -> bool {
    Calendar::for_cron_job(cron_job).is_some_and(|it| !it.leaves_day_open() && it.from(from).next().is_none())
}

/// Whether the runs of a CronJob follow each other within minutes, so that the next one soon does what a failed one left undone.
pub fn runs_often(cron_job: CronJob<'_>, from: Date) -> bool {
    let intervals = Calendar::for_cron_job(cron_job).and_then(|it| it.intervals(from));
    !cron_job.is_suspended() && intervals.is_some_and(|(_, longest)| longest <= OFTEN)
}

/// Whether at least two days are between the runs of a CronJob, so that none is still running when the next one starts unless
/// it hangs.
pub fn runs_rarely(cron_job: CronJob<'_>, from: Date) -> bool {
    let intervals = Calendar::for_cron_job(cron_job).and_then(|it| it.intervals(from));
    intervals.is_some_and(|(shortest, _)| shortest >= RARELY)
}

/// Returns the values of a set.
pub fn values(set: u64) -> impl Iterator<Item = i64> {
    (0..63).filter(move |value| (set & !STAR) >> value & 1 == 1)
}
