//! What is kept of a Job until its neighbours are known: whether any of them concerns it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::manifest::workload::Pod;
use crate::neighbours::delivery::Delivery;
use crate::neighbours::history::{Histories, History};
use crate::neighbours::home::Home;
use crate::neighbours::kind::Kind;
use crate::neighbours::references::references;
use crate::neighbours::selector::{Labels, labels};

/// What neighbours are compared with.
#[derive(Debug)]
pub struct JobFacts {
    /// The objects that its pods need, each once.
    pub names: Box<[(Kind, Box<str>)]>,
    /// The labels of its pods.
    pub labels: Labels,
    /// When tools create the Job.
    pub delivery: Delivery,
    /// Its name, empty if it is generated.
    pub name: Box<str>,
    /// How many finished Jobs a CronJob keeps.
    pub history: Option<History>,
}

impl JobFacts {
    /// Collects what is known of a Job.
    pub fn of(pod: Pod<'_>) -> Self {
        let references = references(pod);
        let mut names: Vec<(Kind, &str)> = references.iter().map(|it| (it.kind, it.name)).collect();
        names.sort_unstable();
        names.dedup();
        JobFacts {
            names: names.into_iter().map(|(kind, name)| (kind, name.into())).collect(),
            labels: labels(pod.job.template_labels()),
            delivery: Delivery::of(pod.job.object.node),
            name: pod.job.object.name().text().unwrap_or_default().into(),
            history: History::of(pod.job),
        }
    }

    /// Returns the names of the objects of a kind that its pods need.
    pub fn named(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.names.iter().filter(move |it| it.0 == kind).map(|it| &*it.1)
    }
}

/// Which objects the Jobs of a run need.
#[derive(Debug, Default)]
pub struct Demand<'f> {
    /// The file whose Jobs need an object; none where several have it.
    files: HashMap<(Kind, &'f str), Option<&'f str>>,
    /// What the CronJobs of a directory and namespace keep.
    histories: HashMap<Home, Histories<'f>>,
}

impl<'f> Demand<'f> {
    /// Adds what a Job of a file needs, and what it keeps at its home.
    pub fn add(&mut self, file: &'f str, home: &Home, facts: &'f JobFacts) {
        if let Some(history) = facts.history {
            self.histories.entry(home.clone()).or_default().add(&facts.name, history);
        }
        for (kind, name) in &facts.names {
            match self.files.entry((*kind, name)) {
                Entry::Vacant(entry) => _ = entry.insert(Some(file)),
                Entry::Occupied(mut entry) if *entry.get() != Some(file) => _ = entry.insert(None),
                Entry::Occupied(_) => {}
            }
        }
    }

    /// Returns what the CronJobs of a directory and namespace keep.
    pub fn histories(&self, home: &Home) -> Option<&Histories<'f>> {
        self.histories.get(home)
    }

    /// Whether the Jobs of several files need an object.
    pub fn is_of_several_files(&self, kind: Kind, name: &str) -> bool {
        self.files.get(&(kind, name)).is_some_and(Option::is_none)
    }
}
