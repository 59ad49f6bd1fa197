//! What an editor shows next to the mouse: the rule that reports something there, or what is known about a field.

use std::fmt::Write as _;

use super::field::{TypedField, node_type};
use super::field_rules::rules_for_field;
use super::outline::{Cursor, Outline, ParentLink};
use crate::diagnostic::finding::Finding;
use crate::diagnostic::meta::Meta;
use crate::kubernetes::types::{allowed, default};
use crate::rules;
use crate::schema::version::OLDEST_MINOR;
use crate::schema::{Struct, Type};

/// More rules than these are not named for a field.
const MAX_RULES: usize = 12;

/// Writes what is known at `offset` as Markdown, with the bytes that it is about: the rules of findings there, a rule whose
/// id is written there, and the field there.
pub fn hover_at(
    outline: &Outline<'_>,
    findings: &[Finding],
    offset: usize,
    minor: u8,
) -> Option<(String, std::ops::Range<usize>)> {
    let covers = |finding: &&Finding| {
        let span = finding.place.span.range();
        span.start <= offset && offset <= span.end
    };
    let mut parts: Vec<(String, std::ops::Range<usize>)> = Vec::new();
    for finding in findings.iter().filter(covers) {
        let text = rule(finding.rule);
        if !parts.iter().any(|(known, _)| *known == text) {
            parts.push((text, finding.place.span.range()));
        }
    }
    parts.extend(named_rule(outline.text, offset));
    parts.extend(field(outline, offset, minor));
    // The smallest range is what the mouse is on.
    let range = parts.iter().map(|(_, range)| range.clone()).min_by_key(|range| range.len())?;
    let texts: Vec<String> = parts.into_iter().map(|(text, _)| text).collect();
    Some((texts.join("\n\n---\n\n"), range))
}

/// Writes the opening of a rule's page.
fn rule(rule: &Meta) -> String {
    format!("**{}**: {}\n\n[Documentation of {}]({})", rule.id, rules::opening(rule), rule.id, rule.url())
}

/// Finds the rule whose id stands at `offset` in a suppression.
fn named_rule(text: &str, offset: usize) -> Option<(String, std::ops::Range<usize>)> {
    let is_id = |char: char| char.is_ascii_alphanumeric() || char == '-';
    let start = text[..offset]
        .rfind(|char| !is_id(char))
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let end = text[offset..].find(|char| !is_id(char)).map_or(text.len(), |length| offset + length);
    let line = text[..start].rsplit('\n').next().unwrap_or_default();
    let found = line.contains("batchlint").then(|| rules::registry().find(&text[start..end]))??;
    Some((rule(found), start..end))
}

fn field(outline: &Outline<'_>, offset: usize, minor: u8) -> Option<(String, std::ops::Range<usize>)> {
    let node = match outline.cursor(offset)? {
        Cursor::Word { node: Some(node), .. } | Cursor::Value { node, .. } => node,
        Cursor::Word { .. } => return None,
    };
    let node_type = node_type(outline, node, minor).filter(|node_type| node_type.is_field)?;
    let path = path(outline, node);
    let text = describe(node_type.field?, minor, Some(&path));
    Some((text, outline.nodes[node].key.clone()))
}

/// Returns the way to a node from its object on, as Kubernetes writes paths.
fn path(outline: &Outline<'_>, node: usize) -> String {
    let object = super::field::object_of(outline, node);
    let mut path = String::new();
    for step in outline.ancestors(node).into_iter().skip_while(|&step| object != 0 && step <= object) {
        let _ = match outline.nodes[step].step {
            ParentLink::Item(number) => write!(path, "[{number}]"),
            _ if path.is_empty() => write!(path, "{}", outline.key(step)),
            _ => write!(path, ".{}", outline.key(step)),
        };
    }
    path
}

/// Writes what is known about a field: its type, values, default and age, and with its path the rules about it.
pub fn describe(field: TypedField, minor: u8, path: Option<&str>) -> String {
    let TypedField { within, field } = field;
    let mut text = format!("**{}**: {}", path.unwrap_or(field.name), describe_type(field.kind));
    let values = allowed::values(within, &field, minor);
    if !values.is_empty() && !matches!(field.kind, Type::Bool) {
        let _ = write!(text, ": `{}`", values.join("`, `"));
    }
    if let Some(default) = default::default_value(within, field.name) {
        let _ = write!(text, "\n\nNot set: {default}.");
    }
    if field.since > OLDEST_MINOR {
        let _ = write!(text, "\n\nSince Kubernetes 1.{}.", field.since);
    }
    if !field.is_in(minor) {
        let _ = write!(text, "\n\nThe configured Kubernetes 1.{minor} does not have it.");
    }
    for (number, rule) in path.map(|path| about(field.name, path)).unwrap_or_default().iter().enumerate() {
        let gap = if number == 0 { "\n\n" } else { "\n" };
        let _ = write!(text, "{gap}- [{}]({}): {}", rule.id, rule.url(), rule.summary);
    }
    let _ = write!(text, "\n\n[{} in the API reference]({})", within.name(), reference(within, minor));
    text
}

/// Returns the rules about a field: those that report it, then those that have its name in their words.
fn about(name: &str, path: &str) -> Vec<&'static Meta> {
    let (word, part) = (format!("`{name}`"), name.to_lowercase());
    let has_name = |rule: &Meta| {
        rule.summary.contains(&word)
            || rules::opening(rule).contains(&word)
            || rule.id.split('-').any(|it| it == part)
    };
    let reporting = rules_for_field(path);
    let others = rules::registry()
        .iter()
        .filter(|rule| !reporting.iter().any(|it| it.id == rule.id) && has_name(rule));
    reporting.iter().copied().chain(others).take(MAX_RULES).collect()
}

/// Returns the words for a type, as the API reference has them.
pub fn describe_type(kind: Type) -> String {
    match kind {
        Type::String { .. } => "string".to_owned(),
        Type::Bool => "boolean".to_owned(),
        Type::Int32 | Type::Int64 => "integer".to_owned(),
        Type::List { element, .. } => format!("list of {}", describe_items(*element)),
        Type::Map { value, .. } => format!("mapping of names to {}", describe_items(*value)),
        Type::Struct(within) => within.name().to_owned(),
        Type::Quantity => "quantity, such as `500m` or `128Mi`".to_owned(),
        Type::Time => "time, such as `2027-01-31T12:00:00Z`".to_owned(),
        Type::IntOrString => "integer or string".to_owned(),
        Type::Any => "anything".to_owned(),
    }
}

fn describe_items(kind: Type) -> String {
    match kind {
        Type::String { .. } => "strings".to_owned(),
        Type::Int32 | Type::Int64 => "integers".to_owned(),
        Type::Quantity => "quantities, such as `500m` or `128Mi`".to_owned(),
        other => describe_type(other),
    }
}

/// Returns where the reference of a minor describes a type.
fn reference(within: &Struct, minor: u8) -> String {
    let name = within.name();
    let is_any = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
    let group = if is_any(&["CronJob", "Job", "PodFailurePolicy", "SuccessPolicy"]) {
        "batch"
    } else if is_any(&["ObjectMeta", "OwnerReference", "ManagedFields", "LabelSelector"]) {
        "meta"
    } else {
        "core"
    };
    let page = format!("https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.{minor}/");
    format!("{page}#{}-v1-{group}", name.to_lowercase())
}
