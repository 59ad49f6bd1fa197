//! Suppressions: findings that someone has looked at and decided to live with.
//!
//! By comment, on the finding's line or on its own line above: `# batchlint: ignore[id, id until=2027-01-31] reason`.
//! On the first line of a list item, such as a container, it reaches the whole item. By annotation
//! `batchlint.dev/ignore: "id: reason; id until=2027-01-31: reason"` on the object, the job template or the pod template,
//! reaching what lies below.

mod add;
mod remove;

pub use add::{Added, add_suppressions, suppressions_of};

use crate::config::{Active, Config};
use crate::document::{Document, Node, Style};
use crate::finding::{Finding, Place};
use crate::fix::{Edits, Safety};
use crate::rule::{Check, Rule};
use crate::span::Span;
use crate::workload::{Kind, Object};
use crate::{fold, rules};

/// The annotation that holds suppressions.
pub const ANNOTATION: &str = "batchlint.dev/ignore";

/// Something wrong with a suppression.
#[derive(Clone, Debug)]
pub struct Mistake {
    /// What is wrong.
    pub kind: MistakeKind,
    /// Where the suppression is.
    pub place: Place,
    /// The rule's id as it is written.
    pub id: String,
    /// What takes it away: a comment at no risk, an annotation is a part of the object.
    pub removal: Option<(Safety, Edits)>,
}

/// What can be wrong with a suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MistakeKind {
    /// There is nothing that it suppresses.
    Unused,
    /// The policy does not let anyone suppress this rule.
    Forbidden,
    /// Its last day has passed.
    Expired(jiff::civil::Date),
    /// There is no such rule; perhaps the one named here.
    UnknownRule(Option<&'static str>),
    /// It does not say why.
    WithoutReason,
    /// It cannot be read; why.
    Unreadable(&'static str),
}

/// One rule that a comment or an annotation suppresses, and where.
struct Suppression {
    id: String,
    rule: Option<&'static Rule>,
    until: Option<jiff::civil::Date>,
    has_reason: bool,
    place: Place,
    reach: Reach,
    used: bool,
}

/// What a suppression covers.
enum Reach {
    /// Findings on these lines of the file.
    Lines { first: usize, last: usize },
    /// Findings at this path and below.
    Path(String),
}

/// What the suppressions of an object do.
#[derive(Debug, Default)]
pub struct Applied {
    /// The findings that they hide.
    pub suppressed: Vec<Finding>,
    /// What is wrong with them.
    pub mistakes: Vec<Mistake>,
}

/// Takes the suppressed ones out of an object's findings, and gives them with what is wrong with its suppressions.
///
/// `findings` are those of this object alone, `active` the rules that were run on it.
pub fn apply(
    object: Object<'_>,
    findings: &mut Vec<Finding>,
    active: &[&Active<'_>],
    config: &Config,
) -> Applied {
    let mut mistakes = Vec::new();
    let mut suppressions = from_comments(object, &mut mistakes);
    suppressions.extend(from_annotations(object, &mut mistakes));
    if suppressions.is_empty() {
        return Applied { suppressed: Vec::new(), mistakes };
    }
    let is_forbidden = |rule: &Rule| config.suppressions.forbidden.contains(rule.id);
    let candidates = fold::candidates(findings);
    let is_suppressed = findings.iter().zip(candidates).map(|(finding, candidates)| {
        // Readers may know of a finding only by one that stands for it, and write the suppression there.
        let shown = candidates.into_iter().map(|it| &findings[it]);
        let places: Vec<_> = std::iter::once(finding).chain(shown).collect();
        let mut is_suppressed = false;
        for suppression in &mut suppressions {
            let is_meant = suppression.rule.is_some_and(|rule| rule.id == finding.rule.id);
            if is_meant && places.iter().any(|it| suppression.covers(it)) {
                suppression.used = true;
                is_suppressed |= !is_forbidden(finding.rule) && !suppression.is_expired(config);
            }
        }
        is_suppressed
    });
    let mut is_suppressed = is_suppressed.collect::<Vec<_>>().into_iter();
    let suppressed = findings.extract_if(.., |_| is_suppressed.next().unwrap_or_default()).collect();
    for suppression in suppressions {
        let kinds = suppression.mistakes(active, config, is_forbidden);
        mistakes.extend(kinds.into_iter().map(|kind| Mistake {
            kind,
            place: suppression.place.clone(),
            id: suppression.id.clone(),
            removal: Some(suppression.removal(object)),
        }));
    }
    Applied { suppressed, mistakes }
}

impl Suppression {
    fn covers(&self, finding: &Finding) -> bool {
        match &self.reach {
            Reach::Lines { first, last } => {
                let line = finding.source.lines().line(finding.place.span.start);
                (*first..=*last).contains(&line)
            }
            Reach::Path(path) => {
                let below = finding.place.path.strip_prefix(path.as_str());
                below.is_some_and(|rest| path.is_empty() || rest.is_empty() || rest.starts_with(['.', '[']))
            }
        }
    }

    /// Takes the rule's id out of the comment or annotation, or all of that where it names no other.
    fn removal(&self, object: Object<'_>) -> (Safety, Edits) {
        match &self.reach {
            Reach::Lines { .. } => (Safety::Safe, remove::from_comment(object, self.place.span, &self.id)),
            Reach::Path(_) => (Safety::Unsafe, remove::from_annotation(object, self.place.span, &self.id)),
        }
    }

    fn is_expired(&self, config: &Config) -> bool {
        self.until.is_some_and(|until| until < config.assumptions.as_of)
    }

    fn mistakes(
        &self,
        active: &[&Active<'_>],
        config: &Config,
        is_forbidden: impl Fn(&Rule) -> bool,
    ) -> Vec<MistakeKind> {
        let Some(rule) = self.rule else {
            return vec![MistakeKind::UnknownRule(rules::nearest_id(&self.id))];
        };
        let mut mistakes = Vec::new();
        // Of a rule that did not run here, nobody knows. Rules about all objects of a run come later.
        let did_run = active.iter().any(|it| it.rule.id == rule.id) && !matches!(rule.check, Check::Fleet(_));
        if !self.used && did_run {
            mistakes.push(MistakeKind::Unused);
        } else if self.used && is_forbidden(rule) {
            mistakes.push(MistakeKind::Forbidden);
        } else if let Some(until) = self.until.filter(|_| self.is_expired(config)) {
            mistakes.push(MistakeKind::Expired(until));
        }
        if !self.has_reason {
            mistakes.push(MistakeKind::WithoutReason);
        }
        mistakes
    }
}

/// Reads `id` or `id until=2027-01-31` into what it suppresses, or into what is wrong with it.
fn read(text: &str, reason: &str, place: &Place, reach: Reach) -> Result<Suppression, Mistake> {
    let mut words = text.split_whitespace();
    let id = words.next().unwrap_or_default().to_owned();
    let until = match (words.next(), words.next()) {
        (None, _) => Ok(None),
        (Some(word), None) => match word.strip_prefix("until=").map(str::parse) {
            Some(Ok(date)) => Ok(Some(date)),
            Some(Err(_)) => Err("a date is written `until=2027-01-31`"),
            None => Err("only `until=2027-01-31` can follow a rule's id"),
        },
        _ => Err("only `until=2027-01-31` can follow a rule's id"),
    };
    match until {
        Ok(until) => {
            let (rule, has_reason) = (rules::find(&id), !reason.trim().is_empty());
            Ok(Suppression { id, rule, until, has_reason, place: place.clone(), reach, used: false })
        }
        Err(why) => Err(unreadable(why, place)),
    }
}

fn unreadable(why: &'static str, place: &Place) -> Mistake {
    let (kind, place) = (MistakeKind::Unreadable(why), place.clone());
    Mistake { kind, place, id: String::new(), removal: None }
}

fn from_comments(object: Object<'_>, mistakes: &mut Vec<Mistake>) -> Vec<Suppression> {
    let document = object.node.document;
    let mut suppressions = Vec::new();
    let area = area(object.node);
    for comment in document.comments.iter().filter(|comment| area.contains(comment.span)) {
        let text = comment.span.text(&document.source.text);
        let Some(rest) = text.trim_start_matches('#').trim_start().strip_prefix("batchlint:") else {
            continue;
        };
        let place = Place { path: object.node.path(), span: comment.span };
        let bracketed = rest.trim_start().strip_prefix("ignore[").and_then(|rest| rest.split_once(']'));
        let Some((ids, reason)) = bracketed else {
            mistakes.push(unreadable("it is written `# batchlint: ignore[rule] reason`", &place));
            continue;
        };
        let line = target_line(document, comment.span, comment.own_line);
        let last = last_line(object.node, line);
        for id in ids.split(',') {
            match read(id, reason, &place, Reach::Lines { first: line, last }) {
                Ok(suppression) => suppressions.push(suppression),
                Err(mistake) => mistakes.push(mistake),
            }
        }
    }
    suppressions
}

/// Returns the bytes in which a comment belongs to the object: those of a whole document, or of an item of a list with
/// the lines of comments above it.
fn area(node: Node<'_>) -> Span {
    let document = node.document;
    let Some(parent) = node.parent() else { return document.span };
    let before = parent.items().take_while(|item| *item != node).last();
    // What stands behind an item on its last line is the item's.
    let end_of_line = |offset: u32| {
        let rest = document.source.text.get(offset as usize..).unwrap_or_default();
        offset + crate::span::narrow(rest.find('\n').unwrap_or(rest.len()))
    };
    let start = before.map_or(document.span.start, |item| end_of_line(item.span().end));
    let start = if before.is_none() { parent.key_span().map_or(start, |key| key.end) } else { start };
    Span { start, end: end_of_line(node.span().end) }
}

/// Returns the line that a comment is about: its own, or the next one that is not a comment.
fn target_line(document: &Document, comment: Span, own_line: bool) -> usize {
    let lines = document.source.lines();
    let line = lines.line(comment.start);
    if !own_line {
        return line;
    }
    let is_comment = |line: &usize| document.source.line(*line).trim_start().starts_with('#');
    (line + 1..=lines.lines()).find(|line| !is_comment(line)).unwrap_or(line)
}

/// Returns the line on which a node starts: of a block scalar that of its `|` or `>`, before which its span may not start.
fn first_line(node: Node<'_>) -> usize {
    let start = node.span().start;
    let is_content =
        matches!(node.style(), Style::Literal | Style::Folded) && !node.raw().starts_with(['|', '>']);
    let before = node.document.source.text.get(..start as usize).unwrap_or_default();
    node.document.source.lines().line(if is_content {
        crate::span::narrow(before.trim_end().len())
    } else {
        start
    })
}

/// Returns the last line that a suppression of `line` reaches: the end of a list item that starts there.
fn last_line(node: Node<'_>, line: usize) -> usize {
    let lines = node.document.source.lines();
    let starts_here = |node: Node<'_>| first_line(node) == line;
    let own = node
        .items()
        .find(|item| starts_here(*item))
        .map(|item| lines.line(item.span().end.saturating_sub(1)));
    let children = node.items().chain(node.entries().map(|entry| entry.value));
    let covering = children.filter(|child| {
        let span = child.span();
        lines.line(span.start) <= line && line <= lines.line(span.end)
    });
    own.unwrap_or_else(|| covering.map(|child| last_line(child, line)).max().unwrap_or(line)).max(line)
}

fn from_annotations(object: Object<'_>, mistakes: &mut Vec<Mistake>) -> Vec<Suppression> {
    let homes: &[(&str, &str)] = match object.kind {
        Kind::Job => &[("", "metadata"), ("spec.template", "spec.template.metadata")],
        Kind::CronJob => &[
            ("", "metadata"),
            ("spec.jobTemplate", "spec.jobTemplate.metadata"),
            ("spec.jobTemplate.spec.template", "spec.jobTemplate.spec.template.metadata"),
        ],
    };
    let mut suppressions = Vec::new();
    for &(reach, metadata) in homes {
        let annotations = object.node.field(metadata).node().and_then(|metadata| metadata.get("annotations"));
        let Some(node) = annotations.and_then(|annotations| annotations.get(ANNOTATION)) else { continue };
        for part in
            node.text().unwrap_or_default().split([';', '\n']).map(str::trim).filter(|part| !part.is_empty())
        {
            let (id, reason) = part.split_once(':').unwrap_or((part, ""));
            match read(id, reason, &Place::from(node), Reach::Path(reach.to_owned())) {
                Ok(suppression) => suppressions.push(suppression),
                Err(mistake) => mistakes.push(mistake),
            }
        }
    }
    suppressions
}
