//! Block style: a key or dashes at the start of each line.

use super::flow;
use crate::lsp::outline::model::Outline;

/// Reads a document line by line into nodes.
pub(super) fn read_block(outline: &mut Outline<'_>) {
    let (text, span) = (outline.text, outline.span.clone());
    let start = span.end - text[span.clone()].trim_start_matches([' ', '\n', '\r', '\t', '\u{feff}']).len();
    if text[start..span.end].starts_with(['{', '[']) {
        flow::read_flow(outline, 0, start, span.end);
        return;
    }
    let (mut at, mut last) = (span.start, 0);
    while at < span.end {
        let end = end_of_line(text, at, span.end);
        let (next, added) = read_line(outline, at, end, last);
        if let Some(added) = added {
            last = added;
            // What it stands in continues until here.
            let end = text[..next.min(span.end)].trim_end().len();
            let mut node = last;
            while node != 0 {
                outline.nodes[node].end = outline.nodes[node].end.max(end);
                node = outline.nodes[node].parent;
            }
        }
        at = next;
    }
}

/// Reads a line; returns where the next one starts and the last node that it added.
fn read_line(outline: &mut Outline<'_>, start: usize, end: usize, mut last: usize) -> (usize, Option<usize>) {
    let text = outline.text;
    let (mut at, mut added) = (start + indent(&text[start..end]), None);
    if text[at..end].starts_with('#') {
        return (end + 1, None);
    }
    while let Some(rest) = text[at..end].strip_prefix('-')
        && (rest.is_empty() || rest.starts_with([' ', '\t', '\r']))
    {
        let column = at - start + 1;
        let holder = outline.holder(last, column, true);
        last = outline.add(holder, true, at..at + 1, column);
        added = Some(last);
        at = end - rest.trim_start().len();
    }
    let value = match key(&text[at..end]) {
        Some((length, value)) => {
            let column = at - start + 1;
            let holder = outline.holder(last, column, false);
            last = outline.add(holder, false, at..at + length, column);
            added = Some(last);
            at + value
        }
        None if added.is_some() => at,
        // Half a key, or a text that continues.
        None => return (end + 1, None),
    };
    (read_value(outline, last, value, end), added)
}

/// Reads what follows a key or a dash; returns where the next line starts.
fn read_value(outline: &mut Outline<'_>, node: usize, start: usize, end: usize) -> usize {
    let text = outline.text;
    let mut rest = text[start..end].trim_start();
    // An anchor or a tag may stand before the value.
    while rest.starts_with(['&', '!'])
        && let Some((_, behind)) = rest.split_once(' ')
    {
        rest = behind.trim_start();
    }
    let start = end - rest.len();
    let whole = start..start + rest.trim_end().len();
    match rest.as_bytes().first() {
        Some(b'{' | b'[') => {
            let limit = end_of_block(outline, node, end, true);
            let closed = flow::read_flow(outline, node, start, limit);
            return end_of_line(text, (closed - 1).max(end), outline.span.end) + 1;
        }
        Some(b'|' | b'>') => {
            let limit = end_of_block(outline, node, end, false);
            outline.scalars.push((end + 1).min(limit)..limit);
            outline.nodes[node].value = whole;
            return limit.max(end + 1);
        }
        Some(quote @ (b'"' | b'\'')) => {
            let limit = end_of_block(outline, node, end, false);
            let closed = flow::end_of_quote(text, start, limit, *quote);
            // A quote without an end is half typed: the lines below are not its text.
            outline.nodes[node].value = start..closed.unwrap_or(whole.end);
            return end_of_line(text, closed.unwrap_or(end).max(end), outline.span.end) + 1;
        }
        _ => {}
    }
    let length = if rest.starts_with('#') { 0 } else { rest.find(" #").unwrap_or(rest.len()) };
    outline.nodes[node].value = start..start + rest[..length].trim_end().len();
    end + 1
}

/// Finds a key at the start of a text: its length, and where its value may start.
fn key(text: &str) -> Option<(usize, usize)> {
    let is_end = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t', '\r']);
    if let Some(quote @ (b'"' | b'\'')) = text.as_bytes().first() {
        let length = flow::end_of_quote(text, 0, text.len(), *quote)?;
        let rest = text[length..].trim_start().strip_prefix(':').filter(|rest| is_end(rest))?;
        return Some((length, text.len() - rest.len()));
    }
    if text.starts_with(['[', '{', '|', '>', '#', '*', '%', '@', '`', ':']) {
        return None;
    }
    let at = text.match_indices(':').map(|(at, _)| at).find(|&at| is_end(&text[at + 1..]))?;
    (!text[..at].contains(" #")).then(|| (text[..at].trim_end().len(), at + 1))
}

/// Returns where the lines end that belong to a node's value by indentation; with `brackets`, a line that closes one may
/// stand left of it.
fn end_of_block(outline: &Outline<'_>, node: usize, end: usize, brackets: bool) -> usize {
    let (text, column, last) = (outline.text, outline.nodes[node].column, outline.span.end);
    let mut at = (end + 1).min(last);
    while at < last {
        let end = end_of_line(text, at, last);
        let line = &text[at..end];
        let closes = brackets && line.trim_start().starts_with([']', '}']);
        if !line.trim().is_empty() && indent(line) < column && !closes {
            break;
        }
        at = (end + 1).min(last);
    }
    at
}

/// Returns where the line that holds the byte `at` ends, without its line break.
fn end_of_line(text: &str, at: usize, limit: usize) -> usize {
    let at = at.min(limit);
    // The byte may be the last one of a character.
    text.as_bytes()[at..limit].iter().position(|&byte| byte == b'\n').map_or(limit, |length| at + length)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}
