//! Every scalar of a mapping or a list, however deep, whether or not it parses.

use std::ops::Range;

use super::extent::{Separator, values};
use super::lines::{Lines, floor, is_blank, is_entry, is_line_end, trimmed};

/// The longest tag or anchor, in bytes.
const LONGEST_PROPERTY: usize = 1000;

/// A scalar within a mapping or a list.
pub(super) struct Scalar {
    /// Its key; `None` for an item of a list.
    pub key: Option<Range<usize>>,
    /// Where its tag or its anchor is, if it has one.
    pub from: usize,
    /// Where it is, without its quotation marks.
    pub value: Range<usize>,
}

/// Finds the scalars of the mapping or the list that is the value of a key, as far as `limit`, and where it ends. A value
/// of another shape has none.
pub(super) fn scalars(
    lines: &Lines<'_>,
    key: &Range<usize>,
    from: usize,
    limit: usize,
) -> (Vec<Scalar>, usize) {
    let at = behind_properties(lines, from);
    let floor = floor(lines, key.start);
    let mut found = Vec::new();
    let end = match lines.byte(at) {
        Some(b'{' | b'[') => flow(lines, at, floor, limit, &mut found),
        Some(byte) if is_line_end(byte) || byte == b'#' => {
            block(lines, lines.line(at) + 1, floor, limit, &mut found)
        }
        _ => at,
    };
    (found, end)
}

/// Returns the place behind the tag and the anchor of a mapping or a list.
fn behind_properties(lines: &Lines<'_>, from: usize) -> usize {
    let mut at = lines.skip_blanks(from);
    for _ in 0..2 {
        if matches!(lines.byte(at), Some(b'&' | b'!')) {
            let rest = lines.text.as_bytes()[at..].iter().take(LONGEST_PROPERTY);
            let length = rest.take_while(|it| !is_blank(**it) && !is_line_end(**it)).count();
            at = lines.skip_blanks(lines.text.floor_char_boundary(at + length));
        }
    }
    at
}

/// Collects the scalars within the brackets that open at `open`, and returns their end: where they are closed, or where a
/// line follows that cannot be within them.
fn flow(lines: &Lines<'_>, open: usize, floor: usize, limit: usize, found: &mut Vec<Scalar>) -> usize {
    let (mut depth, mut key, mut at) = (0_usize, None, open);
    while let Some(byte) = lines.byte(at).filter(|_| at < limit) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => return at + 1,
            b'}' | b']' => depth -= 1,
            b',' => key = None,
            b'#' | b'/' if let Some(end) = lines.comment_end(at) => {
                at = end;
                continue;
            }
            b'\r' if lines.byte(at + 1) == Some(b'\n') => {}
            _ if is_line_end(byte) => {
                let line = lines.line(at + 1);
                let content = lines.content(line);
                let is_next =
                    content.starts_with('-') || !content.starts_with(['"', '\'']) && is_entry(content);
                if is_next && lines.indent(line) <= floor {
                    return at;
                }
            }
            _ if is_blank(byte) => {}
            _ => {
                let (value, end) = token(lines, at, floor);
                let next = lines.skip_blanks(end);
                if lines.byte(next) == Some(b':') {
                    (key, at) = (Some(value), next + 1);
                } else {
                    found.push(Scalar { key: key.take(), from: at, value });
                    at = end.max(at + 1);
                }
                continue;
            }
        }
        at += 1;
    }
    at
}

/// Returns a key or a value within brackets, without its quotation marks, and the place behind it.
fn token(lines: &Lines<'_>, at: usize, floor: usize) -> (Range<usize>, usize) {
    if let Some((quote, inner)) = lines.quote_at(at)
        && let Some((end, after)) = lines.close(quote, inner, floor)
    {
        return (inner..end, after);
    }
    let rest = &lines.text.as_bytes()[at..lines.end(lines.line(at))];
    let ends = |index: usize| match rest[index] {
        b',' | b'{' | b'}' | b'[' | b']' => true,
        b':' => rest.get(index + 1).is_none_or(|it| is_blank(*it) || b"\"'{[,}]".contains(it)),
        _ => false,
    };
    let end = at + (1..rest.len()).find(|it| ends(*it)).unwrap_or(rest.len());
    (trimmed(lines.text, at..end), end)
}

/// Collects the scalars in the lines below a key, and returns where these lines end.
fn block(lines: &Lines<'_>, first: usize, floor: usize, limit: usize, found: &mut Vec<Scalar>) -> usize {
    let (mut line, mut is_list) = (first, None);
    while line < lines.count() && lines.start(line) < limit {
        let content = lines.content(line);
        if content.is_empty() || lines.is_comment_line(line) {
            line += 1;
            continue;
        }
        let is_item = content == "-" || content.starts_with("- ");
        let is_list = *is_list.get_or_insert(is_item);
        let least = if is_list && is_item { floor } else { floor + 1 };
        if lines.indent(line) < least || content.starts_with("--") {
            break;
        }
        let mut own = content;
        while let Some(rest) = ["- ", "? ", ": "].iter().find_map(|it| own.strip_prefix(it)) {
            own = rest.trim_start();
        }
        let start = lines.end(line) - own.len();
        let end = entry(lines, start, own, floor, limit, found);
        line = lines.line(end.max(lines.start(line))).max(line) + 1;
    }
    lines.text.len().min(lines.start(line.min(lines.count() - 1)))
}

/// Collects the scalars of the entry or the item at `start`, whose line is `own`, and returns where it ends.
fn entry(
    lines: &Lines<'_>,
    start: usize,
    own: &str,
    floor: usize,
    limit: usize,
    found: &mut Vec<Scalar>,
) -> usize {
    let key = key(lines, start, own);
    let from = key.as_ref().map_or(start, |it| it.1);
    let key = key.map(|it| it.0);
    let at = behind_properties(lines, from);
    let parts = match &key {
        Some(key) => values(lines, key, from, Separator::Colon),
        None if own == "-" => Vec::new(),
        None => values(lines, &(start..start), start, Separator::Colon),
    };
    if parts.is_empty() && matches!(lines.byte(at), Some(b'{' | b'[')) {
        return flow(lines, at, floor, limit, found);
    }
    let end = parts.iter().map(|it| it.end).max().unwrap_or(from);
    found.extend(parts.into_iter().map(|value| Scalar { key: key.clone(), from, value }));
    end
}

/// Returns the key with which an entry begins, and the place behind its colon.
fn key(lines: &Lines<'_>, start: usize, own: &str) -> Option<(Range<usize>, usize)> {
    if let Some((quote, inner)) = lines.quote_at(start)
        && let Some((end, after)) = lines.close(quote, inner, 0)
    {
        let colon = lines.skip_blanks(after);
        return (lines.byte(colon) == Some(b':')).then_some((inner..end, colon + 1));
    }
    let colon = own.find(':').filter(|_| is_entry(own))?;
    Some((trimmed(lines.text, start..start + colon), start + colon + 1))
}
