//! Edits of the entries of mappings.

use serde_json::Value as Json;

use super::layout::{self, check_movable, check_own, written_entries};
use super::{Edit, Edits, Obstacle, written};
use crate::manifest::document::{Entry, Field, Node, Style, Value};
use crate::text::nearest::is_like;
use crate::text::span::Span;

impl Edit {
    /// Replaces a node's text as it is written.
    pub fn replace(node: Node<'_>, text: impl Into<String>) -> Edits {
        check_own(node)?;
        let is_block = matches!(node.style(), Style::Literal | Style::Folded | Style::Block);
        let is_written = !is_block && !node.raw().is_empty();
        is_written.then(|| vec![Edit { span: node.span(), text: text.into() }]).ok_or(Obstacle::Layout)
    }

    /// Replaces a text within its quotes, or a scalar without any.
    pub fn replace_text(node: Node<'_>, text: &str) -> Edits {
        let is_special = text.contains(['\'', '"', '\\', '\n']);
        match node.style() {
            Style::SingleQuoted if !is_special => Edit::replace(node, format!("'{text}'")),
            Style::DoubleQuoted if !is_special => Edit::replace(node, format!("\"{text}\"")),
            _ => Edit::replace(node, written::value(&text.into(), node.document.is_json())),
        }
    }

    /// Replaces the key of an entry.
    pub fn rename(entry: Entry<'_>, key: &str) -> Edits {
        check_own(entry.value)?;
        let raw = entry.key_span.text(&entry.value.document.source.text);
        let quote = raw.get(..1).filter(|quote| matches!(*quote, "\"" | "'")).unwrap_or_default();
        let edit = Edit { span: entry.key_span, text: format!("{quote}{key}{quote}") };
        if raw.is_empty() { Err(Obstacle::Layout) } else { Ok(vec![edit]) }
    }

    /// Writes nested mappings with texts in place of an entry.
    pub fn replace_entry(entry: Entry<'_>, keys: &[&str], texts: &[(&str, &str)]) -> Edits {
        let map = entry.value.parent().ok_or(Obstacle::Layout)?;
        check_own(map)?;
        check_movable(entry.value)?;
        let quoted = written::is_quoted(map);
        let (start, end) = (entry.key_span.start as usize, layout::value_end(entry)?);
        let leaf = |(key, text): &(&str, &str)| {
            written::flow(&[key], &written::value(&(*text).into(), quoted), quoted)
        };
        let leaves: Vec<_> = texts.iter().map(leaf).collect();
        let text = match map.style() {
            Style::Flow => written::flow(keys, &format!("{{{}}}", leaves.join(", ")), quoted),
            _ => {
                let (column, line_end) =
                    (layout::column(map.document, start).0, layout::line_end(map.document));
                let line = |depth: usize, text: &str| format!("{:1$}{text}", "", column + 2 * depth);
                let heads = keys.iter().enumerate().map(|(depth, key)| line(depth, &format!("{key}:")));
                let leaves = leaves.iter().map(|leaf| line(keys.len(), leaf));
                let lines: Vec<_> = heads.chain(leaves).collect();
                lines.join(line_end).trim_start().to_owned()
            }
        };
        Ok(vec![Edit { span: Span::new(start, end), text }])
    }

    /// Takes an entry out of its mapping, with the comments above and after it.
    pub fn remove(entry: Entry<'_>) -> Edits {
        let map = entry.value.parent().ok_or(Obstacle::Layout)?;
        check_own(map)?;
        check_movable(entry.value)?;
        let range = layout::extent(map, entry)?;
        Ok(vec![Edit { span: Span::new(range.start, range.end), text: String::new() }])
    }

    /// Takes a key with a value away that Kubernetes does not read, for another one replaces it.
    pub fn remove_lost(map: Node<'_>, key: Span, value: Span) -> Edits {
        check_own(map)?;
        let source = &map.document.source.text;
        let (start, end) = (key.start as usize, value.end.max(key.end) as usize);
        let has_anchor = source[start..end].contains(['&', '*']);
        if has_anchor || value.is_empty() || source[start..end].contains(['|', '>', '#']) {
            return Err(Obstacle::Layout);
        }
        if map.style() == Style::Flow {
            let gap = source[end..].len() - source[end..].trim_start_matches([' ', ',']).len();
            let is_gap =
                source[end..end + gap].contains(',') && !source[end + gap..].starts_with(['\n', '\r', '#']);
            let span = Span::new(start, end + gap);
            return if is_gap { Ok(vec![Edit { span, text: String::new() }]) } else { Err(Obstacle::Layout) };
        }
        let (_, is_alone) = layout::column(map.document, start);
        let past = layout::lines_end(map.document, end)?;
        let edit =
            Edit { span: Span::new(layout::line_start(map.document, start), past), text: String::new() };
        if is_alone { Ok(vec![edit]) } else { Err(Obstacle::Layout) }
    }

    /// Inserts a text below keys that a mapping does not have.
    pub fn insert_entry(map: Node<'_>, keys: &[&str], text: &str) -> Edits {
        check_own(map)?;
        let is_map = map.value() == Value::Map;
        if is_map { insert(map, keys, &text.into()) } else { Err(Obstacle::Layout) }
    }

    /// Writes a value for a field that is missing or `null`; several levels of its path may be missing.
    pub fn set(field: Field<'_>, value: impl Into<Json>) -> Edits {
        let (node, missing) = field.deepest();
        let value = value.into();
        check_own(node)?;
        match node.value() {
            // `key:` or `key: null`: the value takes the place of nothing.
            Value::Null => fill(node, &missing, &value),
            Value::Map if !missing.is_empty() && !has_like(node, missing[0]) => {
                insert(node, &missing, &value)
            }
            _ => Err(Obstacle::Layout),
        }
    }
}

/// Whether a mapping has a key that is most likely a misspelled `name`, whose value would be a second one.
fn has_like(map: Node<'_>, name: &str) -> bool {
    map.entries().any(|entry| is_like(entry.key, name))
}

/// Inserts an entry, which may hold others, into a mapping.
fn insert(map: Node<'_>, keys: &[&str], value: &Json) -> Edits {
    let quoted = written::is_quoted(map);
    let text = written::value(value, quoted);
    if map.style() == Style::Flow {
        return insert_flow(map, &written::flow(keys, &text, quoted));
    }
    insert_lines(map, &|indent, line_end| Ok(written::block(keys, &text, indent, line_end)))
}

/// Inserts an entry before the first one between braces.
pub(super) fn insert_flow(map: Node<'_>, text: &str) -> Edits {
    let Some(first) = written_entries(map).next() else {
        let is_empty = map.raw().starts_with('{') && map.entries().len() == 0;
        let edit = Edit::insert(map.span().start as usize + 1, text);
        return if is_empty { Ok(vec![edit]) } else { Err(Obstacle::Layout) };
    };
    let at = first.key_span.start as usize;
    let gap = match layout::column(map.document, at) {
        (column, true) => format!(",{}{:column$}", layout::line_end(map.document), ""),
        _ => ", ".to_owned(),
    };
    Ok(vec![Edit::insert(at, format!("{text}{gap}"))])
}

/// Inserts lines, made for an indentation and a line end, before the first key of a mapping and the comments above it;
/// in a list item, which people know by its first key, before the second.
pub(super) fn insert_lines(map: Node<'_>, lines: &dyn Fn(usize, &str) -> Result<String, Obstacle>) -> Edits {
    let (source, line_end) = (&map.document.source.text, layout::line_end(map.document));
    let start = |entry: Entry<'_>| entry.key_span.start as usize;
    let mut starts = written_entries(map).map(start);
    let first = starts.next().ok_or(Obstacle::Layout)?;
    let own_line =
        [Some(first), starts.next()].into_iter().flatten().find(|&at| layout::column(map.document, at).1);
    if let Some(at) = own_line {
        let (column, _) = layout::column(map.document, at);
        let line = layout::comments_above(map.document, layout::line_start(map.document, at), column);
        return Ok(vec![Edit::insert(line, lines(column, line_end)?)]);
    }
    // An item with one key, after its dash: the new lines follow it.
    let only = written_entries(map)
        .next()
        .filter(|_| layout::is_dashes(map.document, first))
        .ok_or(Obstacle::Layout)?;
    let (column, _) = layout::column(map.document, first);
    let past = layout::lines_end(map.document, layout::value_end(only)?)?;
    let text = lines(column, line_end)?;
    if source[..past].ends_with('\n') {
        Ok(vec![Edit::insert(past, text)])
    } else {
        Ok(vec![Edit::insert(past, format!("{line_end}{}", text.trim_end_matches(['\r', '\n'])))])
    }
}

/// Puts a value where `null` or nothing stands after a key.
fn fill(null: Node<'_>, keys: &[&str], value: &Json) -> Edits {
    let (source, quoted) = (&null.document.source.text, null.document.is_json());
    let text = written::value(value, quoted);
    let text = match keys {
        [] => text,
        _ => format!("{{{}}}", written::flow(keys, &text, quoted)),
    };
    match null.raw() {
        "" => {
            let end = null.span().end as usize;
            let colon = source[end..].find(':').filter(|&at| source[end..end + at].trim().is_empty());
            let at = end + colon.ok_or(Obstacle::Layout)? + 1;
            Ok(vec![Edit::insert(at, format!(" {text}"))])
        }
        "~" | "null" | "Null" | "NULL" => Edit::replace(null, text),
        // A default of a live object, which nobody stated: it is there already.
        _ => Err(Obstacle::Layout),
    }
}
