//! Many CronJobs at once: how many start in each minute, and when fewer do.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::calendar::{ALL_HOURS, Calendar};
use super::cron::{Fields, Recurrence};
use super::zone::{Clock, timestamp};

const DAY: i64 = 86_400;

/// The minutes of a week.
pub const WEEK: usize = 7 * 1_440;

/// Returns the start of a week, a Monday, in which hardly any clock changes: what is found in it does not depend on the day on
/// which it is looked for.
pub fn some_week() -> Timestamp {
    timestamp(1_736_121_600)
}

/// Returns the zone that CronJobs have in common, UTC if there is none, and how messages name it after a time of the day.
pub fn common_zone<'a>(calendars: impl IntoIterator<Item = &'a Calendar>) -> (TimeZone, String) {
    let all: Vec<&Calendar> = calendars.into_iter().collect();
    // Without `timeZone` the hour is that of the controller, UTC or not.
    let Some(first) = all.first().filter(|_| all.iter().all(|it| it.has_zone)) else {
        return (TimeZone::UTC, String::new());
    };
    let name = first.zone.iana_name().filter(|name| all.iter().all(|it| it.zone.iana_name() == Some(name)));
    let zone = name.map_or(TimeZone::UTC, |_| first.zone.clone());
    (zone, format!(" {}", name.unwrap_or("UTC")))
}

/// How many CronJobs start in each minute of a span.
#[derive(Clone, Debug)]
pub struct Starts {
    /// The first minute, in minutes since 1970.
    pub first: i64,
    /// The starts of each minute.
    pub counts: Vec<u32>,
}

impl Starts {
    /// Counts the starts in so many minutes from a moment on.
    pub fn count<'a>(
        calendars: impl IntoIterator<Item = &'a Calendar>,
        from: Timestamp,
        minutes: usize,
    ) -> Self {
        let first = from.as_second().div_euclid(60);
        let mut starts = Starts { first, counts: vec![0; minutes] };
        for (calendar, members) in alike(calendars) {
            let times = members.len() as u32;
            each_minute(calendar, first, minutes, &mut |minute| starts.counts[minute] += times);
        }
        starts
    }

    /// Calls `take` with each minute of the span in which a calendar has a run.
    pub fn each_minute(&self, calendar: &Calendar, take: &mut dyn FnMut(usize)) {
        each_minute(calendar, self.first, self.counts.len(), take);
    }

    /// Returns the moment of a minute of the span.
    pub fn at(&self, minute: usize) -> Timestamp {
        timestamp((self.first + minute as i64) * 60)
    }

    /// Returns the minute of the hour of a minute of the span in which fewest start then, as the clocks of a zone show it.
    pub fn quieter_minute(&self, minute: usize, zone: &TimeZone) -> i64 {
        let (at, shown) =
            (TimeZone::UTC.to_datetime(self.at(minute)), zone.to_datetime(self.at(minute)).minute());
        let quieter = self.quietest_minute(at.minute().into(), Some(at.hour().into()));
        (quieter - i64::from(at.minute()) + i64::from(shown)).rem_euclid(60)
    }

    /// Returns the minute of an hour with the fewest starts over the span, the one nearest to `minute` among equals.
    /// `hour` is an hour of the day in UTC, or none for a minute that is good in every hour.
    pub fn quietest_minute(&self, minute: i64, hour: Option<i64>) -> i64 {
        let mut load = [0u64; 60];
        for (number, &count) in (self.first..).zip(&self.counts) {
            if hour.is_none_or(|hour| number.div_euclid(60).rem_euclid(24) == hour) {
                load[number.rem_euclid(60) as usize] += u64::from(count);
            }
        }
        // `:00` is where everyone starts: it is only taken if nothing else is free.
        let cost = |it: i64| (load[it as usize], it == 0, (it - minute).abs(), it);
        (0..60).filter(|&it| it != minute).min_by_key(|&it| cost(it)).unwrap_or_default()
    }
}

/// Calls `take` with each minute that has a run, of so many from `first` on, in minutes since 1970.
fn each_minute(calendar: &Calendar, first: i64, minutes: usize, take: &mut dyn FnMut(usize)) {
    each_run(calendar, first * 60, (first + minutes as i64) * 60, &mut |at| {
        if let Ok(minute) = usize::try_from(at.div_euclid(60) - first)
            && minute < minutes
        {
            take(minute);
        }
    });
}

/// Puts calendars that always start together into groups: one of them, and the positions of all. The groups are in the order
/// of their first members.
pub fn alike<'a>(calendars: impl IntoIterator<Item = &'a Calendar>) -> Vec<(&'a Calendar, Vec<usize>)> {
    let mut groups: Vec<(&Calendar, Vec<usize>)> = Vec::new();
    let mut known: HashMap<(Recurrence, Option<&str>), usize> = HashMap::new();
    for (position, calendar) in calendars.into_iter().enumerate() {
        let zone = calendar.schedule.zone.as_ref().unwrap_or(&calendar.zone);
        let group = *known.entry((calendar.schedule.pattern, zone.iana_name())).or_insert(groups.len());
        if group == groups.len() {
            groups.push((calendar, Vec::new()));
        }
        groups[group].1.push(position);
    }
    groups
}

/// Calls `take` with each run from `start` on and before `end`, in seconds since 1970.
///
/// Away from changes of the clock a day's runs are the times that its fields name: no search is needed there.
pub fn each_run(calendar: &Calendar, start: i64, end: i64, take: &mut dyn FnMut(i64)) {
    let mut runs = calendar.schedule.runs(timestamp(start - 1), &calendar.zone);
    let Recurrence::Fields(fields) = calendar.schedule.pattern else {
        while let Some(at) = runs.next_second().filter(|&at| at < end) {
            take(at);
        }
        return;
    };
    let zone = calendar.schedule.zone.as_ref().unwrap_or(&calendar.zone);
    let mut clock = Clock::new(zone);
    let (minutes, mut last) = (fields.minutes_of_day(), start - 1);
    loop {
        let (offset, from, to) = clock.offset(last + 1);
        // A search that starts after a change may look back to the start of the day, or of the month.
        let settled = from.saturating_add(if fields.month & 0x1ffe == 0x1ffe { 2 } else { 33 } * DAY);
        if last + 1 >= settled {
            // As far as the next change, less a day.
            let limit = end.min(to.saturating_sub(DAY));
            if last + 1 < limit {
                let mut day = (last + 1 + offset).div_euclid(DAY);
                while day * DAY - offset < limit {
                    day_runs(&fields, &minutes, day * DAY - offset, &mut clock, &mut |at| {
                        if at > last && at < limit {
                            take(at);
                        }
                    });
                    day += 1;
                }
                last = limit - 1;
                continue;
            }
        }
        runs.restart(last);
        match runs.next_second().filter(|&at| at < end) {
            Some(at) => {
                take(at);
                last = at;
            }
            None => return,
        }
    }
}

fn day_runs(
    fields: &Fields,
    minutes: &[i64],
    midnight: i64,
    clock: &mut Clock<'_>,
    take: &mut dyn FnMut(i64),
) {
    let wall = clock.wall_time(midnight + DAY / 2);
    if fields.month >> wall.month & 1 == 1 && fields.has_day(wall.day, wall.weekday) {
        minutes.iter().for_each(|minute| take(midnight + minute * 60));
    }
}

/// Whether a schedule starts at most once an hour, so that its minute can be chosen.
pub fn has_one_minute(calendar: &Calendar) -> bool {
    calendar
        .fields()
        .is_some_and(|it| (it.minute & !super::cron::STAR).count_ones() == 1 && it.hour & ALL_HOURS != 0)
}

/// Returns the CronJobs that start in the same minutes, with these minutes, in the order of the CronJobs; not those of which
/// all start together with others in another minute.
pub fn crowds(calendars: &[&Calendar], starts: &Starts, least: usize) -> Vec<(Vec<usize>, Vec<usize>)> {
    let groups = alike(calendars.iter().copied());
    let mut by_minute: Vec<Vec<usize>> = vec![Vec::new(); starts.counts.len()];
    for (group, (calendar, _)) in groups.iter().enumerate() {
        starts.each_minute(calendar, &mut |minute| {
            if starts.counts[minute] as usize >= least && by_minute[minute].last() != Some(&group) {
                by_minute[minute].push(group);
            }
        });
    }
    let mut crowds: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
    for (minute, together) in by_minute.into_iter().enumerate().filter(|(_, together)| !together.is_empty()) {
        crowds.entry(together).or_default().push(minute);
    }
    // A larger crowd has all groups of a smaller one, also that which is in the fewest crowds.
    let mut with_group: Vec<Vec<&[usize]>> = vec![Vec::new(); groups.len()];
    crowds.keys().for_each(|crowd| crowd.iter().for_each(|&group| with_group[group].push(crowd)));
    let is_part = |one: &[usize]| {
        let rarest = one.iter().map(|&group| &with_group[group]).min_by_key(|it| it.len());
        let has_all = |other: &[usize]| one.iter().all(|it| other.binary_search(it).is_ok());
        rarest.is_some_and(|them| them.iter().any(|other| other.len() > one.len() && has_all(other)))
    };
    let largest = crowds.iter().filter(|(crowd, _)| !is_part(crowd));
    let members = |crowd: &[usize]| {
        let mut members: Vec<usize> = crowd.iter().flat_map(|&group| groups[group].1.clone()).collect();
        members.sort_unstable();
        members
    };
    let mut crowds: Vec<_> = largest.map(|(crowd, minutes)| (members(crowd), minutes.clone())).collect();
    crowds.sort();
    crowds
}
