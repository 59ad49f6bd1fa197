//! The annotations by which other linters exempt an object.

use std::collections::BTreeMap;

use crate::manifest::document::{Entry, Node};
use crate::manifest::workload::{Kind, Object};
use crate::migrate::checks::Tool;
use crate::text::span::Span;

/// The beginnings of all keys that are read here.
const PREFIXES: [&str; 3] = ["kube-linter.io/", "kube-score/", "polaris.fairwinds.com/"];

/// kube-linter's annotation for one check, which follows (`pkg/ignore`).
const KUBE_LINTER_CHECK: &str = "ignore-check.kube-linter.io/";

/// kube-linter's annotation for all checks.
const KUBE_LINTER_ALL: &str = "kube-linter.io/ignore-all";

/// What kube-score ignores, and which optional checks it runs: lists with commas (`scorecard`).
const KUBE_SCORE_IGNORE: &str = "kube-score/ignore";
const KUBE_SCORE_ENABLE: &str = "kube-score/enable";

/// kube-score's check that one name of a list ignores besides its own (`impliedIgnoreAnnotations`).
const IMPLIED: (&str, &str) = ("container-resources", "container-ephemeral-storage-request-and-limit");

/// What Polaris' annotations begin with; `exempt` is for all checks, `CHECK-exempt` for one (`pkg/validator/schema.go`).
const POLARIS: &str = "polaris.fairwinds.com/";

/// The most characters of a reason: it is repeated for each rule.
const MAX_REASON: usize = 200;

/// What a linter leaves out in an object, as the annotations in one place say.
pub struct Exemption<'d> {
    /// The linter.
    pub tool: Tool,
    /// The metadata that has the annotations.
    pub metadata: Node<'d>,
    /// The path below which it counts.
    pub reach: &'static str,
    /// Where all checks are left out, and why.
    pub all: Option<(Span, String)>,
    /// Where each check is left out, and why.
    pub checks: BTreeMap<&'d str, (Span, String)>,
}

/// Whether a text can have such an annotation.
pub fn can_have_some(text: &str) -> bool {
    PREFIXES.iter().any(|it| text.contains(it))
}

/// Returns what other linters leave out in an object.
pub fn exemptions<'d>(object: Object<'d>) -> Vec<Exemption<'d>> {
    let mut found = Vec::new();
    let Some(metadata) = object.node.get("metadata") else { return found };
    for tool in Tool::ALL {
        let mut own = Exemption { tool, metadata, reach: "", all: None, checks: BTreeMap::new() };
        annotations(metadata).for_each(|entry| own.read(entry));
        if tool == Tool::KubeScore {
            // What the pod template says goes before what the object says.
            let (reach, metadata) = pod_template(object.kind);
            if let Some(metadata) = object.node.field(metadata).node() {
                let mut inner = Exemption { tool, metadata, reach, all: None, checks: BTreeMap::new() };
                annotations(metadata).for_each(|entry| inner.read(entry));
                listed(metadata, KUBE_SCORE_ENABLE).for_each(|(name, _)| _ = own.checks.remove(name));
                found.push(inner);
            }
        }
        found.push(own);
    }
    found.retain(|it| it.all.is_some() || !it.checks.is_empty());
    found
}

/// Returns the optional checks that kube-score runs on an object, with their places.
pub fn enabled<'d>(object: Object<'d>) -> Vec<(&'d str, Span)> {
    let metadata = [object.node.get("metadata"), object.node.field(pod_template(object.kind).1).node()];
    metadata.into_iter().flatten().flat_map(|it| listed(it, KUBE_SCORE_ENABLE)).collect()
}

impl<'d> Exemption<'d> {
    fn read(&mut self, entry: Entry<'d>) {
        let key = entry.key_span;
        match self.tool {
            Tool::KubeLinter => {
                let reason = || reason(entry.value.text().unwrap_or_default(), "ignored for kube-linter");
                if entry.key == KUBE_LINTER_ALL {
                    self.all = Some((key, reason()));
                } else if let Some(name) = entry.key.strip_prefix(KUBE_LINTER_CHECK) {
                    self.checks.insert(name, (key, reason()));
                }
            }
            Tool::KubeScore if entry.key == KUBE_SCORE_IGNORE => {
                for name in names(entry.value.text().unwrap_or_default()) {
                    let reason = || reason("", "ignored for kube-score");
                    self.checks.insert(name, (key, reason()));
                    if name == IMPLIED.0 {
                        self.checks.entry(IMPLIED.1).or_insert((key, reason()));
                    }
                }
            }
            Tool::KubeScore => {}
            Tool::Polaris => {
                let is_true = entry.value.text().is_some_and(|it| it.eq_ignore_ascii_case("true"));
                let Some(name) = entry.key.strip_prefix(POLARIS).filter(|_| is_true) else { return };
                let reason = reason("", "exempt from Polaris");
                match name.strip_suffix("-exempt") {
                    Some(name) => _ = self.checks.insert(name, (key, reason)),
                    None if name == "exempt" => self.all = Some((key, reason)),
                    None => {}
                }
            }
        }
    }
}

/// Returns the path of the pod template and that of its metadata.
fn pod_template(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Job => ("spec.template", "spec.template.metadata"),
        Kind::CronJob => ("spec.jobTemplate.spec.template", "spec.jobTemplate.spec.template.metadata"),
    }
}

fn annotations<'d>(metadata: Node<'d>) -> impl Iterator<Item = Entry<'d>> {
    metadata.get("annotations").into_iter().flat_map(Node::entries)
}

/// Returns the names in an annotation that is a list, with the place of its key.
fn listed<'d>(metadata: Node<'d>, key: &str) -> impl Iterator<Item = (&'d str, Span)> {
    let entry = annotations(metadata).filter(move |it| it.key == key);
    entry.flat_map(|entry| names(entry.value.text().unwrap_or_default()).map(move |it| (it, entry.key_span)))
}

fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|it| !it.is_empty())
}

/// Returns the reason of a suppression, on one line.
fn reason(stated: &str, otherwise: &str) -> String {
    let stated = stated.split_whitespace().collect::<Vec<_>>().join(" ");
    match stated.char_indices().nth(MAX_REASON) {
        _ if stated.is_empty() => otherwise.to_owned(),
        Some((end, _)) => stated[..end].trim_end().to_owned(),
        None => stated,
    }
}
