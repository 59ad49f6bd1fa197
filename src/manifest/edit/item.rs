//! Edits of the items of lists.

use std::ops::Range;

use super::entry::{insert_flow, insert_lines};
use super::layout::{self, check_movable, check_own};
use super::{Edit, Edits, Obstacle, written};
use crate::manifest::document::{Node, Style};
use crate::text::span::Span;

impl Edit {
    /// Inserts a text as an item before another.
    pub fn insert_item(before: Node<'_>, text: &str) -> Edits {
        let list = before.parent().ok_or(Obstacle::Layout)?;
        check_own(list)?;
        check_own(before)?;
        let (source, at) = (&list.document.source.text, before.span().start as usize);
        let is_json = source[at..].starts_with('"');
        let text = written::value(&text.into(), is_json);
        if list.style() == Style::Flow {
            return Ok(vec![Edit::insert(at, format!("{text}, "))]);
        }
        let (dash, line_end) = (dash(before)?, layout::line_end(list.document));
        Ok(vec![Edit::insert(layout::line_start(list.document, dash), {
            let (column, _) = layout::column(list.document, dash);
            format!("{:column$}- {text}{line_end}", "")
        })])
    }

    /// Moves mappings from their list, which keeps others, to the end of another list of the same mapping, each with one
    /// more entry; a list that is not there is made.
    pub fn move_items(items: &[Node<'_>], name: &'static str, key: &str, value: &str) -> Edits {
        let list = items.first().and_then(|it| it.parent()).ok_or(Obstacle::Layout)?;
        let map = list.parent().ok_or(Obstacle::Layout)?;
        check_own(map)?;
        check_own(list)?;
        items.iter().try_for_each(|&item| check_movable(item))?;
        if items.len() >= list.items().len() {
            return Err(Obstacle::Layout);
        }
        let (target, quoted) = (map.field(name).written(), written::is_quoted(items[0]));
        let entry = written::flow(&[key], &written::value(&value.into(), quoted), quoted);
        if list.style() == Style::Flow {
            return move_flow(list, map, target, items, name, &entry);
        }
        let (source, line_end) = (&list.document.source.text, layout::line_end(list.document));
        let (mut edits, mut moved) = (Vec::new(), String::new());
        for &item in items {
            let range = lines(item)?;
            let own = insert_entry(item, &entry)?;
            let mut text = source[range.clone()].to_owned();
            text.insert_str(own.span.start as usize - range.start, &own.text);
            if !text.ends_with('\n') {
                text += line_end;
            }
            moved += &text;
            edits.push(Edit { span: Span::new(range.start, range.end), text: String::new() });
        }
        let from = layout::column(list.document, dash(items[0])?).0;
        match target {
            None => edits.extend(insert_before(map, list, &|indent| {
                let offset =
                    from - layout::column(list.document, list.key_span().map_or(0, |it| it.start as usize)).0;
                let lines = layout::reindent(&moved, from, indent + offset)?;
                Ok(format!("{:indent$}{name}:{line_end}{lines}", ""))
            })?),
            Some(list) => {
                check_own(list)?;
                let last = list.items().next_back().filter(|_| list.style() == Style::Block);
                let last = last.ok_or(Obstacle::Layout)?;
                let to = layout::column(list.document, dash(last)?).0;
                let end = lines_of(last)?.end;
                let start = if source[..end].ends_with('\n') { "" } else { line_end };
                edits.push(Edit::insert(end, format!("{start}{}", layout::reindent(&moved, from, to)?)));
            }
        }
        Ok(edits)
    }
}

/// Does the same between brackets.
fn move_flow(
    list: Node<'_>,
    map: Node<'_>,
    target: Option<Node<'_>>,
    items: &[Node<'_>],
    name: &str,
    entry: &str,
) -> Edits {
    let source = &list.document.source.text;
    let all: Vec<_> = list.items().collect();
    let (mut edits, mut moved) = (Vec::new(), Vec::new());
    for &item in items {
        let at = all.iter().position(|it| *it == item).ok_or(Obstacle::Layout)?;
        let range = match (at.checked_sub(1).map(|it| all[it]), all.get(at + 1)) {
            (_, Some(next)) if !items.contains(next) || at == 0 => item.span().start..next.span().start,
            (Some(before), _) => before.span().end..item.span().end,
            _ => return Err(Obstacle::Layout),
        };
        let raw = item.raw();
        let gap = source[range.start as usize..range.end as usize].len() - raw.len();
        let has_comment = raw.contains('#') || gap > 40;
        if has_comment || !raw.starts_with('{') || item.entries().len() == 0 {
            return Err(Obstacle::Layout);
        }
        moved.push(format!("{{{entry}, {}", raw[1..].trim_start()));
        edits.push(Edit { span: Span { start: range.start, end: range.end }, text: String::new() });
    }
    let moved = moved.join(", ");
    match target {
        Some(list) => {
            check_own(list)?;
            let last =
                list.items().next_back().filter(|_| list.style() == Style::Flow).ok_or(Obstacle::Layout)?;
            edits.push(Edit::insert(last.span().end as usize, format!(", {moved}")));
        }
        None if map.style() == Style::Flow => {
            edits.extend(insert_flow(
                map,
                &written::flow(&[name], &format!("[{moved}]"), written::is_quoted(map)),
            )?);
        }
        None => edits.extend(insert_lines(map, &|indent, line_end| {
            Ok(format!("{:indent$}{name}: [{moved}]{line_end}", ""))
        })?),
    }
    Ok(edits)
}

/// Adds an entry to the mapping of an item: after its first one.
fn insert_entry(item: Node<'_>, entry: &str) -> Result<Edit, Obstacle> {
    let edits = match item.style() {
        Style::Flow => insert_flow(item, entry)?,
        _ => insert_lines(item, &|indent, line_end| Ok(format!("{:indent$}{entry}{line_end}", "")))?,
    };
    edits.into_iter().next().ok_or(Obstacle::Layout)
}

/// Inserts lines before the entry that holds a node.
fn insert_before(map: Node<'_>, node: Node<'_>, lines: &dyn Fn(usize) -> Result<String, Obstacle>) -> Edits {
    let at = node.key_span().ok_or(Obstacle::Layout)?.start as usize;
    let (column, is_alone) = layout::column(map.document, at);
    if !is_alone {
        return Err(Obstacle::Layout);
    }
    let line = layout::comments_above(map.document, layout::line_start(map.document, at), column);
    Ok(vec![Edit::insert(line, lines(column)?)])
}

/// Returns the offset of the dash before an item in block style, the first thing on its line.
fn dash(item: Node<'_>) -> Result<usize, Obstacle> {
    let (source, at) = (&item.document.source.text, item.span().start as usize);
    let line = layout::line_start(item.document, at);
    let dash = source[line..at].find('-').map(|dash| line + dash).ok_or(Obstacle::Layout)?;
    let is_plain = layout::column(item.document, dash).1 && source[dash + 1..at].trim().is_empty();
    if is_plain { Ok(dash) } else { Err(Obstacle::Layout) }
}

/// Returns the lines of an item with the comments above it.
fn lines(item: Node<'_>) -> Result<Range<usize>, Obstacle> {
    let dash = dash(item)?;
    let (column, _) = layout::column(item.document, dash);
    let start = layout::comments_above(item.document, layout::line_start(item.document, dash), column);
    Ok(layout::with_closing_comment(item.document, start..lines_of(item)?.end))
}

fn lines_of(item: Node<'_>) -> Result<Range<usize>, Obstacle> {
    let end = match item.entries().next_back() {
        Some(last) if item.style() == Style::Block => layout::value_end(last)?,
        _ => item.span().end as usize,
    };
    Ok(item.span().start as usize..layout::lines_end(item.document, end)?)
}
