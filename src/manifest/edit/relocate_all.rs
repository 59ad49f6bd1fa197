//! Moves several entries of one mapping to another mapping of the same document.

use super::entry::insert_lines;
use super::layout::{self, check_movable, check_own};
use super::{Edit, Edits, Obstacle};
use crate::manifest::document::{Entry, Node, Style, Value};

impl Edit {
    /// Moves entries of a mapping, with the comments above and after them, into `map`, below keys that are still missing there.
    /// A mapping that has no other entry goes as well.
    pub fn relocate_all(entries: &[Entry<'_>], map: Node<'_>, missing: &[&str]) -> Edits {
        let [first, rest @ ..] = entries else { return Err(Obstacle::Layout) };
        let from = first.value.parent().ok_or(Obstacle::Layout)?;
        let is_whole = from.entries().len() == entries.len();
        if !is_whole && rest.is_empty() {
            return Edit::relocate(*first, map, missing);
        }
        let holder = entry_of(from).ok_or(Obstacle::Layout)?;
        if let ([outer @ .., last], true) = (missing, is_whole && is_only_in(holder, from, map))
            && *last == holder.key
        {
            return Edit::relocate(holder, map, outer);
        }
        check_own(from)?;
        check_own(map)?;
        entries.iter().try_for_each(|entry| check_movable(entry.value))?;
        // What is between braces is cut out piece by piece only where the pieces do not touch each other.
        let is_block = from.style() != Style::Flow && map.style() != Style::Flow;
        let is_taken = |entry: &Entry<'_>| map.get(missing.first().unwrap_or(&entry.key)).is_some();
        if !is_block || map.value() != Value::Map || entries.iter().any(is_taken) {
            return Err(Obstacle::Layout);
        }
        let removal = if is_whole {
            Edit::remove(emptied(holder, map))?
        } else {
            Edit::all(entries.iter().map(|entry| Edit::remove(*entry)))?
        };
        let insertion = insert_lines(map, &|indent, line_end| {
            let inner = indent + 2 * missing.len();
            let heads = missing.iter().enumerate();
            let mut text: String =
                heads.map(|(depth, key)| format!("{:1$}{key}:{line_end}", "", indent + 2 * depth)).collect();
            for entry in entries {
                text += &lines(*entry, inner)?;
                if !text.ends_with('\n') {
                    text += line_end;
                }
            }
            Ok(text)
        })?;
        Ok([removal, insertion].concat())
    }
}

/// Returns the lines of an entry in block style with another indentation, with the comments above and after it.
fn lines(entry: Entry<'_>, indent: usize) -> Result<String, Obstacle> {
    let document = entry.value.document;
    let start = entry.key_span.start as usize;
    let (column, is_alone) = layout::column(document, start);
    if !is_alone {
        return Err(Obstacle::Layout);
    }
    let from = layout::comments_above(document, layout::line_start(document, start), column);
    let past = layout::lines_end(document, layout::value_end(entry)?)?;
    let lines = layout::with_closing_comment(document, from..past);
    layout::reindent(&document.source.text[lines], column, indent)
}

/// Returns the entry whose value a node is.
fn entry_of(node: Node<'_>) -> Option<Entry<'_>> {
    let key = node.key_span()?;
    node.parent()?.entries().find(|it| it.key_span == key)
}

/// Whether the entry of a mapping can go without what is around it.
fn is_only_in(holder: Entry<'_>, from: Node<'_>, kept: Node<'_>) -> bool {
    emptied(holder, kept).key_span == holder.key_span && from.style() == Style::Block
}

/// Returns the outermost entry that is empty without this one, inside the mapping that is kept.
fn emptied<'d>(entry: Entry<'d>, kept: Node<'d>) -> Entry<'d> {
    let parent = entry.value.parent().filter(|it| *it != kept);
    let outer = parent.filter(|it| it.entries().len() == 1).and_then(entry_of);
    outer.map_or(entry, |outer| emptied(outer, kept))
}
