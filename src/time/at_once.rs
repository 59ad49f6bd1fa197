//! What CronJobs take that start in the same minute.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::calendar::Calendar;
use super::starts::{Starts, alike};
use crate::value::quantity::Quantity;

/// Returns the most that is taken of each of some resources in one minute of a span, and the first such minute. Each CronJob has
/// its calendar and what its runs take of each resource.
pub fn most_at_once<'a>(
    cron_jobs: impl Iterator<Item = (&'a Calendar, &'a [Quantity])>,
    resources: usize,
    (from, minutes): (Timestamp, usize),
) -> Vec<(Quantity, usize)> {
    let (calendars, taken): (Vec<_>, Vec<_>) = cron_jobs.unzip();
    let (nothing, span) = (vec![Quantity::ZERO; resources], Starts::count([], from, minutes));
    let mut sums: BTreeMap<usize, Vec<Quantity>> = BTreeMap::new();
    for (calendar, members) in alike(calendars) {
        let mut together = nothing.clone();
        members.iter().for_each(|&it| add(&mut together, taken[it]));
        span.each_minute(calendar, &mut |minute| {
            add(sums.entry(minute).or_insert_with(|| nothing.clone()), &together);
        });
    }
    let mut most: Vec<_> = nothing.into_iter().map(|it| (it, 0)).collect();
    for (minute, sums) in sums {
        for (known, sum) in most.iter_mut().zip(sums) {
            if sum.compare(&known.0) == Ordering::Greater {
                *known = (sum, minute);
            }
        }
    }
    most
}

fn add(sums: &mut [Quantity], more: &[Quantity]) {
    sums.iter_mut().zip(more).for_each(|(sum, it)| sum.add(it));
}
