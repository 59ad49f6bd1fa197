//! Writes suppressions for what is found: a comment above the line of each finding, or, where there can be none, an
//! annotation of the object.

use crate::diagnostic::meta::Scope;
use crate::manifest::edit::apply::apply;
use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::finding::Finding;
use crate::engine::lint::lint_manifest;
use crate::engine::read::read;
use crate::engine::run::Run;
use crate::engine::subject::subject;
use crate::manifest::document::{Document, Node, Value};
use crate::manifest::edit::{Edit, Edits, Fix, Obstacle, Safety};
use crate::manifest::workload::{Classification, classify};
use crate::policy::config::Config;
use crate::policy::suppress::ANNOTATION;
use crate::policy::suppress::lines::first_line;
use crate::text::source::Source;
use crate::text::span::Span;

/// What adding suppressions to a text came to.
#[derive(Debug)]
pub struct Added {
    /// The text with the suppressions.
    pub text: String,
    /// How many findings they hide.
    pub hidden: usize,
    /// What is still found.
    pub run: Run,
}

/// Adds suppressions with a reason for everything that is found in the text of a file and may be suppressed.
///
/// A reason is one line; in annotations a comma stands for each `;` of it, which would part it.
pub fn add_suppressions(source: &Source, config: &Config, reason: &str) -> Added {
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = source.text.clone();
    let mut manifest = read(source.with_text(text.as_str()));
    let run = lint_manifest(&manifest, config);
    let mut added = Added { text, hidden: 0, run };
    // What no comment reaches, an annotation does.
    for by_comment in [true, false] {
        let found = added.run.outcome.findings.iter().filter(|it| can_be_suppressed(it, config));
        let edits = SuppressionPlaces::new(&manifest.documents).edits(found, &reason, by_comment);
        if edits.is_empty() {
            continue;
        }
        let fixes = edits.into_iter().map(|edits| Fix::new("suppress", Safety::Unsafe, edits));
        let text = apply(&added.text, &fixes.collect::<Vec<_>>());
        let changed = read(source.changed(text.as_str()));
        let run = lint_manifest(&changed, config);
        // What a finding stands for is suppressed by its own id, and counts as it does in the report.
        let hidden = run.outcome.suppressed.len().saturating_sub(added.run.outcome.suppressed.len());
        if run.outcome.unread == added.run.outcome.unread && hidden > 0 {
            (added, manifest) = (Added { text, hidden: added.hidden + hidden, run }, changed);
        }
    }
    added
}

/// Whether a suppression can hide a finding: what is wrong with a file or a suppression always shows.
pub(super) fn can_be_suppressed(finding: &Finding, config: &Config) -> bool {
    let is_of_object = finding.rule.scope == Scope::Object;
    is_of_object && finding.parts().all(|it| !config.suppressions.forbidden.contains_key(it.rule.id))
}

/// Where a suppression is written: above a line, or else in the annotations of an object.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Target {
    document: usize,
    item: Option<usize>,
    line: Option<usize>,
}

/// The documents of a text, and where no comment can be in each.
pub(super) struct SuppressionPlaces<'d> {
    documents: &'d [Document],
    /// The scalars of several lines.
    texts: Vec<Vec<Span>>,
}

impl<'d> SuppressionPlaces<'d> {
    pub(super) fn new(documents: &'d [Document]) -> Self {
        SuppressionPlaces { documents, texts: documents.iter().map(texts_of_lines).collect() }
    }

    /// Returns the edits that suppress findings, a list of them for each line or object.
    pub(super) fn edits<'f>(
        &self,
        findings: impl Iterator<Item = &'f Finding>,
        reason: &str,
        by_comment: bool,
    ) -> Vec<Vec<Edit>> {
        let SuppressionPlaces { documents, texts } = self;
        let position = |index: usize| documents.binary_search_by_key(&index, |it| it.index).ok();
        let mut by_place: BTreeMap<Target, BTreeSet<&str>> = BTreeMap::new();
        for (finding, part) in findings.flat_map(|it| it.parts().map(move |part| (it, part))) {
            let Some(at) = position(finding.document) else { continue };
            let is_own = !is_in_config_map(&documents[at], finding);
            let line = if by_comment && is_own { line_for(&documents[at], &texts[at], part) } else { None };
            // A finding in a ConfigMap is the Job's that runs the script.
            let object =
                if is_own { Some((finding.document, finding.item)) } else { owner(documents, finding) };
            if (line.is_some() || !by_comment)
                && let Some((document, item)) = object
            {
                let item = item.filter(|_| line.is_none());
                by_place.entry(Target { document, item, line }).or_default().insert(part.rule.id);
            }
        }
        let edits = by_place.into_iter().filter_map(|(Target { document, item, line }, ids)| {
            let document = &documents[position(document)?];
            let ids: Vec<_> = ids.into_iter().collect();
            match line {
                Some(line) => Some(comment(document, line, &ids, reason)),
                None => {
                    let metadata = document.objects().nth(item.unwrap_or_default())?.get("metadata")?;
                    annotate(metadata, &ids.iter().map(|id| (*id, reason)).collect::<Vec<_>>()).ok()
                }
            }
        });
        edits.collect()
    }
}

/// Whether a finding is in a script that a ConfigMap holds.
fn is_in_config_map(document: &Document, finding: &Finding) -> bool {
    let object = document.objects().nth(finding.item.unwrap_or_default());
    finding.place.path.starts_with("data") && object.is_some_and(|it| it.field("kind").is("ConfigMap"))
}

/// Returns the document and the item of the object whose suppressions a finding obeys: one in a ConfigMap those of the Job
/// that runs the script.
pub(crate) fn object_of(documents: &[Document], finding: &Finding) -> Option<(usize, Option<usize>)> {
    let at = documents.binary_search_by_key(&finding.document, |it| it.index).ok()?;
    let is_own = !is_in_config_map(&documents[at], finding);
    if is_own { Some((finding.document, finding.item)) } else { owner(documents, finding) }
}

/// Returns the document and the item that has the object of a finding.
fn owner(documents: &[Document], finding: &Finding) -> Option<(usize, Option<usize>)> {
    let is_owner = |node: Node<'_>| match classify(node) {
        Classification::Object(object) => subject(object) == *finding.subject,
        _ => false,
    };
    documents.iter().find_map(|document| {
        let (number, _) = document.numbered_objects().find(|(_, node)| is_owner(*node))?;
        Some((document.index, document.item(number)))
    })
}

/// Finds the line above which a comment is about a finding: its own, or, where that is amid a text of several lines,
/// the first line of the list item around it.
fn line_for(document: &Document, texts: &[Span], finding: &Finding) -> Option<usize> {
    let (source, lines) = (&document.source.text, document.source.lines());
    if document.is_json() || source.is_empty() {
        return None;
    }
    let own = lines.line(finding.place.span.start);
    // A comment above `---` belongs to the document before.
    let is_fit = |line: usize| {
        let start = lines.start_of(line);
        let text = texts[..texts.partition_point(|it| it.start < start)].last();
        !document.source.line(line).starts_with("---") && text.is_none_or(|it| it.end <= start)
    };
    let mut around: Vec<Node<'_>> = Vec::new();
    let mut node = Some(document.root());
    while let Some(at) = node {
        around.push(at);
        let children = at.items().chain(at.entries().map(|entry| entry.value));
        node = children.into_iter().find(|it| !it.is_aliased() && it.span().contains(finding.place.span));
    }
    let items = around.iter().rev().filter(|it| it.parent().is_some() && it.key_span().is_none());
    let mut candidates = std::iter::once(own).chain(items.map(|it| first_line(*it)));
    candidates.find(|&line| is_fit(line))
}

/// Returns the bytes of the scalars that take more than one line, in order.
fn texts_of_lines(document: &Document) -> Vec<Span> {
    let scalars = document.all().filter(|it| !matches!(it.value(), Value::List | Value::Map));
    let lines = document.source.lines();
    let bytes = |scalar: Node<'_>| {
        let end = scalar.span().start as usize + scalar.raw().trim_end().len();
        Span::new(lines.start_of(first_line(scalar)) as usize, end)
    };
    let mut texts: Vec<_> =
        scalars.map(bytes).filter(|it| it.text(&document.source.text).contains('\n')).collect();
    texts.sort_unstable();
    texts
}

fn comment(document: &Document, line: usize, ids: &[&str], reason: &str) -> Vec<Edit> {
    let text = document.source.line(line);
    let indent = &text[..text.len() - text.trim_start_matches(' ').len()];
    let line_end = document.source.lines().line_end();
    let at = document.source.lines().start_of(line) as usize;
    let ids = ids.join(", ");
    vec![Edit::insert(at, format!("{indent}# batchlint: ignore[{ids}] {reason}{line_end}"))]
}

/// Adds suppressions to the annotations of an object or template, each a rule with the reason; a comma stands for each `;` in one.
pub(crate) fn annotate(metadata: Node<'_>, suppressions: &[(&str, &str)]) -> Edits {
    let parts = suppressions.iter().map(|(id, reason)| format!("{id}: {}", reason.replace(';', ",")));
    let value = parts.collect::<Vec<_>>().join("; ");
    match metadata.get("annotations") {
        None => Edit::insert_entry(metadata, &["annotations", ANNOTATION], &value),
        Some(annotations) => match annotations.get(ANNOTATION) {
            None => Edit::insert_entry(annotations, &[ANNOTATION], &value),
            Some(old) => {
                let text = old.text().ok_or(Obstacle::Layout)?.trim_end_matches([' ', ';', '\n']);
                Edit::replace_text(old, &format!("{text}; {value}"))
            }
        },
    }
}
