//! Jobs that are kept until their neighbours are known. The file of one that these concern is read again.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diagnostic::finding::{Finding, Subject};
use crate::engine::cap::cap;
use crate::engine::dispatch::{Enabled, enabled};
use crate::engine::outcome::Outcome;
use crate::engine::read::read_shared;
use crate::engine::rule_set::RuleSet;
use crate::manifest::document::{Document, Node};
use crate::manifest::workload::{Classification, Object, Pod, classify};
use crate::mask;
use crate::neighbours::Neighbours;
use crate::neighbours::home::Home;
use crate::neighbours::job_facts::{Demand, JobFacts};
use crate::policy::suppress;
use crate::rule::surroundings::Surroundings;
use crate::rule::{Check, Reporter};
use crate::text::source::Source;

/// A Job, as far as it is known when its document is gone.
#[derive(Debug)]
pub(super) struct KeptJob {
    source: Arc<Source>,
    rule_set: Arc<RuleSet>,
    document: usize,
    item: Option<usize>,
    subject: Arc<Subject>,
    facts: JobFacts,
}

impl KeptJob {
    /// Keeps a Job for the rules of its file.
    pub(super) fn of(
        pod: Pod<'_>,
        item: Option<usize>,
        subject: Arc<Subject>,
        rule_set: &Arc<RuleSet>,
    ) -> Self {
        let document = pod.spec.document;
        KeptJob {
            source: document.source.clone(),
            rule_set: rule_set.clone(),
            document: document.index,
            item,
            subject,
            facts: JobFacts::of(pod),
        }
    }
}

/// A Job that neighbours concern.
struct Concerned<'r> {
    job: &'r KeptJob,
    around: Surroundings<'r>,
    /// The rules for this Job, where others are for the file.
    own: Option<Vec<Enabled>>,
}

impl<'r> Concerned<'r> {
    /// Looks around a Job; returns nothing where no rule has anything to say.
    fn find(job: &'r KeptJob, neighbours: &'r Neighbours, demand: &'r Demand<'r>) -> Option<Self> {
        let KeptJob { source, rule_set, subject, facts, .. } = job;
        let namespace = Some(subject.namespace.clone()).filter(|it| !it.is_empty());
        let mut home = Home::in_namespace(namespace, source);
        neighbours.settle(&mut home);
        let around = Surroundings { neighbours, home, facts, demand };
        let own = rule_set.depends_on_object().then(|| enabled(rule_set, Some(subject)));
        let concerned = Concerned { job, around, own };
        let concerns_any = concerned.rules().next().is_some();
        concerns_any.then_some(concerned)
    }

    /// Returns the rules that something around the Job concerns.
    fn rules(&self) -> impl Iterator<Item = &Enabled> {
        let rules = self.own.as_deref().unwrap_or(&self.job.rule_set.rules);
        let concerns =
            |it: &&Enabled| matches!(it.check, Check::Neighbours { concerns, .. } if concerns(&self.around));
        rules.iter().filter(concerns)
    }
}

/// Returns what the rules about neighbours find in Jobs, those of a file one after the other.
pub(super) fn check(jobs: &[KeptJob], neighbours: &Neighbours) -> Outcome {
    let (mut found, mut demand) = (Outcome::default(), Demand::default());
    if neighbours.is_empty() {
        return found;
    }
    jobs.iter().for_each(|it| demand.add(&it.source.name, &it.facts));
    for jobs in jobs.chunk_by(|left, right| Arc::ptr_eq(&left.source, &right.source)) {
        let concerned = jobs.iter().filter_map(|it| Concerned::find(it, neighbours, &demand));
        let concerned: Vec<_> = concerned.collect();
        if let Some(first) = concerned.first() {
            check_file(&first.job.source, &concerned, &mut found);
        }
    }
    found
}

/// Reads a file again, and checks those of its Jobs that neighbours concern.
fn check_file(source: &Arc<Source>, jobs: &[Concerned<'_>], found: &mut Outcome) {
    let documents = read_shared(source.clone()).documents;
    let by_place: HashMap<_, _> = jobs.iter().map(|it| ((it.job.document, it.job.item), it)).collect();
    let (mut findings, mut suppressed) = (Vec::new(), Vec::new());
    for (document, item, node) in documents.iter().flat_map(objects) {
        let Some(concerned) = by_place.get(&(document.index, item)) else { continue };
        if let Classification::Object(object) = classify(node) {
            check_job(object, concerned, &mut findings, &mut suppressed);
        }
    }
    let mut all: Vec<&mut Finding> = findings.iter_mut().chain(&mut suppressed).collect();
    if !all.is_empty() {
        let secrets = mask::all_secrets(&documents);
        mask::hide_secrets(&mut all, std::iter::empty(), source, &secrets, &documents, &|| false);
    }
    found.findings.append(&mut findings);
    found.suppressed.append(&mut suppressed);
}

/// Returns the objects of a document, with their numbers where it is a list.
fn objects(document: &Document) -> impl Iterator<Item = (&Document, Option<usize>, Node<'_>)> {
    let is_list = !document.root().is_object();
    let numbered = (document.first_item..).zip(document.objects());
    numbered.map(move |(number, node)| (document, is_list.then_some(number), node))
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
    let mut own = Vec::new();
    for Enabled { active, check } in concerned.rules() {
        let Check::Neighbours { check, .. } = check else { continue };
        let mut found = Vec::new();
        let mut reporter = Reporter {
            active,
            subject: subject.clone(),
            source: object.node.document.source.clone(),
            document: object.node.document.index,
            item: *item,
            config: rule_set,
            merges: false,
            findings: &mut found,
        };
        check(pod, &concerned.around, &mut reporter);
        found.retain(|it| rule_set.shows(it, Some(active)));
        own.append(&mut found);
    }
    let mut hidden = suppress::hidden(object, own.iter(), rule_set).into_iter();
    let mut hidden: Vec<Finding> = own.extract_if(.., |_| hidden.next().unwrap_or_default()).collect();
    cap(&mut own);
    cap(&mut hidden);
    findings.append(&mut own);
    suppressed.append(&mut hidden);
}
