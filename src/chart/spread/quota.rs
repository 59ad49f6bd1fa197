//! What the pods that start in one minute take of a ResourceQuota.

use std::cmp::Ordering;
use std::collections::HashMap;

use jiff::Timestamp;

use super::load::{MINOR, Pods};
use crate::kubernetes::pod_admission::quota::{Quota, usage};
use crate::neighbours::kind::Kind;
use crate::neighbours::{Neighbour, Neighbours};
use crate::rule::surroundings::specification;
use crate::time::at_once::most_at_once;
use crate::time::calendar::Calendar;
use crate::value::quantity::Quantity;

/// A quota, and the most of it that is taken in one minute.
#[derive(Clone, Debug)]
pub(super) struct QuotaLoad {
    /// Its name.
    pub(super) name: String,
    /// Its namespace, where that is known.
    pub(super) namespace: Option<String>,
    /// What it limits that the pods take.
    pub(super) limits: Vec<Limit>,
}

/// A resource of a quota.
#[derive(Clone, Debug)]
pub(super) struct Limit {
    /// The resource, by the quota's name.
    pub(super) resource: String,
    /// What there is in all.
    pub(super) hard: Quantity,
    /// The most that is taken in one minute, now and with the proposed schedules.
    pub(super) taken: [Quantity; 2],
}

impl Limit {
    /// Whether more is taken than there is: now, and with the proposed schedules.
    pub(super) fn is_exceeded(&self) -> [bool; 2] {
        [0, 1].map(|it| self.taken[it].compare(&self.hard) == Ordering::Greater)
    }
}

/// What the CronJobs of a namespace take of a quota.
struct Demand<'d> {
    quota: Quota<'d>,
    /// The position of each CronJob, and what its pods take of each resource of the quota.
    taken: Vec<(usize, Vec<Quantity>)>,
}

/// Returns what the pods of CronJobs take of the quotas that certainly count them, in the order of these. Each CronJob has its
/// pods, its calendar and the proposed one.
pub(super) fn quotas(
    pods: &[Pods<'_>],
    calendars: [&[Calendar]; 2],
    neighbours: &Neighbours,
    span: (Timestamp, usize),
) -> Vec<QuotaLoad> {
    let (mut demands, mut known): (Vec<(&Neighbour, Demand<'_>)>, HashMap<*const Neighbour, usize>) =
        Default::default();
    for (position, own) in pods.iter().enumerate() {
        let Some((pod, resources)) = &own.created else { continue };
        for neighbour in neighbours.around(Kind::ResourceQuota, &own.home) {
            let Some(quota) = specification(neighbour).map(Quota::of_spec) else { continue };
            if !quota.counts(*pod, resources, MINOR) {
                continue;
            }
            let usage = usage(resources);
            let of_resource = |name: &&str| usage.get(*name).map_or(Quantity::ZERO, |it| it.times(own.count));
            let taken = (position, quota.hard.keys().map(of_resource).collect());
            let number = *known.entry(std::ptr::from_ref(neighbour)).or_insert(demands.len());
            if number == demands.len() {
                demands.push((neighbour, Demand { quota, taken: Vec::new() }));
            }
            demands[number].1.taken.push(taken);
        }
    }
    demands.sort_by_key(|(it, _)| (&it.place.source, it.place.start));
    let load = |(neighbour, demand): (&Neighbour, Demand<'_>)| {
        let [now, proposed] = calendars.map(|it| demand.most(it, span));
        let taken = now.into_iter().zip(proposed).map(<[Quantity; 2]>::from);
        let limits = demand.quota.hard.iter().zip(taken).filter(|(_, taken)| !taken[0].is_zero());
        let limit = |((name, hard), taken): ((&&str, &Quantity), _)| Limit {
            resource: (*name).to_owned(),
            hard: hard.clone(),
            taken,
        };
        QuotaLoad {
            name: neighbour.name.clone(),
            namespace: neighbour.home.namespace.clone(),
            limits: limits.map(limit).collect(),
        }
    };
    demands.into_iter().map(load).filter(|it| !it.limits.is_empty()).collect()
}

impl Demand<'_> {
    /// Returns the most that is taken of each resource in one minute.
    fn most(&self, calendars: &[Calendar], span: (Timestamp, usize)) -> Vec<Quantity> {
        let cron_jobs = self.taken.iter().map(|(position, taken)| (&calendars[*position], &taken[..]));
        most_at_once(cron_jobs, self.quota.hard.len(), span).into_iter().map(|(most, _)| most).collect()
    }
}
