//! Takes suppressions away.

use std::ops::Range;

use crate::manifest::document::{Document, Entry, Node};
use crate::manifest::edit::{Edit, Edits, Obstacle};
use crate::text::span::Span;

/// A part of a text that separators part.
pub(super) struct TextPart<'t> {
    /// The part without blanks around it.
    pub(super) text: &'t str,
    /// The bytes that go with the part, a separator among them; `None` if there is no other part.
    pub(super) cut: Option<Range<usize>>,
}

/// Takes a text apart at separators of one byte.
pub(super) fn split_parts<'t>(text: &'t str, separators: &[char]) -> Vec<TextPart<'t>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for part in text.split(separators) {
        let end = start + part.len();
        let behind = text.get(end + 1..).unwrap_or_default();
        let blanks = behind.bytes().take_while(|it| *it == b' ').count();
        let cut = if start == 0 { 0..(end + 1 + blanks).min(text.len()) } else { start - 1..end };
        parts.push(TextPart { text: part.trim(), cut: Some(cut) });
        start = end + 1;
    }
    if parts.iter().filter(|part| !part.text.is_empty()).count() <= 1 {
        parts.iter_mut().for_each(|part| part.cut = None);
    }
    parts
}

/// Takes bytes away.
pub(super) fn remove_span(span: Span) -> Edit {
    Edit { span, text: String::new() }
}

/// Takes a comment away, and its line with it where nothing else stands there.
pub(super) fn remove_comment(document: &Document, comment: Span) -> Edit {
    let source = &document.source.text;
    let before = source[..comment.start as usize].trim_end_matches([' ', '\t']);
    let own_line = before.is_empty() || before.ends_with(['\n', '\r']);
    let behind = &source[comment.end as usize..];
    let line_end = ["\r\n", "\n", "\r"].into_iter().find(|it| behind.starts_with(it)).map_or(0, str::len);
    let end = comment.end as usize + if own_line { line_end } else { 0 };
    remove_span(Span::new(before.len(), end))
}

/// Takes an annotation away, and the mapping with the last one.
pub(super) fn remove_annotation(annotations: Node<'_>, entry: Entry<'_>) -> Edits {
    match annotations.entries().len() {
        1 => map_entry(annotations).map_or(Err(Obstacle::Layout), Edit::remove),
        _ => Edit::remove(entry),
    }
}

/// Returns the entry that holds a mapping.
fn map_entry(map: Node<'_>) -> Option<Entry<'_>> {
    map.parent()?.entries().find(|it| it.value == map)
}

/// Returns where the text of a node starts in the source, which has it as it is.
pub(super) fn start_of_text(node: Node<'_>) -> Result<usize, Obstacle> {
    let at = node.raw().find(node.text().unwrap_or_default()).ok_or(Obstacle::Layout)?;
    // Whether the value may be changed at all.
    Edit::replace(node, "")?;
    Ok(node.span().start as usize + at)
}
