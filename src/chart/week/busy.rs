//! The minutes of a week at which several CronJobs start.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use xxhash_rust::xxh3::xxh3_64;

use crate::text::phrases;
use crate::time::calendar::Calendar;
use crate::time::format;
use crate::time::starts::{Starts, alike, has_one_minute};

/// So many of the busiest minutes are named.
const BUSIEST: usize = 8;

/// So many times of a busy minute are named.
const TIMES: usize = 3;

/// The minutes at which the same CronJobs start, and no others.
#[derive(Clone, Debug)]
pub(super) struct Busy {
    /// The first of them.
    pub(super) at: Timestamp,
    /// All of them, on the wall clock.
    pub(super) all: Vec<DateTime>,
    /// How many CronJobs start.
    pub(super) starts: u32,
    /// Their names.
    pub(super) names: Vec<String>,
    /// A minute of the same hour with fewer starts, where one of the CronJobs could go.
    pub(super) quieter: Option<(Timestamp, u32)>,
}

/// Finds the busiest minutes; those at which the same CronJobs start are one.
pub(super) fn busiest(fleet: &[(String, Calendar)], starts: &Starts, zone: &TimeZone) -> Vec<Busy> {
    let groups = alike(fleet.iter().map(|(_, calendar)| calendar));
    // The same schedules start in minutes with the same sum.
    let mut sums = vec![0_u64; starts.counts.len()];
    for (number, (calendar, _)) in groups.iter().enumerate() {
        let hash = xxh3_64(&number.to_le_bytes());
        starts.each_minute(calendar, &mut |minute| sums[minute] = sums[minute].wrapping_add(hash));
    }
    let mut minutes: BTreeMap<(Reverse<u32>, u64), Vec<usize>> = BTreeMap::new();
    for (minute, &count) in starts.counts.iter().enumerate().filter(|(_, count)| **count > 1) {
        minutes.entry((Reverse(count), sums[minute])).or_default().push(minute);
    }
    let mut sets: Vec<(u32, Vec<usize>)> =
        minutes.into_iter().map(|((count, _), all)| (count.0, all)).collect();
    sets.sort_by_key(|(count, all)| (Reverse(*count), all[0]));
    sets.truncate(BUSIEST);
    let busy = |(count, all): (u32, Vec<usize>)| {
        let first = all[0];
        let mut members: Vec<usize> = Vec::new();
        for (calendar, positions) in &groups {
            let mut starts_then = false;
            starts.each_minute(calendar, &mut |minute| starts_then |= minute == first);
            if starts_then {
                members.extend(positions);
            }
        }
        members.sort_unstable();
        let can_move = members.iter().any(|&it| has_one_minute(&fleet[it].1));
        Busy {
            at: starts.at(first),
            all: all.iter().map(|&minute| zone.to_datetime(starts.at(minute))).collect(),
            starts: count,
            names: members.iter().map(|&it| fleet[it].0.clone()).collect(),
            quieter: quieter(starts, first).filter(|(_, fewer)| can_move && *fewer < count),
        }
    };
    sets.into_iter().map(busy).collect()
}

/// Returns the quietest other minute of an hour in UTC, with its starts, if it is in the week.
fn quieter(starts: &Starts, minute: usize) -> Option<(Timestamp, u32)> {
    let at = starts.first + minute as i64;
    let (hour, of_hour) = (at.div_euclid(60), at.rem_euclid(60));
    let quietest = starts.quietest_minute(of_hour, Some(hour.rem_euclid(24)));
    let quietest = usize::try_from(hour * 60 + quietest - starts.first).ok()?;
    Some((starts.at(quietest), *starts.counts.get(quietest)?))
}

/// Says when minutes are, in a few words: `daily 03:00`, `Mon and Fri 03:00, 04:00 and 2 more`.
pub(super) fn times(all: &[DateTime]) -> String {
    let mut of_days: BTreeMap<_, BTreeSet<i64>> = BTreeMap::new();
    for at in all {
        of_days.entry(at.date()).or_default().insert(format::minute(*at));
    }
    let clocks = |minutes: &BTreeSet<i64>| named(minutes.iter().map(|&it| format::clock(it)).collect());
    let first = of_days.values().next().cloned().unwrap_or_default();
    let is_alike = of_days.values().all(|it| *it == first);
    match of_days.len() {
        7 if is_alike => format!("daily {}", clocks(&first)),
        _ if is_alike => {
            let days: Vec<String> = of_days.keys().map(|it| format::weekday(*it).to_owned()).collect();
            format!("{} {}", phrases::list(&days), clocks(&first))
        }
        _ => {
            let clock = |at: &DateTime| {
                format!("{} {}", format::weekday(at.date()), format::clock(format::minute(*at)))
            };
            named(all.iter().map(clock).collect())
        }
    }
}

/// Lists the first few of some times.
fn named(mut all: Vec<String>) -> String {
    let more = all.len().saturating_sub(TIMES);
    if more > 0 {
        all.truncate(TIMES);
        all.push(format!("{more} more"));
    }
    phrases::list(&all)
}
