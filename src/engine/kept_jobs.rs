//! Jobs that are kept until their neighbours are known. Where these concern a Job, its file is read again, unless its documents are
//! kept.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::diagnostic::finding::{Finding, Subject};
use crate::engine::dispatch::{Enabled, enabled};
use crate::engine::later::Later;
use crate::engine::outcome::Outcome;
use crate::engine::read::{Manifest, read_shared};
use crate::engine::rule_set::RuleSet;
use crate::manifest::document::Document;
use crate::manifest::workload::{Classification, Object, Pod, classify};
use crate::mask;
use crate::neighbours::home::Home;
use crate::neighbours::job_facts::{Demand, JobFacts};
use crate::neighbours::kind::Kind;
use crate::neighbours::{Neighbour, Neighbours};
use crate::rule::Check;
use crate::rule::surroundings::Surroundings;
use crate::text::source::Source;

/// The documents of so many bytes of text are kept as they were read: these take ten times as much.
const MAX_BYTES: usize = 1 << 20;

/// The Jobs of a run.
#[derive(Debug, Default)]
pub(super) struct KeptJobs {
    all: Vec<KeptJob>,
    /// The bytes of the files whose documents are kept.
    bytes: usize,
}

/// A Job, as far as it is known when other files are read.
#[derive(Debug)]
struct KeptJob {
    source: Arc<Source>,
    /// What was read of its file, where that is kept.
    manifest: Option<Arc<Manifest>>,
    rule_set: Arc<RuleSet>,
    document: usize,
    item: Option<usize>,
    subject: Arc<Subject>,
    facts: JobFacts,
}

impl KeptJob {
    /// Returns where the Job belongs.
    fn home(&self, neighbours: &Neighbours) -> Home {
        let namespace = Some(self.subject.namespace.clone()).filter(|it| !it.is_empty());
        let mut home = Home::in_namespace(namespace, &self.source);
        neighbours.settle(&mut home);
        home
    }
}

impl KeptJobs {
    /// Keeps a Job for the rules of its file.
    pub(super) fn keep(
        &mut self,
        pod: Pod<'_>,
        item: Option<usize>,
        subject: Arc<Subject>,
        rule_set: &Arc<RuleSet>,
    ) {
        let document = pod.spec.document;
        self.all.push(KeptJob {
            source: document.source.clone(),
            manifest: None,
            rule_set: rule_set.clone(),
            document: document.index,
            item,
            subject,
            facts: JobFacts::of(pod),
        });
    }

    /// Keeps the documents of a file with its Jobs, if there are any.
    pub(super) fn keep_documents(&mut self, manifest: &Arc<Manifest>) {
        if !self.all.is_empty() {
            self.bytes = manifest.source.text.len();
            self.all.iter_mut().for_each(|it| it.manifest = Some(manifest.clone()));
        }
    }

    /// Adds the Jobs of other files, whose documents are kept only while these are few.
    pub(super) fn add(&mut self, mut other: KeptJobs) {
        if self.bytes + other.bytes > MAX_BYTES {
            other.all.iter_mut().for_each(|it| it.manifest = None);
            other.bytes = 0;
        }
        self.bytes += other.bytes;
        self.all.extend(other.all);
    }
}

/// A Job that neighbours concern.
struct Concerned<'r> {
    job: &'r KeptJob,
    around: Surroundings<'r>,
    /// The rules for this Job, where others are for the file.
    own: Option<Vec<Enabled>>,
    /// Which of the rules something around the Job concerns.
    concerning: Vec<usize>,
}

impl<'r> Concerned<'r> {
    /// Looks around a Job; returns nothing where no rule has anything to say.
    fn find(job: &'r KeptJob, neighbours: &'r Neighbours, demand: &'r Demand<'r>) -> Option<Self> {
        let KeptJob { source, rule_set, subject, facts, .. } = job;
        let home = job.home(neighbours);
        let around = Surroundings { neighbours, home, file: &source.name, facts, demand };
        let own = rule_set.depends_on_object().then(|| enabled(rule_set, Some(subject)));
        let rules = own.as_deref().unwrap_or(&rule_set.rules).iter().enumerate();
        let concerns =
            |check: Check| matches!(check, Check::Neighbours { concerns, .. } if concerns(&around));
        let concerning: Vec<usize> =
            rules.filter_map(|(at, rule)| concerns(rule.check).then_some(at)).collect();
        (!concerning.is_empty()).then_some(Concerned { job, around, own, concerning })
    }

    /// Returns the rules that something around the Job concerns.
    fn rules(&self) -> impl Iterator<Item = &Enabled> {
        let rules = self.own.as_deref().unwrap_or(&self.job.rule_set.rules);
        self.concerning.iter().map(|&at| &rules[at])
    }
}

/// Returns what the rules about neighbours find in Jobs, those of a file one after the other.
pub(super) fn check(jobs: KeptJobs, neighbours: &Neighbours) -> Outcome {
    let (mut found, mut demand) = (Outcome::default(), Demand::default());
    if neighbours.is_empty() {
        return found;
    }
    let mut counted = HashSet::new();
    for job in &jobs.all {
        let home = job.home(neighbours);
        demand.add(&job.source.name, &home, &job.facts);
        counted.extend(neighbours_of(&job.facts, neighbours, &home).map(std::ptr::from_ref));
    }
    found.neighbours = counted.len();
    for jobs in jobs.all.chunk_by(|left, right| Arc::ptr_eq(&left.source, &right.source)) {
        let concerned = jobs.iter().filter_map(|it| Concerned::find(it, neighbours, &demand));
        let concerned: Vec<_> = concerned.collect();
        let Some(KeptJob { source, manifest, .. }) = concerned.first().map(|it| it.job) else { continue };
        match manifest {
            Some(manifest) => check_file(source, &manifest.documents, &concerned, &mut found),
            None => check_file(source, &read_shared(source.clone()).documents, &concerned, &mut found),
        }
    }
    found
}

/// Returns the objects that a Job names, and those that restrict what its namespace admits.
fn neighbours_of<'n>(
    facts: &'n JobFacts,
    neighbours: &'n Neighbours,
    home: &Home,
) -> impl Iterator<Item = &'n Neighbour> {
    const ADMISSION: [Kind; 3] = [Kind::LimitRange, Kind::Namespace, Kind::ResourceQuota];
    let around = ADMISSION.into_iter().flat_map(|kind| neighbours.around(kind, home));
    let named = facts.names.iter().flat_map(|(kind, name)| neighbours.named(*kind, name, home));
    around.chain(named).filter(|it| !it.facts.is_guess())
}

/// Checks those Jobs of a file that neighbours concern.
fn check_file(source: &Arc<Source>, documents: &[Document], jobs: &[Concerned<'_>], found: &mut Outcome) {
    let by_place: HashMap<_, _> = jobs.iter().map(|it| ((it.job.document, it.job.item), it)).collect();
    let (mut findings, mut suppressed) = (Vec::new(), Vec::new());
    for document in documents {
        for (number, node) in document.numbered_objects() {
            let place = (document.index, document.item(number));
            if let Some(concerned) = by_place.get(&place)
                && let Classification::Object(object) = classify(node)
            {
                check_job(object, concerned, &mut findings, &mut suppressed);
            }
        }
    }
    let mut all: Vec<&mut Finding> = findings.iter_mut().chain(&mut suppressed).collect();
    if !all.is_empty() {
        let secrets = mask::all_secrets(documents);
        mask::hide_secrets(&mut all, std::iter::empty(), source, &secrets, documents, &|| false);
    }
    found.findings.append(&mut findings);
    found.suppressed.append(&mut suppressed);
}

/// Checks a Job, and sorts its findings into those that are shown and those that a suppression hides.
fn check_job(
    object: Object<'_>,
    concerned: &Concerned<'_>,
    findings: &mut Vec<Finding>,
    suppressed: &mut Vec<Finding>,
) {
    let (Some(pod), KeptJob { rule_set, subject, item, .. }) =
        (object.job().and_then(|it| it.pod()), concerned.job)
    else {
        return;
    };
    let later = Later { object, item: *item, subject, config: rule_set };
    let (mut own, mut hidden) = later.check(concerned.rules(), &|check, reporter| {
        if let Check::Neighbours { check, .. } = check {
            check(pod, &concerned.around, reporter);
        }
    });
    findings.append(&mut own);
    suppressed.append(&mut hidden);
}
