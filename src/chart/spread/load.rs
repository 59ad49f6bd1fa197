//! What starts in one minute: CronJobs, their pods, and what these request.

use std::cmp::Reverse;

use jiff::Timestamp;

use crate::kubernetes::pod_admission::Pod;
use crate::kubernetes::pod_admission::resources::PodResources;
use crate::kubernetes::verdict::api_field::ApiField;
use crate::manifest::workload::Object;
use crate::neighbours::Neighbours;
use crate::neighbours::home::Home;
use crate::rule::surroundings::resources;
use crate::schema::version::Version;
use crate::time::calendar::Calendar;
use crate::time::starts::{Starts, alike};
use crate::value::quantity::Quantity;

/// The version whose servers fill in what pods do not state.
pub(super) const MINOR: u8 = Version::NEWEST.minor;

/// The pods of a run.
pub(super) struct Pods<'d> {
    /// How many start at once.
    pub(super) count: i64,
    /// Where their CronJob belongs.
    pub(super) home: Home,
    /// The pod that is made of the template, with what it has once it is created; none without a template.
    pub(super) created: Option<(Pod<'d>, PodResources<'d>)>,
}

impl<'d> Pods<'d> {
    /// Returns the pods of each run of a CronJob.
    pub(super) fn of(object: Object<'d>, neighbours: &'d Neighbours) -> Self {
        let mut home = Home::of(object.node);
        neighbours.settle(&mut home);
        let job = object.job();
        let template = job.and_then(|job| job.spec.get("template"));
        let created = template.map(|template| {
            let pod = Pod::of_template(ApiField::from(template));
            (pod, resources(pod, neighbours, &home, MINOR))
        });
        Pods { count: job.map_or(0, |job| job.pods_at_once().max(0)), home, created }
    }
}

/// What starts in the busiest minute.
#[derive(Clone, Debug)]
pub(super) struct Load {
    /// The minute.
    pub(super) at: Timestamp,
    /// How many CronJobs start.
    pub(super) starts: u32,
    /// How many pods.
    pub(super) pods: i64,
    /// What these request of `cpu`, as far as they state it.
    pub(super) cpu: Quantity,
    /// What they request of `memory`.
    pub(super) memory: Quantity,
}

/// Finds the minute in which the most CronJobs start, and of such minutes the first with the most pods. Each CronJob has its
/// pods and its calendar.
pub(super) fn busiest(pods: &[Pods<'_>], calendars: &[Calendar], span: (Timestamp, usize)) -> Option<Load> {
    let (groups, starts) = (alike(calendars), Starts::count(calendars, span.0, span.1));
    let mut pods_at = vec![0_i64; starts.counts.len()];
    for (calendar, positions) in &groups {
        let together = positions.iter().fold(0_i64, |sum, &it| sum.saturating_add(pods[it].count));
        starts.each_minute(calendar, &mut |minute| {
            pods_at[minute] = pods_at[minute].saturating_add(together);
        });
    }
    let load = |minute: &usize| (starts.counts[*minute], pods_at[*minute], Reverse(*minute));
    let busiest = (0..starts.counts.len()).max_by_key(load).filter(|&it| starts.counts[it] > 0)?;
    let (mut cpu, mut memory) = (Quantity::ZERO, Quantity::ZERO);
    for (calendar, positions) in groups {
        let mut starts_then = false;
        starts.each_minute(calendar, &mut |minute| starts_then |= minute == busiest);
        for Pods { count, created, .. } in positions.iter().map(|&it| &pods[it]).filter(|_| starts_then) {
            let requests =
                created.iter().map(|(_, resources)| resources.requests()).next().unwrap_or_default();
            for (name, sum) in [("cpu", &mut cpu), ("memory", &mut memory)] {
                requests.get(name).into_iter().for_each(|it| sum.add(&it.times(*count)));
            }
        }
    }
    let (starts_then, pods) = (starts.counts[busiest], pods_at[busiest]);
    Some(Load { at: starts.at(busiest), starts: starts_then, pods, cpu, memory })
}
