//! What rules keep of the pods of a Job, for what their namespace decides about them.

use std::sync::Arc;

use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::Severity;
use crate::manifest::document::{Document, Node, Stream};
use crate::manifest::place::Place;
use crate::manifest::workload::Object;
use crate::neighbours::Neighbour;
use crate::neighbours::facts::Facts;
use crate::neighbours::home::Home;
use crate::neighbours::pod_facts::{PodFacts, parse};
use crate::rule::Reporter;
use crate::rule::fleet::{Draft, Fact, Fleet, Kept};

/// Of so many containers each has a finding of its own.
const MAX_CONTAINERS: usize = 20;

/// The pods of a Job, and where a rule can report something of them.
pub struct KeptPods<'f> {
    /// What is known of them.
    pub pods: &'f PodFacts,
    /// Where they belong.
    pub home: &'f Home,
    kept: Vec<&'f Kept>,
}

/// Keeps the pods of a Job for a rule: drafts for the pod as a whole, and for the resources of each container.
pub fn keep(object: Object<'_>, reporter: &Reporter<'_>, fleet: &mut Fleet) {
    let Some(pod) = object.job().and_then(|job| job.pod()) else { return };
    let pods = fleet.pods(pod.job, reporter.kubernetes_version().minor);
    let mut mild = reporter.draft(pod.spec, "").finding;
    mild.severity = reporter.active.graded(Severity::Info);
    let mild = reporter.config.shows(&mild, Some(reporter.active)).then_some(mild.severity);
    let mut add = |node: Node<'_>, container: Option<&str>| {
        let draft = reporter.draft(Place { path: node.path(), span: node.head() }, "");
        let container = container.map(Into::into);
        fleet.keep(object, draft, Fact::Pods { pods: pods.clone(), container, mild });
    };
    add(pod.spec, None);
    for container in pod.containers().take(MAX_CONTAINERS) {
        let resources = container.node.get("resources").filter(|it| !it.is_null());
        let name = container.node.get("name").and_then(Node::text);
        add(resources.unwrap_or(container.node), Some(name.unwrap_or_default()));
    }
}

/// Returns what a rule has kept, by Job.
pub fn kept_pods<'f>(fleet: &'f Fleet, rule: &'static Meta) -> Vec<KeptPods<'f>> {
    let mut all: Vec<KeptPods<'f>> = Vec::new();
    for kept in fleet.kept_by(rule) {
        let Fact::Pods { pods, .. } = &kept.fact else { continue };
        match all.last_mut().filter(|it| std::ptr::eq(it.pods, Arc::as_ptr(pods))) {
            Some(last) => last.kept.push(kept),
            None => all.push(KeptPods { pods, home: &kept.home, kept: vec![kept] }),
        }
    }
    all
}

impl KeptPods<'_> {
    /// Returns the draft for a container, or for the pod as a whole, with its message.
    pub fn finding(&self, container: Option<&str>, message: String) -> Draft {
        let is_wanted = |it: &&&Kept| matches!(&it.fact, Fact::Pods { container: own, .. } if own.as_deref() == container);
        let kept = self.kept.iter().find(is_wanted).unwrap_or(&self.kept[0]);
        let mut draft = kept.draft.clone();
        draft.finding.message = message.into();
        draft
    }

    /// Returns the severity of what only slows the Job, unless the preset leaves that out.
    pub fn mild(&self) -> Option<Severity> {
        match self.kept[0].fact {
            Fact::Pods { mild, .. } => mild,
            _ => None,
        }
    }
}

/// Reads the JSON that is kept of neighbours.
pub fn parsed<'n>(neighbours: Vec<&'n Neighbour>) -> Vec<(&'n Neighbour, Stream)> {
    let read = |it: &'n Neighbour| match &it.facts {
        Facts::Json(json) => Some((it, parse(json))),
        _ => None,
    };
    neighbours.into_iter().filter_map(read).collect()
}

/// Returns the outermost mapping of what was read.
pub fn root(stream: &Stream) -> Option<Node<'_>> {
    stream.documents.first().map(Document::root)
}
