//! Files that kustomize and charts put into ConfigMaps: findings in these are brought back to the files.

use std::sync::Arc;

use crate::diagnostic::finding::Finding;
use crate::manifest::document::{Node, Style};
use crate::text::source::Source;
use crate::text::span::Span;

/// Brings a finding in a built ConfigMap back to the file that has the same text; returns whether there is one.
pub fn to_file(finding: &mut Finding, object: Node<'_>, files: &[Arc<Source>]) -> bool {
    let Some((value, file)) = made_of(object, finding.place.span, files) else { return false };
    finding.place.span = place_in(file, value, finding.place.span);
    finding.related.retain_mut(|label| {
        let is_inside = value.span().contains(label.place.span);
        if is_inside {
            label.place.span = place_in(file, value, label.place.span);
        }
        is_inside
    });
    (finding.source, finding.document, finding.item) = (file.clone(), 0, None);
    true
}

/// Returns the value of a ConfigMap that has these bytes, and the file with its text: that of its name, if several have it.
fn made_of<'d, 'f>(
    object: Node<'d>,
    span: Span,
    files: &'f [Arc<Source>],
) -> Option<(Node<'d>, &'f Arc<Source>)> {
    if object.get("kind").and_then(Node::text) != Some("ConfigMap") {
        return None;
    }
    let entry = object.get("data")?.entries().find(|it| it.value.span().contains(span))?;
    // Templates can cut the last line end, or add one.
    let text = entry.value.text()?.trim_end_matches('\n');
    let same = files.iter().filter(|file| file.text.trim_end_matches('\n') == text);
    Some((entry.value, same.max_by_key(|file| file.name.rsplit('/').next() == Some(entry.key))?))
}

/// Returns where a part of a value is in the file: all of its line if the tool has written that in another way.
fn place_in(file: &Source, value: Node<'_>, span: Span) -> Span {
    let at = (span.start - value.span().start) as usize;
    let before = value.raw().get(..at).unwrap_or_default();
    let number = match value.style() {
        Style::Literal => before.matches('\n').count().saturating_sub(1),
        Style::DoubleQuoted => line_ends(before),
        _ => 0,
    };
    let Some((start, own)) = line(&file.text, number) else { return Span::default() };
    let column = || {
        let (built_start, built) = line(value.raw(), number + 1)?;
        let indent = built.strip_suffix(own)?.len();
        at.checked_sub(built_start + indent).filter(|column| *column < own.len())
    };
    let exact = if value.style() == Style::Literal { column() } else { None };
    match exact {
        Some(column) => {
            let length = ((span.end - span.start) as usize).min(own.len() - column);
            Span::new(start + column, start + column + length)
        }
        None => Span::new(start + own.len() - own.trim_start().len(), start + own.len()),
    }
}

/// Counts the line ends in a part of a value in double quotes: `\n`, but not after another backslash.
fn line_ends(quoted: &str) -> usize {
    let mut bytes = quoted.bytes();
    let mut count = 0;
    while let Some(byte) = bytes.next() {
        if byte == b'\\' && bytes.next() == Some(b'n') {
            count += 1;
        }
    }
    count
}

/// Returns a line of a text, from 0, with its start.
pub(super) fn line(text: &str, number: usize) -> Option<(usize, &str)> {
    let mut start = 0;
    let mut lines = text.split_inclusive('\n').map(|line| {
        start += line.len();
        (start - line.len(), line.trim_end())
    });
    lines.nth(number)
}
