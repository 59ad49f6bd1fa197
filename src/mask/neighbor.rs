//! Values whose key says nothing: beside a name that does, below one, and in the data of a Secret.

use std::ops::Range;

use super::extent::{Separator, floor, values};
use super::lines::{Lines, is_entry, is_line_end, is_name_byte};
use super::marks::{FAR, Mark, is_value_key, key_before, marks, value_key};
use super::name::{Promise, is_about, promise};
use crate::mask::hidden::Scan;

/// Hides the values in the mapping that has a promising name: `name: DB_PASSWORD` and `value: hunter2`, in either order.
pub(super) fn beside(scan: &mut Scan<'_>, at: &Range<usize>, promise: Promise, name: &str) {
    let marks = scan.marks.get_or_insert_with(|| marks(scan.lines));
    let (mut found, looked_at) = after(scan.lines, marks, at, scan.far);
    scan.far -= looked_at.min(scan.far);
    let (others, looked_at) = before(scan.lines, marks, at.start, scan.far);
    scan.far -= looked_at.min(scan.far);
    found.extend(others);
    for (key, from) in found {
        hide(scan, &key, from, promise, name);
    }
}

/// Hides the values in the mapping that is the value of a promising key: `password: {value: hunter2}`, `credentials: {db:
/// hunter2}`.
pub(super) fn below(scan: &mut Scan<'_>, key: &Range<usize>, from: usize, promise: Promise, name: &str) {
    let lines = scan.lines;
    let at = lines.skip_blanks(from);
    let next = lines.line(at) + 1;
    let (from, floor) = match lines.byte(at) {
        Some(b'{') => (at + 1, None),
        Some(byte) if is_line_end(byte) && next < lines.count() => {
            (lines.start(next), Some(floor(lines, key.start)))
        }
        _ => return,
    };
    if from < scan.next_below {
        return;
    }
    let (found, end) = entries(lines, from, floor);
    scan.next_below = end;
    for (key, from) in found {
        hide(scan, &key, from, promise, name);
    }
}

fn hide(scan: &mut Scan<'_>, key: &Range<usize>, from: usize, promise: Promise, name: &str) {
    let separator = match scan.lines.byte(from - 1) {
        Some(b'=') => Separator::Equals,
        Some(b'>') => Separator::Tag,
        _ => Separator::Colon,
    };
    for value in values(scan.lines, key, from, separator) {
        scan.hide_value(promise, name, value);
    }
}

/// Whether a key below a promising one holds a credential, for all that is known: neither something about it, nor what
/// has a promise of its own.
fn may_hold(key: &str) -> bool {
    is_value_key(key) || !is_about(key) && promise(key).is_none()
}

/// A key, and where its value begins.
type Entry = (Range<usize>, usize);

/// Whether the line of a byte is outside of a mapping that has a key at a column, as its indentation tells far from the
/// key. Nearby, lines may be indented wrongly.
fn is_outside(lines: &Lines<'_>, at: usize, column: usize) -> bool {
    let line = lines.line(at);
    !lines.content(line).is_empty() && lines.indent(line) < column
}

/// Finds the values behind a name in its mapping, and how many bytes farther than usual it went for them.
fn after(lines: &Lines<'_>, marks: &[Mark], name: &Range<usize>, far: usize) -> (Vec<Entry>, usize) {
    let bytes = lines.text.as_bytes();
    let (mut found, mut depth, mut tags, mut at) = (Vec::new(), 0_usize, 0_usize, name.end);
    let is_tag = lines.before(name.start) == Some(b'>');
    let column = floor(lines, name.start);
    let limit = bytes.len().min(name.end + FAR + far);
    while at < limit {
        match marks[at] {
            Mark::None => {}
            Mark::Open => depth += 1,
            Mark::Close if depth == 0 => break,
            Mark::Close => depth -= 1,
            Mark::Quote => at += quoted_length(bytes, at, bytes[at]),
            Mark::EndTag if is_tag && at > name.end && tags == 0 => break,
            Mark::EndTag if is_tag => tags = tags.saturating_sub(1),
            Mark::Tag if is_tag => tags += 1,
            Mark::TagKey if is_tag => found.extend(value_key(lines, at).map(|key| (key, at + 1))),
            Mark::Key if depth == 0 => found.extend(value_key(lines, at).map(|key| (key, at + 1))),
            // `valueFrom: {secretKeyRef: hunter2}`
            Mark::Key if depth == 1 => found.extend(reference(lines, at).map(|key| (key, at + 1))),
            Mark::Item if depth == 0 => {
                // `- name: DB_PASSWORD` and `- value: hunter2`, with a dash too many.
                found.extend(first_value(lines, at + 1));
                break;
            }
            Mark::Line if depth == 0 && at >= name.end + FAR && is_outside(lines, at + 1, column) => break,
            _ => {}
        }
        at += 1;
    }
    (found, at.saturating_sub(name.end + FAR))
}

/// Returns the entry with which an item begins, if its key is one for values.
fn first_value(lines: &Lines<'_>, at: usize) -> Option<Entry> {
    let line = lines.line(at);
    let colon = lines.start(line) + lines.text[lines.start(line)..lines.end(line)].find(": ")?;
    let key = value_key(lines, colon)?;
    let is_first = lines.text[lines.start(line)..key.start].trim_matches([' ', '-', '"', '\'']).is_empty();
    is_first.then_some((key, colon + 1))
}

/// Returns the key before a separator where it is that of a reference to a Secret.
fn reference(lines: &Lines<'_>, at: usize) -> Option<Range<usize>> {
    value_key(lines, at).filter(|it| lines.text[it.clone()].eq_ignore_ascii_case("secretKeyRef"))
}

/// Returns how far it is to the end of a quoted text, if that is on the same line.
fn quoted_length(bytes: &[u8], at: usize, quote: u8) -> usize {
    let rest = &bytes[at + 1..bytes.len().min(at + FAR)];
    let end = rest.iter().position(|it| *it == quote || is_line_end(*it));
    end.filter(|end| rest[*end] == quote).unwrap_or_default()
}

/// Finds the values below a key, and where it stopped: in braces, or with `floor` in the lines that are indented by more.
fn entries(lines: &Lines<'_>, from: usize, floor: Option<usize>) -> (Vec<Entry>, usize) {
    let bytes = lines.text.as_bytes();
    let (mut found, mut depth, mut at) = (Vec::new(), 0_usize, from);
    if let Some(floor) = floor
        && leaves_below(lines, lines.line(from), floor)
    {
        return (found, from);
    }
    while at < bytes.len().min(from + FAR) {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => break,
            b'}' | b']' => depth -= 1,
            byte @ (b'"' | b'\'') if matches!(lines.before(at), Some(b':' | b',' | b'[' | b'{')) => {
                at += quoted_length(bytes, at, byte);
            }
            b':' => {
                let key = key_before(lines, at).filter(|it| may_hold(&lines.text[it.clone()]));
                found.extend(key.map(|key| (key, at + 1)));
            }
            b'=' => found.extend(value_key(lines, at).map(|key| (key, at + 1))),
            byte if is_line_end(byte) && bytes.get(at + 1) != Some(&b'\n') => {
                let is_end = floor.is_some_and(|floor| leaves_below(lines, lines.line(at + 1), floor));
                if is_end || floor.is_none() && lines.content(lines.line(at + 1)).starts_with('-') {
                    break;
                }
            }
            _ => {}
        }
        at += 1;
    }
    (found, at)
}

/// Whether a line no longer belongs to what stands below a key.
fn leaves_below(lines: &Lines<'_>, line: usize, floor: usize) -> bool {
    let content = lines.content(line);
    content.starts_with("--") || !content.is_empty() && lines.indent(line) <= floor
}

/// Finds the values before a place in its mapping, and how many bytes farther than usual it went for them.
fn before(lines: &Lines<'_>, marks: &[Mark], from: usize, far: usize) -> (Vec<Entry>, usize) {
    let (mut found, mut depth) = (Vec::new(), 0_usize);
    let column = floor(lines, from);
    let mut first = from;
    for at in (from.saturating_sub(FAR + far)..from).rev() {
        first = at;
        match marks[at] {
            Mark::None => {}
            Mark::Close => depth += 1,
            Mark::Open if depth == 0 => break,
            Mark::Open => depth -= 1,
            Mark::Key if depth == 0 => found.extend(value_key(lines, at).map(|key| (key, at + 1))),
            Mark::Item if depth == 0 => break,
            Mark::Line if depth == 0 && at + FAR < from && is_outside(lines, at + 1, column) => break,
            _ => {}
        }
    }
    (found, from.saturating_sub(FAR).saturating_sub(first))
}

/// Hides all data of the objects that say they are a Secret.
pub(super) fn hide_data(scan: &mut Scan<'_>) {
    let mut done = 0;
    for at in scan.take_secrets() {
        if at < done || !is_kind(scan.lines, at) {
            continue;
        }
        let lines = scan.lines;
        let parts = |line: usize| lines.text[lines.start(line)..].starts_with("---");
        let line = lines.line(at);
        let start =
            (0..line).rev().take_while(|&it| lines.start(it) >= done && !parts(it)).last().unwrap_or(line);
        let end =
            (line + 1..lines.count()).find(|&it| parts(it)).map_or(lines.text.len(), |it| lines.start(it));
        let start = lines.start(start);
        let keys: Vec<usize> =
            lines.text[start..end].match_indices("ata").map(|(at, _)| start + at).collect();
        done = end;
        let mut next = start;
        for key in keys.into_iter().filter_map(|at| data_key(lines, at)) {
            if key.0.start >= next {
                next = hide_below(scan, &key.0, key.1);
            }
        }
    }
}

fn is_kind(lines: &Lines<'_>, at: usize) -> bool {
    let at = at - lines.quote_before(at).map_or(0, |it| it.length());
    let before = lines.text[at.saturating_sub(64)..at].trim_end_matches([' ', '\t', '\\', '"', '\'']);
    before.strip_suffix(':').is_some_and(|it| it.trim_end_matches([' ', '\\', '"', '\'']).ends_with("kind"))
}

/// Returns the key of the data of a Secret that has `ata` at a place, and where its value begins.
fn data_key(lines: &Lines<'_>, at: usize) -> Option<(Range<usize>, usize)> {
    let bytes = lines.text.as_bytes();
    let length = bytes[..at].iter().rev().take(16).take_while(|it| is_name_byte(**it)).count();
    let key = at - length..at + 3;
    if !["data", "stringData", "binaryData"].contains(&lines.text.get(key.clone())?) {
        return None;
    }
    let end = lines.quote_at(key.end).map_or(key.end, |it| it.1);
    let colon = lines.skip_blanks(end);
    (lines.byte(colon) == Some(b':')).then_some((key, colon + 1))
}

/// Hides every scalar below a key, and returns where what is below it ends.
pub(super) fn hide_below(scan: &mut Scan<'_>, key: &Range<usize>, from: usize) -> usize {
    let at = scan.lines.skip_blanks(from);
    match scan.lines.byte(at) {
        Some(b'{') => hide_flow(scan, at + 1),
        Some(byte) if is_line_end(byte) || byte == b'#' => hide_lines(scan, key, at),
        _ => {
            let found = values(scan.lines, key, from, Separator::Colon);
            let end = found.iter().map(|it| it.end).max().unwrap_or(at);
            found.into_iter().for_each(|it| scan.hide(it));
            end
        }
    }
}

/// Hides the values of the literals from which Kustomize makes Secrets: `literals: [user=app, db=hunter2]`.
pub(super) fn hide_literals(scan: &mut Scan<'_>, key: &Range<usize>, from: usize) {
    let lines = scan.lines;
    let (floor, first) = (floor(lines, key.start), lines.line(from));
    let belongs = |line: &usize| {
        let content = lines.content(*line);
        let is_item = content.starts_with(['-', ']', '}', '#']) && lines.indent(*line) >= floor;
        content.is_empty() || lines.indent(*line) > floor || is_item
    };
    let count = (first + 1..lines.count()).take_while(belongs).count();
    let region = from..lines.end(first + count).max(from);
    scan.next_literal = region.end;
    let is_end = |it: char| ",]\"'\n\r".contains(it);
    for (at, _) in lines.text[region.clone()].match_indices('=') {
        let start = region.start + at + 1;
        let length = lines.text[start..region.end].find(is_end).unwrap_or(region.end - start);
        scan.hide_value(Promise::Password, "", start..start + length);
    }
}

fn hide_flow(scan: &mut Scan<'_>, from: usize) -> usize {
    let (mut depth, mut at) = (1, from);
    while let Some(byte) = scan.lines.byte(at) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b':' => {
                let start = scan.lines.skip_blanks(at + 1);
                let quoted = scan.lines.quote_at(start).and_then(|(quote, inner)| {
                    let (end, _) = scan.lines.close(quote, inner, 0)?;
                    Some(inner..end)
                });
                let is_nested = matches!(scan.lines.byte(start), Some(b'{' | b'['));
                let rest = &scan.lines.text.as_bytes()[start..];
                let is_end = |it: &u8| b",}".contains(it) || is_line_end(*it);
                let value = match quoted {
                    Some(value) => value,
                    None if is_nested => start..start,
                    None => start..start + rest.iter().take_while(|it| !is_end(it)).count(),
                };
                at = at.max(value.end.max(1) - 1);
                scan.hide(value);
            }
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at
}

fn hide_lines(scan: &mut Scan<'_>, key: &Range<usize>, at: usize) -> usize {
    let floor = floor(scan.lines, key.start);
    let mut line = scan.lines.line(at) + 1;
    while line < scan.lines.count() {
        let (content, start) = (scan.lines.content(line), scan.lines.start(line) + scan.lines.indent(line));
        if !content.is_empty() && scan.lines.indent(line) <= floor {
            break;
        }
        let mut next = line + 1;
        if is_entry(content)
            && let Some(colon) = content.find(':')
        {
            let name = start..start + content[..colon].trim_end_matches(['"', '\'']).len();
            for value in values(scan.lines, &name, start + colon + 1, Separator::Colon) {
                next = next.max(scan.lines.line(value.end) + 1);
                scan.hide(value);
            }
        } else if !content.starts_with('#') {
            let end = scan.lines.end(line);
            scan.hide(start..end);
        }
        line = next;
    }
    scan.lines.text.len().min(scan.lines.start(line.min(scan.lines.count() - 1)))
}
