//! What stands around a Job, as rules about neighbours see it.

use std::collections::HashMap;

use crate::kubernetes::pod_admission::Pod as CreatedPod;
use crate::kubernetes::pod_admission::created::created;
use crate::kubernetes::pod_admission::limits::LimitRange;
use crate::kubernetes::pod_admission::resources::PodResources;
use crate::kubernetes::verdict::api_field::ApiField;
use crate::manifest::document::Node;
use crate::manifest::place::Place;
use crate::manifest::workload::{Job, Pod};
use crate::neighbours::facts::Facts;
use crate::neighbours::home::Home;
use crate::neighbours::job_facts::{Demand, JobFacts};
use crate::neighbours::kind::Kind;
use crate::neighbours::{MAX_IN_NAMESPACE, Neighbour, Neighbours};
use crate::time::deadline::is_effective;
use crate::time::format::duration;

/// What stands around a Job.
#[derive(Debug)]
pub struct Surroundings<'n> {
    /// All neighbours of the run.
    pub neighbours: &'n Neighbours,
    /// Where the Job belongs.
    pub home: Home,
    /// The name of its file.
    pub file: &'n str,
    /// What is known of it.
    pub facts: &'n JobFacts,
    /// What all Jobs of the run need.
    pub demand: &'n Demand<'n>,
}

impl<'n> Surroundings<'n> {
    /// Returns the neighbours of a kind that certainly are in the Job's namespace.
    pub fn around(&self, kind: Kind) -> Vec<&'n Neighbour> {
        self.neighbours.around(kind, &self.home)
    }

    /// Returns the neighbours of a kind and name that may be in the Job's namespace, those of its own file first.
    pub fn named(&self, kind: Kind, name: &str) -> Vec<&'n Neighbour> {
        let mut found = self.neighbours.named(kind, name, &self.home);
        found.sort_by_key(|it| *it.place.source != *self.file);
        found
    }

    /// Returns the ConfigMap or Secret that certainly lacks a key, with the keys that it has.
    pub fn lacking(&self, kind: Kind, name: &str, key: &str) -> Option<(&'n Neighbour, &'n [Box<str>])> {
        // What an overlay or a generator adds to it counts, wherever it is.
        let lacks = |it: &Neighbour| matches!(&it.facts, Facts::Keys { names, is_complete: true } if !names.iter().any(|it| **it == *key));
        let mut all = self.neighbours.all_named(kind, name);
        if !all.by_ref().take(MAX_IN_NAMESPACE - 1).all(lacks) || all.next().is_some() {
            return None;
        }
        let holder = *self.named(kind, name).first()?;
        match &holder.facts {
            Facts::Keys { names, .. } => Some((holder, names)),
            _ => None,
        }
    }

    /// Returns the specifications of the neighbours of a kind that certainly are in the Job's namespace.
    pub fn specifications(&self, kind: Kind) -> Vec<(&'n Neighbour, ApiField<'n>)> {
        let found = self.around(kind).into_iter();
        found.filter_map(|it| Some((it, specification(it)?))).collect()
    }

    /// Returns the LimitRanges that certainly are in the Job's namespace.
    pub fn limit_ranges(&self) -> Vec<(&'n Neighbour, LimitRange<'n>)> {
        let found = self.specifications(Kind::LimitRange).into_iter();
        found.map(|(it, spec)| (it, LimitRange::of_spec(spec))).collect()
    }
}

/// Returns what is kept of the specification of a neighbour.
pub fn specification(neighbour: &Neighbour) -> Option<ApiField<'_>> {
    match &neighbour.facts {
        Facts::Specification(kept) => kept.root().map(ApiField::from),
        _ => None,
    }
}

/// Returns the pod that a Job creates, as its namespace sees it.
pub fn admitted(pod: Pod<'_>) -> Option<CreatedPod<'_>> {
    Some(CreatedPod::of_template(ApiField::from(pod.job.spec.get("template")?)))
}

/// Returns what a pod has once it is created among neighbours: with the defaults of the LimitRanges that certainly are in its
/// namespace, and the overhead of its RuntimeClass.
pub fn resources<'n>(
    template: CreatedPod<'n>,
    neighbours: &'n Neighbours,
    home: &Home,
    minor: u8,
) -> PodResources<'n> {
    let ranges = neighbours.around(Kind::LimitRange, home).into_iter().filter_map(specification);
    let ranges: Vec<_> = ranges.map(LimitRange::of_spec).collect();
    let class = template.spec.get("runtimeClassName").text();
    let overhead = neighbours.named(Kind::RuntimeClass, class, home).into_iter().find_map(specification);
    created(template, &ranges, overhead, minor)
}

/// Returns what a message says of a Job whose pods are refused.
pub fn consequence(job: Job<'_>) -> &'static str {
    if job.cron_job().is_some() {
        "no run gets a pod, and only an event of the run's Job says why"
    } else {
        "the Job gets no pods, and only an event says why"
    }
}

/// Returns what a message says of a Job without an object of a kind that its pods need.
pub fn without(kind: Kind, job: Job<'_>) -> String {
    match kind {
        Kind::ServiceAccount | Kind::PriorityClass | Kind::RuntimeClass => consequence(job).to_owned(),
        Kind::PersistentVolumeClaim => format!("the pod stays `Pending`, {}", end_of_wait(job, None)),
        _ => format!("the container never starts, {}", end_of_wait(job, job.pod())),
    }
}

/// Returns what ends the wait of a Job for something that never comes, to follow a comma; a pod is given if the kubelet has it.
pub fn end_of_wait(job: Job<'_>, at_kubelet: Option<Pod<'_>>) -> String {
    // The deadline of a pod counts from when the kubelet has it (`pkg/kubelet/active_deadline.go`).
    let of_pod = at_kubelet.map(|it| ("pod", it.active_deadline_seconds()));
    let deadlines = [Some(("Job", job.active_deadline_seconds())), of_pod].into_iter().flatten();
    let seconds =
        deadlines.filter(|it| is_effective(it.1)).filter_map(|it| Some((it.1.integer()?, it.0))).min();
    match seconds {
        Some((seconds, what)) => {
            format!("and the {what} fails only at its deadline, after {}", duration(seconds))
        }
        None => "which does not count as a failure".to_owned(),
    }
}

/// Where findings about the pods of a Job are.
pub struct PodPlaces<'d> {
    pod: Pod<'d>,
    containers: HashMap<&'d str, Node<'d>>,
}

impl<'d> PodPlaces<'d> {
    /// Finds the containers of a pod.
    pub fn of(pod: Pod<'d>) -> Self {
        let mut containers = HashMap::new();
        for container in pod.containers() {
            let name = container.node.get("name").and_then(Node::text).unwrap_or_default();
            let resources = container.node.get("resources").filter(|it| !it.is_null());
            containers.entry(name).or_insert(resources.unwrap_or(container.node));
        }
        PodPlaces { pod, containers }
    }

    /// Returns the place of the resources of a container, or that of the pod as a whole.
    pub fn of_container(&self, name: Option<&str>) -> Place {
        let node = name.and_then(|it| self.containers.get(it).copied()).unwrap_or(self.pod.spec);
        Place { path: node.path(), span: node.head() }
    }
}
