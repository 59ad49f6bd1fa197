//! Credentials that only those see who read the document: values behind aliases, escapes and folds, and all values of an
//! object without a text.

use super::marks::is_value_key;
use super::name::{hides, promise};
use super::scan::scan;
use crate::manifest::document::{Document, Node, Style, Value};
use crate::shell::SourceMap;
use crate::text::span::Span;

/// A value to hide.
pub(super) struct Hidden {
    /// Where it is; empty where the document has no text.
    pub span: Span,
    /// The value as it is read.
    pub text: String,
}

/// Finds the values of a document that may be credentials and are not there to read in its text.
pub(super) fn hidden(document: &Document) -> Vec<Hidden> {
    let mut found = misplaced(document);
    for node in document.all() {
        let text = match node.value() {
            Value::String(text) => text.to_owned(),
            Value::Int(_) | Value::Float(_) if !node.is_aliased() => node.raw().to_owned(),
            Value::Int(number) => number.to_string(),
            _ => continue,
        };
        if text.is_empty() || !needs_reading(node) {
            continue;
        }
        let span = inside(node);
        if is_announced(node, &text) {
            found.push(Hidden { span, text });
            continue;
        }
        let parts = scan(&text);
        if !parts.is_empty() {
            let places = (!span.is_empty()).then(|| SourceMap::new(node));
            let place = |part: &std::ops::Range<usize>| {
                let part = Span::new(part.start, part.end);
                places.as_ref().map_or(span, |it| it.span(part))
            };
            found
                .extend(parts.iter().map(|it| Hidden { span: place(it), text: text[it.clone()].to_owned() }));
        }
    }
    found
}

/// What a variable's reference has instead of a value: the names of objects, keys and fields.
const REFERENCE: [&str; 10] = [
    "apiVersion",
    "containerName",
    "divisor",
    "fieldPath",
    "key",
    "name",
    "optional",
    "path",
    "resource",
    "volumeName",
];

/// Finds the values of variables that are not where Kubernetes has them: `[DB_PASSWORD, hunter2]`, `name: DB_PASSWORD` and
/// `valueFrom: {secretKeyRef: hunter2}`.
fn misplaced(document: &Document) -> Vec<Hidden> {
    let mut found = Vec::new();
    for list in document.all().filter(|it| it.key() == Some("env")) {
        for item in list.items() {
            let name = item.get("name").and_then(Node::text);
            let value = name.and_then(|_| item.get("valueFrom"));
            if let (Some(name), Some(value)) = (name, value) {
                value.visit(&mut |it| {
                    if it.key().is_none_or(|key| it == value || !REFERENCE.contains(&key)) {
                        found.extend(announced(name, it));
                    }
                });
            }
            in_pairs(item.items(), &mut found);
        }
        in_pairs(list.items(), &mut found);
    }
    found
}

/// Hides what follows a promising name in a list.
fn in_pairs<'d>(items: impl Iterator<Item = Node<'d>>, found: &mut Vec<Hidden>) {
    let mut before = None;
    for item in items {
        found.extend(before.and_then(|name| announced(name, item)));
        before = item.text();
    }
}

fn announced(name: &str, node: Node<'_>) -> Option<Hidden> {
    let text = match node.value() {
        Value::String(text) => text,
        Value::Int(_) | Value::Float(_) => node.raw(),
        _ => return None,
    };
    let is_hidden = promise(name).is_some_and(|it| hides(it, name, text));
    is_hidden.then(|| Hidden { span: inside(node), text: text.to_owned() })
}

/// Whether a scalar says something else than the text at its place does.
fn needs_reading(node: Node<'_>) -> bool {
    let raw = node.raw();
    let is_rewritten = match node.style() {
        Style::DoubleQuoted => raw.contains(['\\', '\n', '\r']),
        Style::SingleQuoted | Style::Plain => raw.contains(['\n', '\r']) || raw.contains("''"),
        Style::Folded => true,
        _ => false,
    };
    let source = &node.document.source.text;
    let has_escaped_key = |it: Node<'_>| it.key_span().is_some_and(|span| span.text(source).contains('\\'));
    source.is_empty() || node.is_aliased() || is_rewritten || has_escaped_key(node)
}

/// Whether the key of a scalar, of its list, or the name beside it announces a credential.
fn is_announced(node: Node<'_>, text: &str) -> bool {
    let by = |name: &str| promise(name).is_some_and(|it| hides(it, name, text));
    let parent = node.parent();
    let key = node.key().or_else(|| parent.and_then(Node::key)).unwrap_or_default();
    let beside = parent.filter(|_| is_value_key(key));
    by(key)
        || beside
            .is_some_and(|map| map.entries().any(|it| it.value != node && it.value.text().is_some_and(by)))
}

/// Returns the bytes of a value within its quotes.
pub(super) fn inside(value: Node<'_>) -> Span {
    let span = value.span();
    match value.style() {
        Style::SingleQuoted | Style::DoubleQuoted if span.end > span.start + 1 => {
            Span { start: span.start + 1, end: span.end - 1 }
        }
        _ => span,
    }
}
