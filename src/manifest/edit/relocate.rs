//! Moves an entry to another mapping of the same document.

use super::entry::{insert_flow, insert_lines};
use super::layout::{self, check_movable, check_own};
use super::{Edit, Edits, Obstacle, written};
use crate::manifest::document::{Entry, Node, Style, Value};

impl Edit {
    /// Moves an entry, with the comments above and after it, into `map`, below keys that are still missing there.
    pub fn relocate(entry: Entry<'_>, map: Node<'_>, missing: &[&str]) -> Edits {
        let source = &map.document.source.text;
        let from = entry.value.parent().ok_or(Obstacle::Layout)?;
        check_own(from)?;
        check_own(map)?;
        check_movable(entry.value)?;
        let name = missing.first().copied().unwrap_or(entry.key);
        if map.value() != Value::Map || map.is_within(entry.value) || map.get(name).is_some() {
            return Err(Obstacle::Layout);
        }
        let removal = Edit::remove(entry)?;
        let line = || one_line(entry);
        let insertion = match (from.style(), map.style()) {
            (from_style, Style::Flow) => {
                // Between braces there is no place for a comment.
                if from_style != Style::Flow && has_comment(from, entry)? {
                    return Err(Obstacle::Layout);
                }
                let text = match missing {
                    [] => line()?,
                    keys => written::flow(keys, &format!("{{{}}}", line()?), written::is_quoted(map)),
                };
                insert_flow(map, &text)?
            }
            (from_style, _) => insert_lines(map, &|indent, line_end| {
                let inner = indent + 2 * missing.len();
                let head: String = (missing.iter().enumerate())
                    .map(|(depth, key)| format!("{:1$}{key}:{line_end}", "", indent + 2 * depth))
                    .collect();
                if from_style == Style::Flow {
                    return Ok(format!("{head}{:inner$}{}{line_end}", "", line()?));
                }
                let range = layout::extent(from, entry)?;
                let (column, is_alone) = layout::column(map.document, entry.key_span.start as usize);
                let lines = if is_alone {
                    source[range].to_owned()
                } else {
                    format!("{:column$}{}", "", source[range].trim_end_matches(' '))
                };
                let lines = layout::reindent(&lines, column, inner)?;
                let lines =
                    if missing.is_empty() { layout::as_siblings(map, entry, lines, inner) } else { lines };
                let is_ended = lines.ends_with('\n');
                Ok(format!("{head}{lines}{}", if is_ended { "" } else { line_end }))
            })?,
        };
        Ok([removal, insertion].concat())
    }
}

/// Whether a comment stands above an entry of a block mapping, or after it.
fn has_comment(from: Node<'_>, entry: Entry<'_>) -> Result<bool, Obstacle> {
    let range = layout::extent(from, entry)?;
    let (text, value) = (&from.document.source.text, entry.value.span());
    let around = [range.start..entry.key_span.start as usize, value.end as usize..range.end];
    Ok(around.into_iter().any(|it| text.get(it).is_some_and(|it| it.contains('#'))))
}

/// Returns an entry on one line, as flow style takes it too.
fn one_line(entry: Entry<'_>) -> Result<String, Obstacle> {
    let source = &entry.value.document.source.text;
    let (key, raw) = (entry.key_span.text(source), entry.value.raw());
    let is_fit = match entry.value.style() {
        Style::Plain => !raw.contains([',', '[', ']', '{', '}', '#']),
        Style::SingleQuoted | Style::DoubleQuoted | Style::Flow => true,
        Style::Block | Style::Literal | Style::Folded => false,
    };
    if is_fit && !raw.contains('\n') {
        Ok(format!("{key}: {raw}").trim_end().to_owned())
    } else {
        Err(Obstacle::Layout)
    }
}
