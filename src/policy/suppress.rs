//! Suppressions: findings that someone has looked at and decided to live with.
//!
//! By comment, on the finding's line or on a line of its own above it: `# batchlint: ignore[id, id until=2027-01-31] reason`.
//! On the first line of a list item, such as a container, it reaches the whole item. By annotation
//! `batchlint.dev/ignore: "id: reason; id until=2027-01-31: reason"` on the object, the job template or the pod template,
//! reaching what lies below.

pub mod lines;
mod reach;
mod remove;

use std::collections::HashMap;

use crate::diagnostic::finding::Finding;
use crate::diagnostic::fold;
use crate::manifest::document::Comment;
use crate::manifest::edit::{Edits, Safety};
use crate::manifest::place::Place;
use crate::manifest::workload::{Kind, Object};
use crate::policy::config::{ActiveRule, Config};

use crate::diagnostic::meta::{Meta, Scope};
use crate::text::span::Span;
use reach::{Groups, Reach};

pub(crate) use reach::is_below;

/// The annotation that holds suppressions.
pub const ANNOTATION: &str = "batchlint.dev/ignore";

/// Something wrong with a suppression.
#[derive(Clone, Debug)]
pub struct SuppressionProblem {
    /// What is wrong.
    pub kind: SuppressionProblemKind,
    /// Where the suppression is.
    pub place: Place,
    /// The rule's id as it is written.
    pub id: String,
    /// What takes it away: a comment at no risk, an annotation is a part of the object.
    pub removal: Option<(Safety, Edits)>,
}

/// What can be wrong with a suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SuppressionProblemKind {
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
    /// The rule of that id, once the registry has been asked for it.
    rule: Option<&'static Meta>,
    until: Option<jiff::civil::Date>,
    has_reason: bool,
    place: Place,
    reach: Reach,
    /// Takes the rule's id out of the comment or annotation, or all of that where it names no other.
    removal: (Safety, Edits),
}

/// What the suppressions of an object do.
#[derive(Debug, Default)]
pub struct Applied {
    /// The findings that they hide.
    pub suppressed: Vec<Finding>,
    /// What is wrong with them.
    pub problems: Vec<SuppressionProblem>,
}

/// Takes the suppressed ones out of an object's findings, and gives them with what is wrong with its suppressions.
///
/// `findings` are those of this object alone, `active` the rules that were run on it.
pub fn apply(
    object: Object<'_>,
    findings: &mut Vec<Finding>,
    active: &[&ActiveRule],
    config: &Config,
) -> Applied {
    let mut problems = Vec::new();
    let suppressions = suppressions_of(object, config, &mut problems);
    if suppressions.is_empty() {
        return Applied { suppressed: Vec::new(), problems };
    }
    let is_forbidden = |rule: &Meta| config.suppressions.forbidden.contains_key(rule.id);
    let mut groups = grouped(&suppressions, config);
    let mut hidden = groups.apply(findings, &fold::candidates(findings)).into_iter();
    let suppressed = findings.extract_if(.., |_| hidden.next().unwrap_or_default()).collect();
    let mut nearest = HashMap::new();
    for suppression in suppressions {
        let is_used = suppression.rule.is_some_and(|rule| groups.is_used(rule, &suppression.reach));
        let kinds = suppression.problems(is_used, active, config, is_forbidden, &mut nearest);
        problems.extend(kinds.into_iter().map(|kind| SuppressionProblem {
            kind,
            place: suppression.place.clone(),
            id: suppression.id.clone(),
            removal: Some(suppression.removal.clone()),
        }));
    }
    Applied { suppressed, problems }
}

/// Returns for each of an object's findings whether a suppression hides it; nothing for an object without suppressions.
pub fn hidden<'f>(
    object: Object<'_>,
    findings: impl Iterator<Item = &'f Finding>,
    config: &Config,
) -> Vec<bool> {
    let mut findings = findings.peekable();
    if findings.peek().is_none() {
        return Vec::new();
    }
    let suppressions = suppressions_of(object, config, &mut Vec::new());
    if suppressions.is_empty() {
        return Vec::new();
    }
    let findings: Vec<Finding> = findings.cloned().collect();
    grouped(&suppressions, config).apply(&findings, &fold::candidates(&findings))
}

/// Reads the suppressions of an object; what is wrong with them goes to the problems.
fn suppressions_of(
    object: Object<'_>,
    config: &Config,
    problems: &mut Vec<SuppressionProblem>,
) -> Vec<Suppression> {
    let mut suppressions = from_comments(object, problems);
    suppressions.extend(from_annotations(object, problems));
    suppressions.iter_mut().for_each(|it| it.rule = config.registry.find(&it.id));
    suppressions
}

/// Puts suppressions that do the same together.
fn grouped(suppressions: &[Suppression], config: &Config) -> Groups {
    let mut groups = Groups::default();
    for suppression in suppressions {
        let Some(rule) = suppression.rule else { continue };
        let is_forbidden = config.suppressions.forbidden.contains_key(rule.id);
        groups.add(rule, &suppression.reach, !is_forbidden && !suppression.is_expired(config));
    }
    groups
}

/// For this many different ids that no rule has, the one that may be meant is looked for.
const MAX_NEAREST: usize = 100;

impl Suppression {
    fn is_expired(&self, config: &Config) -> bool {
        self.until.is_some_and(|until| until < config.assumptions.as_of)
    }

    fn problems(
        &self,
        is_used: bool,
        active: &[&ActiveRule],
        config: &Config,
        is_forbidden: impl Fn(&Meta) -> bool,
        nearest: &mut HashMap<String, Option<&'static str>>,
    ) -> Vec<SuppressionProblemKind> {
        let Some(rule) = self.rule else {
            let meant = match nearest.get(&self.id) {
                Some(meant) => *meant,
                None if nearest.len() == MAX_NEAREST => None,
                None => *nearest.entry(self.id.clone()).or_insert(config.registry.nearest_id(&self.id)),
            };
            return vec![SuppressionProblemKind::UnknownRule(meant)];
        };
        let mut problems = Vec::new();
        // Of a rule that did not run here, nobody knows. Rules about other objects or an older version come later.
        let comes_later = matches!(rule.scope, Scope::Fleet | Scope::Change);
        let did_run = active.iter().any(|it| it.rule.id == rule.id) && !comes_later;
        if !is_used && did_run {
            problems.push(SuppressionProblemKind::Unused);
        } else if is_used && is_forbidden(rule) {
            problems.push(SuppressionProblemKind::Forbidden);
        } else if let Some(until) = self.until.filter(|_| self.is_expired(config)) {
            problems.push(SuppressionProblemKind::Expired(until));
        }
        if !self.has_reason {
            problems.push(SuppressionProblemKind::WithoutReason);
        }
        problems
    }
}

/// Reads `id` or `id until=2027-01-31` into what it suppresses; what is wrong with it goes to the mistakes.
fn parse_suppression(
    text: &str,
    reason: &str,
    place: &Place,
    reach: Reach,
    removal: (Safety, Edits),
    problems: &mut Vec<SuppressionProblem>,
) -> Option<Suppression> {
    let mut words = text.split_whitespace();
    let id = words.next().unwrap_or_default().to_owned();
    let until = match (words.next(), words.next()) {
        (None, _) => Ok(None),
        (Some(word), None) => match word.strip_prefix("until=").map(str::parse) {
            Some(Ok(date)) => Ok(Some(date)),
            Some(Err(_)) => Err("write the date as `until=2027-01-31`"),
            None => Err("only `until=2027-01-31` can follow a rule's id"),
        },
        _ => Err("only `until=2027-01-31` can follow a rule's id"),
    };
    match until {
        Ok(until) => {
            let has_reason = !reason.trim().is_empty();
            Some(Suppression { id, rule: None, until, has_reason, place: place.clone(), reach, removal })
        }
        Err(why) => {
            problems.push(unreadable(why, &id, place));
            None
        }
    }
}

/// Returns the problem of a suppression that cannot be read, of one rule if that is known.
fn unreadable(why: &'static str, id: &str, place: &Place) -> SuppressionProblem {
    let (kind, place) = (SuppressionProblemKind::Unreadable(why), place.clone());
    SuppressionProblem { kind, place, id: id.to_owned(), removal: None }
}

fn from_comments(object: Object<'_>, problems: &mut Vec<SuppressionProblem>) -> Vec<Suppression> {
    let document = object.node.document;
    let comments = lines::comments_of(object.node);
    let is_ours = |comment: &&Comment| directive_text(comment.span.text(&document.source.text)).is_some();
    if !comments.iter().any(|comment| is_ours(&comment)) {
        return Vec::new();
    }
    let mut suppressions = Vec::new();
    let ends = lines::ends_of_items(object.node);
    let ours: Vec<&Comment> = comments.iter().filter(is_ours).collect();
    let targets = lines::targets(document, &ours);
    for (comment, first) in ours.into_iter().zip(targets) {
        let text = comment.span.text(&document.source.text);
        let place = Place { path: object.node.path(), span: comment.span };
        let list = directive_text(text).and_then(|words| words.strip_prefix("ignore[")?.split_once(']'));
        let Some((ids, reason)) = list else {
            problems.push(unreadable("write it as `# batchlint: ignore[rule] reason`", "", &place));
            continue;
        };
        let last = ends.get(&first).copied().unwrap_or(first);
        let start = text.len() - reason.len() - 1 - ids.len();
        for part in remove::split_parts(ids, &[',']) {
            let removal = match part.cut {
                Some(cut) => Ok(vec![remove::remove_span(comment.span.part(start + cut.start, cut.len()))]),
                None => Ok(vec![remove::remove_comment(document, comment.span)]),
            };
            let reach = Reach::Lines { first, last };
            suppressions.extend(parse_suppression(
                part.text,
                reason,
                &place,
                reach,
                (Safety::Safe, removal),
                problems,
            ));
        }
    }
    suppressions
}

/// Returns what a comment says after `# batchlint:`, if it starts so.
fn directive_text(comment: &str) -> Option<&str> {
    comment.trim_start_matches('#').trim_start().strip_prefix("batchlint:").map(str::trim_start)
}

fn from_annotations(object: Object<'_>, problems: &mut Vec<SuppressionProblem>) -> Vec<Suppression> {
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
        let Some(annotations) = annotations else { continue };
        let Some(entry) = annotations.entries().find(|entry| entry.key == ANNOTATION) else { continue };
        let (text, place) = (entry.value.text().unwrap_or_default(), Place::from(entry.value));
        let (whole, start) =
            (remove::remove_annotation(annotations, entry), remove::start_of_text(entry.value));
        for part in remove::split_parts(text, &[';', '\n']).into_iter().filter(|part| !part.text.is_empty()) {
            let removal = match part.cut {
                Some(cut) => start
                    .map(|start| vec![remove::remove_span(Span::new(start + cut.start, start + cut.end))]),
                None => whole.clone(),
            };
            let (id, reason) = part.text.split_once(':').unwrap_or((part.text, ""));
            let reach = Reach::Path(reach);
            suppressions.extend(parse_suppression(
                id,
                reason,
                &place,
                reach,
                (Safety::Unsafe, removal),
                problems,
            ));
        }
    }
    suppressions
}
