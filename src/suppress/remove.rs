//! Takes suppressions away.

use super::ANNOTATION;
use crate::document::Node;
use crate::fix::{Edit, Edits, Obstacle};
use crate::span::Span;
use crate::workload::Object;

/// Takes an id out of a comment; the comment goes with the last one, and its line with it.
pub(super) fn from_comment(object: Object<'_>, comment: Span, id: &str) -> Edits {
    let source = &object.node.document.source.text;
    let text = comment.text(source);
    let (open, close) = text.find('[').zip(text.find(']')).ok_or(Obstacle::Layout)?;
    if let Some(range) = part(&text[open + 1..close], ',', id) {
        let span = comment.part(open + 1 + range.start, range.len());
        return Ok(vec![Edit { span, text: String::new() }]);
    }
    let start = comment.start as usize;
    let before = source[..start].trim_end_matches([' ', '\t']);
    let own_line = before.is_empty() || before.ends_with('\n');
    let behind = &source[comment.end as usize..];
    let line_end = behind.find('\n').map_or(behind.len(), |at| at + 1);
    let end = comment.end as usize + if own_line { line_end } else { 0 };
    Ok(vec![Edit { span: Span::new(before.len(), end), text: String::new() }])
}

/// Takes an id with its reason out of an annotation; the annotation goes with the last one.
pub(super) fn from_annotation(object: Object<'_>, value: Span, id: &str) -> Edits {
    let mut nodes =
        object.node.document.all().filter(|it| it.span() == value && it.key() == Some(ANNOTATION));
    let node = nodes.next().ok_or(Obstacle::Layout)?;
    let map = node.parent().ok_or(Obstacle::Layout)?;
    if let Some(range) = part(node.text().unwrap_or_default(), ';', id) {
        return cut(node, range);
    }
    let entry = map.entries().find(|it| it.value == node).ok_or(Obstacle::Layout)?;
    match map.entries().len() {
        1 => map_entry(map).map_or(Err(Obstacle::Layout), Edit::remove),
        _ => Edit::remove(entry),
    }
}

/// Returns the entry that holds a mapping.
fn map_entry(map: Node<'_>) -> Option<crate::document::Entry<'_>> {
    map.parent()?.entries().find(|it| it.value == map)
}

/// Returns the bytes of the part that begins with `id`, with the separator beside it; nothing where no other part is.
fn part(text: &str, separator: char, id: &str) -> Option<std::ops::Range<usize>> {
    let mut at = 0;
    let parts: Vec<_> = text.split(separator).collect();
    for (index, part) in parts.iter().enumerate() {
        let end = at + part.len();
        let is_it = part.split([' ', ':']).find(|word| !word.is_empty()) == Some(id);
        if is_it && parts.iter().filter(|part| !part.trim().is_empty()).count() > 1 {
            let blanks = text[(end + 1).min(text.len())..].bytes().take_while(|it| *it == b' ').count();
            return Some(if index == 0 { at..end + 1 + blanks } else { at - 1..end });
        }
        at = end + 1;
    }
    None
}

/// Cuts a part out of a text that stands in the source as it is.
fn cut(node: Node<'_>, range: std::ops::Range<usize>) -> Edits {
    let (raw, text) = (node.raw(), node.text().unwrap_or_default());
    let at = raw.find(text).ok_or(Obstacle::Layout)?;
    let edits = Edit::replace(node, "")?;
    let span = node.span().part(at + range.start, range.len());
    Ok(edits.into_iter().map(|_| Edit { span, text: String::new() }).collect())
}
