//! Lines, indentation, and which bytes an entry or item takes.

use std::ops::Range;

use super::Obstacle;
use crate::manifest::document::{Document, Entry, Node, Style, Value};

/// Rejects nodes without a text of their own, and those that an alias or a merge repeats.
pub(crate) fn check_own(node: Node<'_>) -> Result<(), Obstacle> {
    let document = node.document;
    if document.source.is_from_server() {
        return Err(Obstacle::Layout);
    }
    let span = node.span();
    let before = document.repeated.partition_point(|it| it.start <= span.start);
    let is_repeated = document.repeated[..before].last().is_some_and(|it| it.contains(span));
    if node.is_aliased() || is_repeated { Err(Obstacle::Shared) } else { Ok(()) }
}

/// Rejects to take a node away from its place where an anchor in it is used elsewhere, or it uses one.
pub(crate) fn check_movable(node: Node<'_>) -> Result<(), Obstacle> {
    fn has_alias(node: Node<'_>) -> bool {
        node.is_aliased() || node.items().any(has_alias) || node.entries().any(|entry| has_alias(entry.value))
    }
    let (repeated, span) = (&node.document.repeated, node.span());
    let behind = repeated.partition_point(|it| it.start < span.start);
    let is_used = repeated.get(behind).is_some_and(|it| span.contains(*it));
    if is_used || has_alias(node) { Err(Obstacle::Shared) } else { check_own(node) }
}

/// Returns the offset at which the line of `at` starts. Edits know the lines that a line feed ends.
pub(crate) fn line_start(document: &Document, at: usize) -> usize {
    document.source.lines().fed_line(at).start
}

/// Returns the offset just past the line of `at`, its line end included.
pub(crate) fn next_line(document: &Document, at: usize) -> usize {
    document.source.lines().fed_line(at).end
}

/// Returns the column of `at`, in bytes from 0, and whether nothing but blanks stands before it on its line.
pub(crate) fn column(document: &Document, at: usize) -> (usize, bool) {
    let start = line_start(document, at);
    (at - start, document.source.text[start..at].bytes().all(|it| it == b' '))
}

/// Returns the line end that the file uses.
pub(crate) fn line_end(document: &Document) -> &'static str {
    document.source.lines().line_end()
}

/// Returns where the comments start that stand directly above a line, in the same column.
pub(crate) fn comments_above(document: &Document, line: usize, column: usize) -> usize {
    let comments = &document.comments;
    let mut start = line;
    let before = comments.partition_point(|comment| (comment.span.start as usize) < line);
    for comment in comments[..before].iter().rev() {
        let at = comment.span.start as usize;
        let is_above = comment.own_line && next_line(document, at) == start;
        if !is_above || at - line_start(document, at) != column {
            break;
        }
        start = line_start(document, at);
    }
    start
}

/// Returns lines with the comment below them that ends what one of theirs starts: `# [START proxy]`, `# [END proxy]`.
pub(crate) fn with_closing_comment(document: &Document, lines: Range<usize>) -> Range<usize> {
    let comments = &document.comments;
    let index = |at: usize| comments.partition_point(|comment| (comment.span.start as usize) < at);
    let word = |at: usize| {
        let text = comments[at].span.text(&document.source.text);
        text.trim_start_matches(|it: char| !it.is_alphanumeric())
            .split(|it: char| !it.is_alphanumeric())
            .next()
    };
    let is = |at: usize, words: &[&str]| {
        comments[at].own_line
            && word(at).is_some_and(|it| words.iter().any(|word| it.eq_ignore_ascii_case(word)))
    };
    let next = index(lines.end);
    let starts = || (index(lines.start)..next).any(|at| is(at, &["start", "begin", "region"]));
    if next == comments.len() || !is(next, &["end", "endregion"]) || !starts() {
        return lines;
    }
    let at = comments[next].span.start as usize;
    if line_start(document, at) == lines.end { lines.start..next_line(document, at) } else { lines }
}

/// Returns how far the lines below an entry's key are indented; `None` where its value stands on the line of its key.
fn inner_indent(entry: Entry<'_>) -> Option<usize> {
    let (document, value) = (entry.value.document, entry.value);
    let (key, first) = (entry.key_span.start as usize, value.span().start as usize);
    let line = line_start(document, first);
    let is_below = value.style() == Style::Block && line > key;
    let blanks = document.source.text[line..].bytes().take_while(|it| *it == b' ').count();
    blanks.checked_sub(column(document, key).0).filter(|_| is_below)
}

/// Indents the lines below the key of an entry, itself at column `indent` of `text`, as those of other entries of `map`.
pub(crate) fn as_siblings(map: Node<'_>, entry: Entry<'_>, text: String, indent: usize) -> String {
    let is_alike = |it: &Entry<'_>| it.value.value() == entry.value.value() && it.key_span != entry.key_span;
    let sibling = written_entries(map).filter(is_alike).find_map(inner_indent);
    let (Some(own), Some(wanted)) = (inner_indent(entry), sibling) else { return text };
    let key = text.split_inclusive('\n').take_while(|it| !it[indent.min(it.len())..].starts_with(entry.key));
    let key: usize = key.map(str::len).sum();
    let below = text[key..].find('\n').map_or(text.len(), |at| key + at + 1);
    match reindent(&text[below..], indent + own, indent + wanted) {
        Ok(lines) if own != wanted => format!("{}{lines}", &text[..below]),
        _ => text,
    }
}

/// Returns the entries of a mapping that are written in it, not merged into it.
pub(crate) fn written_entries<'d>(map: Node<'d>) -> impl Iterator<Item = Entry<'d>> {
    let source = &map.document.source.text;
    map.entries().filter(move |entry| {
        let is_alias =
            || source[entry.key_span.end as usize..].trim_start_matches([' ', ':']).starts_with('*');
        map.span().contains(entry.key_span) && (!entry.value.is_aliased() || is_alias())
    })
}

/// Returns the offset just past what an entry's value is written with, comments after it excluded.
pub(crate) fn value_end(entry: Entry<'_>) -> Result<usize, Obstacle> {
    let (value, source) = (entry.value, &entry.value.document.source.text);
    let raw = value.raw();
    if value.is_aliased() {
        return Err(Obstacle::Shared);
    }
    if value.value() == Value::Null && raw.is_empty() {
        let behind = &source[entry.key_span.end as usize..];
        let colon = behind.find(':').filter(|&at| behind[..at].trim().is_empty());
        return colon.map(|at| entry.key_span.end as usize + at + 1).ok_or(Obstacle::Layout);
    }
    check_chomping(value)?;
    Ok(value.span().start as usize + raw.trim_end().len())
}

/// Rejects block scalars that keep the empty lines after them (`|+`), at or below a node.
fn check_chomping(node: Node<'_>) -> Result<(), Obstacle> {
    let is_block = matches!(node.style(), Style::Literal | Style::Folded);
    let keeps = |raw: &str| raw.lines().next().is_some_and(|header| header.contains('+'));
    // Any other scalar may be one long line, which is not to be looked through for each edit.
    if is_block && keeps(node.raw()) {
        return Err(Obstacle::Layout);
    }
    node.items().chain(node.entries().map(|it| it.value)).try_for_each(check_chomping)
}

/// Returns the bytes to take away with an entry: its lines with the comments above and after it, or, between
/// brackets, itself with a comma.
pub(crate) fn extent(map: Node<'_>, entry: Entry<'_>) -> Result<Range<usize>, Obstacle> {
    let source = &map.document.source.text;
    let (start, end) = (entry.key_span.start as usize, value_end(entry)?);
    let position = map.entries().position(|it| it.key_span == entry.key_span).ok_or(Obstacle::Layout)?;
    let next = map.entries().nth(position + 1);
    let before = position.checked_sub(1).and_then(|at| map.entries().nth(at));
    if map.style() == Style::Flow {
        let is_gap = |gap: &str| gap.bytes().all(|it| matches!(it, b' ' | b',' | b'\n' | b'\r' | b'\t'));
        let range = match (before, next) {
            (_, Some(next)) => start..next.key_span.start as usize,
            (Some(before), None) => value_end(before)?..end,
            (None, None) => start..end,
        };
        let (head, tail) = (range.start..start.max(range.start), end..range.end.max(end));
        let is_plain = [head, tail].into_iter().all(|gap| source.get(gap).is_some_and(is_gap));
        return if is_plain { Ok(range) } else { Err(Obstacle::Layout) };
    }
    if before.is_none() && next.is_none() {
        return Err(Obstacle::Layout);
    }
    let document = map.document;
    let past = lines_end(document, end)?;
    match column(document, start) {
        (column, true) => {
            let lines = comments_above(document, line_start(document, start), column)..past;
            Ok(with_closing_comment(document, lines))
        }
        // After the dash of an item: what comes next moves up to its place.
        _ => match next.map(|it| it.key_span.start as usize) {
            Some(next) if line_start(document, next) == past && is_dashes(document, start) => Ok(start..next),
            _ => Err(Obstacle::Layout),
        },
    }
}

/// Returns the offset just past the line on which a value ends, where nothing but a comment is after it.
pub(crate) fn lines_end(document: &Document, end: usize) -> Result<usize, Obstacle> {
    let past = next_line(document, end);
    let behind = document.source.text[end..past].trim();
    if behind.is_empty() || behind.starts_with('#') { Ok(past) } else { Err(Obstacle::Layout) }
}

/// Whether nothing but blanks and dashes of items stands before `at` on its line.
pub(crate) fn is_dashes(document: &Document, at: usize) -> bool {
    document.source.text[line_start(document, at)..at].bytes().all(|it| matches!(it, b' ' | b'-'))
}

/// Moves lines from one column to another; each must be indented at least so far.
pub(crate) fn reindent(text: &str, from: usize, to: usize) -> Result<String, Obstacle> {
    let line = |line: &str| {
        if line.trim().is_empty() {
            Ok(line.trim_start_matches(' ').to_owned())
        } else {
            let (blanks, rest) = line.split_at_checked(from).ok_or(Obstacle::Layout)?;
            let is_indented = blanks.bytes().all(|it| it == b' ');
            is_indented.then(|| format!("{:to$}{rest}", "")).ok_or(Obstacle::Layout)
        }
    };
    text.split_inclusive('\n').map(line).collect()
}
