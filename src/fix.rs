//! Fixes: edits of bytes, so that every other byte of a file stays as it is.

use std::borrow::Cow;

use crate::document::{Document, Entry, Field, Node, Style, Value};
use crate::span::Span;

/// Whether a fix can be applied without a look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// After the API server's defaulting the object is the same, and for a CronJob so is every Job made from it. Of what
    /// the server refuses, only `batch/v1beta1` and keys that are there twice with the same value.
    Safe,
    /// Anything else: it changes what runs, and someone has to look.
    Unsafe,
}

/// A change that makes a finding go away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an instruction without a full stop.
    pub title: Cow<'static, str>,
    /// Whether it needs a look.
    pub safety: Safety,
    /// The edits, which belong together.
    pub edits: Vec<Edit>,
}

/// Replaces the bytes of a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go; none where something is inserted.
    pub span: Span,
    /// The text that comes.
    pub text: String,
}

impl Edit {
    /// Replaces a node's text as it is written.
    pub fn replace(node: Node<'_>, text: impl Into<String>) -> Option<Edit> {
        is_editable(node).then(|| Edit { span: node.span(), text: text.into() })
    }

    /// Replaces a text within its quotes.
    pub fn replace_text(node: Node<'_>, text: &str) -> Option<Edit> {
        let quote = match node.style() {
            Style::Plain => "",
            Style::SingleQuoted => "'",
            Style::DoubleQuoted => "\"",
            _ => return None,
        };
        Edit::replace(node, format!("{quote}{text}{quote}"))
    }

    /// Removes the lines of a key and its value, where nothing else stands on them.
    pub fn remove_lines(map: Node<'_>, key: Span, value: Span) -> Option<Edit> {
        let source = &map.document.source.text;
        let start = source[..key.start as usize].rfind('\n').map_or(0, |at| at + 1);
        let rest = source.get(value.end.max(key.end) as usize..)?;
        let end = rest.find('\n').map_or(source.len(), |at| source.len() - rest.len() + at + 1);
        let alone = source[start..key.start as usize].trim().is_empty()
            && rest.split('\n').next().is_some_and(|behind| behind.trim().trim_start_matches(':').is_empty());
        (alone && map.style() == Style::Block && is_editable(map))
            .then(|| Edit { span: Span::new(start, end), text: String::new() })
    }

    /// Replaces the key of an entry.
    pub fn rename(entry: Entry<'_>, key: &str) -> Option<Edit> {
        let raw = entry.key_span.text(&entry.value.document.source.text);
        let quote = raw
            .chars()
            .next()
            .filter(|quote| matches!(quote, '"' | '\''))
            .map(String::from)
            .unwrap_or_default();
        let is_written = !raw.is_empty() && is_editable(entry.value);
        is_written.then(|| Edit { span: entry.key_span, text: format!("{quote}{key}{quote}") })
    }

    /// Writes a value for a field that is missing or `null`; several levels of its path may be missing.
    ///
    /// `value` is a scalar as YAML and JSON both read it.
    pub fn set(field: Field<'_>, value: &str) -> Option<Edit> {
        let (node, missing) = field.deepest();
        if !is_editable(node) {
            return None;
        }
        match node.value() {
            // `key:` or `key: null`: the value takes the place of nothing.
            Value::Null => Some(fill(node, &missing, value)),
            Value::Map if missing.is_empty() => None,
            Value::Map => insert(node, &missing, value),
            _ => None,
        }
    }
}

/// Says whether a change of the node's text changes this place alone: it has a text, and no alias shares it.
fn is_editable(node: Node<'_>) -> bool {
    let document = node.document;
    let shares = |other: Node<'_>| other.is_aliased() && other.span().contains(node.span());
    !document.source.text.is_empty() && !node.is_aliased() && !document.all().any(shares)
}

fn line_end(document: &Document) -> &'static str {
    if document.source.text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Writes `a: {b: value}` in the style of a flow mapping.
fn flow(keys: &[&str], value: &str, quoted: bool) -> String {
    let quote = if quoted { "\"" } else { "" };
    match keys {
        [] => value.to_owned(),
        [key, rest @ ..] => {
            let inner = flow(rest, value, quoted);
            let inner = if rest.is_empty() { inner } else { format!("{{{inner}}}") };
            format!("{quote}{key}{quote}: {inner}")
        }
    }
}

/// Writes nested lines; each level is two columns deeper, as the rest of most manifests.
fn block(keys: &[&str], value: &str, indent: usize, line_end: &str) -> String {
    let mut text = String::new();
    for (depth, key) in keys.iter().enumerate() {
        let is_last = depth + 1 == keys.len();
        if depth > 0 {
            text += &format!("{line_end}{:1$}", "", indent + 2 * depth);
        }
        text += &if is_last { format!("{key}: {value}") } else { format!("{key}:") };
    }
    text
}

/// Inserts a key before the first one of a mapping; in a list item, which people know by its first key, before the
/// second.
fn insert(map: Node<'_>, keys: &[&str], value: &str) -> Option<Edit> {
    let source = &map.document.source.text;
    if map.style() == Style::Flow {
        let quoted = map.entries().next().is_some_and(|entry| entry.key_span.text(source).starts_with('"'))
            || (map.entries().len() == 0 && map.document.is_json());
        let at = map.span().start as usize + 1;
        let comma = if map.entries().len() > 0 { ", " } else { "" };
        let text = format!("{}{comma}", flow(keys, value, quoted));
        return Some(Edit { span: Span::new(at, at), text });
    }
    let is_item = map.key_span().is_none() && map.parent().is_some();
    let own_line = |entry: &Entry<'_>| {
        let line = source[..entry.key_span.start as usize].rfind('\n').map_or(0, |end| end + 1);
        source[line..entry.key_span.start as usize].chars().all(|it| it == ' ')
    };
    let second = || map.entries().nth(1).filter(own_line);
    let entry = if is_item { second().or_else(|| map.entries().next())? } else { map.entries().next()? };
    let at = entry.key_span.start as usize;
    let line = source[..at].rfind('\n').map_or(0, |end| end + 1);
    let indent = source[line..at].chars().count();
    let line_end = line_end(map.document);
    let text = format!("{}{line_end}{:indent$}", block(keys, value, indent, line_end), "");
    Some(Edit { span: Span::new(at, at), text })
}

/// Puts a value where `null` or nothing stands behind a key.
fn fill(null: Node<'_>, keys: &[&str], value: &str) -> Edit {
    let text = if keys.is_empty() {
        value.to_owned()
    } else {
        format!("{{{}}}", flow(keys, value, null.document.is_json()))
    };
    let (span, source) = (null.span(), &null.document.source.text);
    if !span.text(source).is_empty() {
        return Edit { span, text };
    }
    let colon =
        source[span.end as usize..].find(':').map_or(span.end as usize, |at| span.end as usize + at + 1);
    Edit { span: Span::new(colon, colon), text: format!(" {text}") }
}

/// Applies fixes to a text, each whole or not at all: one that touches what an earlier one changed waits for another
/// round.
pub fn apply<'f>(text: &str, fixes: impl IntoIterator<Item = &'f Fix>) -> String {
    let mut chosen: Vec<&Edit> = Vec::new();
    for fix in fixes {
        let touches = |edit: &Edit, other: &Edit| {
            let apart = edit.span.end < other.span.start || other.span.end < edit.span.start;
            !apart && *edit != *other
        };
        let is_free = fix.edits.iter().all(|edit| !chosen.iter().any(|other| touches(edit, other)));
        if is_free {
            chosen.extend(fix.edits.iter().filter(|edit| !chosen.contains(edit)).collect::<Vec<_>>());
        }
    }
    chosen.sort_by_key(|edit| edit.span);
    let mut fixed = String::with_capacity(text.len());
    let mut at = 0;
    for edit in chosen {
        fixed += text.get(at..edit.span.start as usize).unwrap_or_default();
        fixed += &edit.text;
        at = edit.span.end as usize;
    }
    fixed + text.get(at..).unwrap_or_default()
}
