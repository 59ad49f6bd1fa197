//! What rules about several objects keep of each: its document is gone by the time they see all of them.

use std::sync::Arc;

use crate::diagnostic::finding::Finding;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::Severity;
use crate::manifest::workload::{Job, Object};
use crate::neighbours::Neighbours;
use crate::neighbours::home::Home;
use crate::neighbours::kind::Kind;
use crate::neighbours::pod_facts::PodFacts;
use crate::neighbours::selector::Labels;
use crate::time::calendar::Calendar;

/// The facts that a run has collected of its objects.
#[derive(Debug, Default)]
pub struct Fleet {
    /// The CronJobs that start at most once an hour and are not suspended.
    pub cron_jobs: Vec<CronJobStarts>,
    /// The claims that pods mount of which several run at once.
    pub mounts: Vec<Mount>,
    /// What else rules keep of each object.
    pub kept: Vec<Kept>,
    /// Objects of other kinds, which are not checked themselves.
    pub neighbours: Neighbours,
    /// The pods of the object that is being looked at.
    pods: Option<Arc<PodFacts>>,
}

/// What a rule keeps of an object until all others are known.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The finding, if the others make one of it.
    pub draft: Draft,
    /// Where the object belongs.
    pub home: Home,
    /// What the rule has to know.
    pub fact: Fact,
}

/// Something that depends on other objects.
#[derive(Clone, Debug)]
pub enum Fact {
    /// The pods.
    Pods {
        /// What is known of them.
        pods: Arc<PodFacts>,
        /// The container at whose resources the finding is reported; `None` for the pod as a whole.
        container: Option<Box<str>>,
        /// The severity of what only slows the Job, unless the preset leaves that out.
        mild: Option<Severity>,
    },
    /// A name of another object.
    Name(Kind, Box<str>),
    /// A key in another object.
    Key(Kind, Box<str>, Box<str>),
    /// The labels of the pods.
    Labels {
        /// The labels.
        labels: Labels,
        /// Whether a container of theirs has ports.
        has_ports: bool,
    },
}

/// A finding about an object that depends on other objects, which complete its message.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The finding; its message is what other findings call the object, or the thing in it.
    pub finding: Finding,
    /// Whether a suppression covers it.
    pub is_suppressed: bool,
}

/// A CronJob that starts at most once an hour.
#[derive(Debug)]
pub struct CronJobStarts {
    /// The finding at its schedule, named after the CronJob.
    pub draft: Draft,
    /// When it starts.
    pub calendar: Calendar,
    /// How many CronJobs in one minute are too many.
    pub minimum: i64,
    /// The first day of the week to look at.
    pub from: jiff::civil::Date,
}

/// A claim that several pods mount at once.
#[derive(Debug)]
pub struct Mount {
    /// The finding at the volume, named after the claim.
    pub draft: Draft,
    /// Where the Job belongs.
    pub home: Home,
    /// The claim.
    pub claim: String,
    /// How many pods run at once.
    pub pods: i64,
}

impl Fleet {
    /// Adds the facts about other objects.
    pub fn add(&mut self, other: Fleet) {
        self.cron_jobs.extend(other.cron_jobs);
        self.mounts.extend(other.mounts);
        self.kept.extend(other.kept);
        self.neighbours.add(other.neighbours);
    }

    /// Keeps something of an object.
    pub fn keep(&mut self, object: Object<'_>, draft: Draft, fact: Fact) {
        self.kept.push(Kept { draft, home: Home::of(object.node), fact });
    }

    /// Returns what a rule has kept.
    pub fn kept_by(&self, rule: &'static Meta) -> impl Iterator<Item = &Kept> {
        self.kept.iter().filter(move |it| std::ptr::eq(it.draft.finding.rule, rule))
    }

    /// Returns the pods of an object, which several rules keep.
    pub fn pods(&mut self, job: Job<'_>, minor: u8) -> Arc<PodFacts> {
        self.pods.get_or_insert_with(|| Arc::new(PodFacts::of(job, minor))).clone()
    }

    /// Returns the drafts whose credentials are hidden once their file is checked.
    pub fn drafts(&mut self) -> impl Iterator<Item = &mut Draft> {
        own_drafts(&mut self.cron_jobs, &mut self.mounts)
    }

    /// Returns those too that need no text of their own before they are findings.
    pub fn all_drafts(&mut self) -> impl Iterator<Item = &mut Draft> {
        let own = own_drafts(&mut self.cron_jobs, &mut self.mounts);
        own.chain(self.kept.iter_mut().map(|it| &mut it.draft))
    }

    /// Puts the facts in the order of the files, whichever was read first.
    pub fn sort(&mut self) {
        fn place(draft: &Draft) -> (&str, usize, Option<usize>) {
            (&draft.finding.source.name, draft.finding.document, draft.finding.item)
        }
        self.cron_jobs.sort_by(|left, right| place(&left.draft).cmp(&place(&right.draft)));
        self.mounts.sort_by(|left, right| place(&left.draft).cmp(&place(&right.draft)));
        self.kept.sort_by(|left, right| place(&left.draft).cmp(&place(&right.draft)));
        self.neighbours.sort();
        let mounts = self.mounts.iter_mut().map(|it| &mut it.home);
        mounts.chain(self.kept.iter_mut().map(|it| &mut it.home)).for_each(|it| self.neighbours.settle(it));
    }
}

fn own_drafts<'f>(
    cron_jobs: &'f mut [CronJobStarts],
    mounts: &'f mut [Mount],
) -> impl Iterator<Item = &'f mut Draft> {
    cron_jobs.iter_mut().map(|it| &mut it.draft).chain(mounts.iter_mut().map(|it| &mut it.draft))
}
