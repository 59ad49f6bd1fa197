//! Credentials that only those see who read the document: values behind aliases, escapes and folds, the data of Secrets, and all
//! values of an object without a text.

use std::borrow::Cow;
use std::ops::Range;

use super::excuse::hides;
use super::marks::is_value_key;
use super::name::{Promise, is_secret, promise};
use super::prose;
use super::scan::scan;
use super::unread::is_plain;
use crate::facts::secret::chance::is_random;
use crate::facts::secret::detected::Secret;
use crate::facts::secret::secrets;
use crate::manifest::document::{Document, Entry, Node, Style, Value};
use crate::manifest::workload::{Classification, Object, classify};
use crate::shell::{ScriptCache, SourceMap};
use crate::text::span::Span;

/// Finds the credentials in all objects of documents.
pub(crate) fn all_secrets(documents: &[Document]) -> Vec<Secret<'_>> {
    objects(documents).flat_map(|object| secrets(object, &ScriptCache::new(object)).secrets).collect()
}

/// Calls `hide` with the values of a document that may be credentials and are not there to read in its text: where each is,
/// which is empty where the document has no text, and as what it is read.
pub(super) fn hidden(document: &Document, hide: &mut dyn FnMut(Span, &str)) {
    for secret in document.objects().filter(|it| it.get("kind").and_then(Node::text).is_some_and(is_secret)) {
        let is_data =
            |it: &Entry<'_>| !matches!(it.key, "apiVersion" | "kind" | "metadata" | "type" | "immutable");
        for entry in secret.entries().filter(is_data) {
            entry.value.visit(&mut |node| match node.value() {
                Value::String(text) => hide(inside(node), text),
                Value::Int(_) | Value::Float(_) => hide(inside(node), node.raw()),
                _ => {}
            });
        }
    }
    // Items of a list have one key after the other.
    let mut last_key: (&str, Option<Promise>) = ("", None);
    for node in document.all() {
        if let (Some(key), Some(span)) = (node.key(), node.key_span())
            && is_credential(key)
        {
            hide(span, key);
        }
        let text = match node.value() {
            Value::String(text) => Cow::Borrowed(text),
            Value::Int(_) | Value::Float(_) if !node.is_aliased() => Cow::Borrowed(node.raw()),
            Value::Int(number) => Cow::Owned(number.to_string()),
            _ => continue,
        };
        // What a server for certificates gives an account; its keys are named like those of mappings.
        let is_account = || node.parent().and_then(Node::key) == Some("externalAccountBinding");
        if node.key() == Some("key") && is_account() {
            hide(inside(node), &text);
            continue;
        }
        if text.is_empty() || !needs_reading(node) {
            continue;
        }
        let span = inside(node);
        let key = node.key().or_else(|| node.parent().and_then(Node::key)).unwrap_or_default();
        if last_key.0 != key {
            last_key = (key, promise(key));
        }
        let is_announced = last_key.1.is_some_and(|it| hides(it, key, &text));
        if is_announced || is_announced_beside(node, key, &text) {
            hide(span, &text);
            continue;
        }
        let parts = scan(&text);
        let places = (!span.is_empty() && !parts.is_empty()).then(|| SourceMap::new(node));
        for part in parts {
            let place = Span::new(part.start, part.end);
            hide(places.as_ref().map_or(span, |it| it.span(place)), &text[part]);
        }
    }
}

/// Calls `hide` with the words of sentences in the values of a document that announce a credential; `names` are the places of
/// what announces one, in order. Commands and their arguments have none.
pub(super) fn sentences(document: &Document, names: &[usize], hide: &mut dyn FnMut(Range<usize>)) {
    let text = &document.source.text;
    if names.is_empty() || text.is_empty() {
        return;
    }
    for node in document.all() {
        let value = inside(node).range();
        let first = names.partition_point(|it| *it < value.start);
        let within = &names[first..first + names[first..].partition_point(|it| *it < value.end)];
        if within.is_empty() || !matches!(node.value(), Value::String(_)) || node.is_aliased() {
            continue;
        }
        let mut holders = std::iter::successors(Some(node), |it| it.parent()).filter_map(Node::key);
        let is_holder = |key: &&str| matches!(*key, "annotations" | "args" | "command");
        match holders.find(is_holder) {
            Some("args" | "command") => {}
            holder => prose::in_value(text, value, within, holder.is_some(), hide),
        }
    }
}

/// Whether a key may be a credential, because it looks made by chance: `example.com/oauth2-proxy` does not.
fn is_credential(key: &str) -> bool {
    key.split('/').any(is_random) && !is_plain(key)
}

/// Whether a scalar says something else than the text at its place does.
fn needs_reading(node: Node<'_>) -> bool {
    let raw = node.raw();
    let has = |marks: &[u8; 3]| raw.bytes().any(|it| marks.contains(&it));
    let is_rewritten = match node.style() {
        Style::DoubleQuoted => has(b"\\\n\r"),
        Style::SingleQuoted | Style::Plain => {
            has(b"'\n\r") && (raw.contains(['\n', '\r']) || raw.contains("''"))
        }
        Style::Folded => true,
        _ => false,
    };
    let source = &node.document.source.text;
    // `"pass\u0077ord": hunter2`, or `? password` with the value on a line below.
    let is_far = |key: Span| {
        let between = source.get(key.end as usize..node.span().start as usize);
        key.text(source).contains('\\') || between.is_some_and(|it| it.contains('\n'))
    };
    source.is_empty() || node.is_aliased() || is_rewritten || node.key_span().is_some_and(is_far)
}

/// Whether the name next to a value announces a credential.
fn is_announced_beside(node: Node<'_>, key: &str, text: &str) -> bool {
    let by = |name: &str| promise(name).is_some_and(|it| hides(it, name, text));
    let beside = node.parent().filter(|_| is_value_key(key));
    beside.is_some_and(|map| map.entries().any(|it| it.value != node && it.value.text().is_some_and(by)))
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

/// Returns the Jobs, CronJobs and others of documents that rules look at.
pub(super) fn objects(documents: &[Document]) -> impl Iterator<Item = Object<'_>> {
    documents.iter().flat_map(Document::objects).filter_map(|node| match classify(node) {
        Classification::Object(object) => Some(object),
        _ => None,
    })
}
