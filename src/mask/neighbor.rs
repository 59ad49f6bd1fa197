//! Values under keys that announce nothing, next to a promising name or below a promising key.

use std::cmp::Ordering;
use std::ops::Range;

use super::extent::{MAX_EMPTY, Separator, values};
use super::lines::{Lines, floor, is_blank, is_line_end};
use super::marks::{FAR, Mark, Marks, is_value_key, key_before, value_key};
use super::name::{Promise, is_about, promise};
use super::structure::{Scalar, scalars};
use crate::facts::secret::chance::is_random;
use crate::facts::secret::promise::words;
use crate::mask::hidden::{Neighbor, Scan};

/// The shortest credential in the place of a name, in bytes.
pub(super) const LEAST: usize = 6;

/// How much of a line in front of a name is read, in bytes.
const NEAR: usize = 256;

/// So many keys are looked at on either side of a name: no mapping has as many for values.
const MAX_KEYS: usize = 16;

/// So many names with different promises are held against a value.
const MAX_NAMES: usize = 4;

/// Hides the values in the mapping that has a promising name: `name: DB_PASSWORD` and `value: hunter2`, in either order. Where
/// the two are swapped, the name may be the credential.
pub(super) fn beside(scan: &mut Scan<'_>, at: &Range<usize>, promise: Promise, name: &str) {
    for (key, from) in around(scan, at, Mark::Key) {
        let neighbor = neighbor(scan, &key, from);
        // A name within the value is none of the value's.
        let is_known = || neighbor.names.iter().any(|it| it.0 == promise && it.1 == name);
        if neighbor.values.iter().any(|it| it.contains(&at.start)) || is_known() {
            continue;
        }
        let known = neighbor.names.len();
        if known <= MAX_NAMES {
            neighbor.names.push((promise, name.to_owned()));
        }
        match known.cmp(&MAX_NAMES) {
            Ordering::Less => hide(scan, &key, from, promise, name),
            // No mapping has so many names, and each of them would read the value once more.
            Ordering::Equal => neighbor.values.clone().into_iter().for_each(|it| scan.hide(it)),
            Ordering::Greater => {}
        }
    }
    if !is_swapped(scan.lines, at, promise) {
        return;
    }
    for (key, from) in around(scan, at, Mark::NameKey) {
        // What is commented out says nothing about the object around it.
        if scan.lines.is_in_comment(key.start) != scan.lines.is_in_comment(at.start) {
            continue;
        }
        for it in neighbor(scan, &key, from).values.clone() {
            if may_be_credential(&scan.lines.text[it.clone()], name) {
                scan.hide_value(Promise::Password, "", it);
            }
        }
    }
}

/// Returns what is known of a key.
fn neighbor<'s>(scan: &'s mut Scan<'_>, key: &Range<usize>, from: usize) -> &'s mut Neighbor {
    let lines = scan.lines;
    let read = || Neighbor { values: values(lines, key, from, Separator::Colon), names: Vec::new() };
    scan.neighbors.entry(from).or_insert_with(read)
}

/// Whether a name, the value of which is the name of a credential, may be the credential itself.
fn may_be_credential(name: &str, value: &str) -> bool {
    let speaks = || is_about(name) || words(name).iter().any(|it| promise(it).is_some());
    match (is_capitals(name), is_variable(value) || is_header(value)) {
        // `PASSWORD_SOURCE: DB_PASSWORD`
        (true, _) => name.contains('_') && is_variable(value) && !speaks(),
        (false, true) => true,
        (false, false) => name.len() >= LEAST && !speaks(),
    }
}

/// Finds the keys with this mark in the mapping that has a name.
fn around(scan: &mut Scan<'_>, at: &Range<usize>, mark: Mark) -> Vec<Entry> {
    let marks = scan.marks.get_or_insert_with(|| Marks::new(scan.lines));
    let (mut found, looked_at) = after(scan.lines, marks, at, mark, scan.far);
    scan.far -= looked_at.min(scan.far);
    let (others, looked_at) = before(scan.lines, marks, at.start, mark, scan.far);
    scan.far -= looked_at.min(scan.far);
    found.extend(others);
    found
}

/// Whether what looks like the name of a credential is the value of a key for values.
fn is_swapped(lines: &Lines<'_>, name: &Range<usize>, promise: Promise) -> bool {
    let text = &lines.text[name.clone()];
    let is_name = || {
        is_capitals(text) && promise > Promise::Weak
            || promise >= Promise::Generated && words(text).len() > 1 && !text.contains('/')
    };
    let before = lines.text.as_bytes()[..lines.unquoted_start(name)].iter().rev();
    let blanks = before.clone().take(NEAR).take_while(|it| is_blank(**it)).count();
    let colon = lines.unquoted_start(name).checked_sub(blanks + 1);
    let end = lines.quote_at(name.end).map_or(name.end, |it| it.1);
    let is_whole =
        || lines.byte(lines.skip_blanks(end)).is_none_or(|it| is_line_end(it) || b",}#".contains(&it));
    (is_variable(text) || is_header(text) || is_name())
        && colon.filter(|at| lines.byte(*at) == Some(b':')).and_then(|at| value_key(lines, at)).is_some()
        && is_whole()
}

/// Whether a text is the name of a variable, of several words: a single one can be anything.
fn is_variable(text: &str) -> bool {
    text.contains('_') && is_capitals(text)
}

/// Whether a text is the name of a header: `X-Api-Key`.
pub(super) fn is_header(text: &str) -> bool {
    let is_title = |part: &str| part.starts_with(|it: char| it.is_ascii_uppercase());
    text.contains('-') && text.split('-').all(is_title) || matches!(text, "Authorization" | "Cookie")
}

/// Whether a text consists of capitals, digits and underscores, as the names of variables do.
pub(super) fn is_capitals(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_')
        && text.bytes().any(|it| it.is_ascii_uppercase())
}

/// Hides the values in the mapping or the list that is the value of a promising key: `password: {value: hunter2}`,
/// `credentials: {db: hunter2}`, `passwords: [[hunter2]]`.
pub(super) fn below(scan: &mut Scan<'_>, key: &Range<usize>, from: usize, promise: Promise, name: &str) {
    if from < scan.next_below {
        return;
    }
    let (found, end) = scalars(scan.lines, key, from, from + FAR);
    scan.next_below = end;
    for Scalar { key, from, value } in found {
        let text = scan.lines.text;
        if key.clone().is_none_or(|it| may_hold(&text[it])) {
            scan.hide_value(promise, name, value);
            scan.hide_properties(from, promise, name);
        }
        if let Some(key) = key.filter(|it| is_random(&text[it.clone()])) {
            scan.hide_value(promise, name, key);
        }
    }
}

/// So many lines a block has in which the default of a variable is looked for.
const MAX_LINES: usize = 16;

/// Hides the default in the block that has a promising name: `variable "db_password" { default = "hunter2" }`.
pub(super) fn in_block(scan: &mut Scan<'_>, name: &Range<usize>, promise: Promise, text: &str) {
    let lines = scan.lines;
    let Some((_, after)) = lines.quote_at(name.end) else { return };
    let open = lines.skip_blanks(after);
    // `resource "random_password" "shop" {`
    let label = lines.quote_at(open).and_then(|(quote, inner)| lines.close_near(quote, inner));
    let open = label.map_or(open, |(_, after)| lines.skip_blanks(after));
    if lines.byte(open) != Some(b'{') {
        return;
    }
    let first = lines.line(open);
    for line in first..lines.count().min(first + MAX_LINES) {
        let start =
            if line == first { lines.skip_blanks(open + 1) } else { lines.start(line) + lines.indent(line) };
        let content = lines.text.get(start..lines.end(line)).unwrap_or_default();
        if content.starts_with('}') {
            break;
        }
        let length = content.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let equals = lines.skip_blanks(start + length);
        if is_value_key(&content[..length]) && lines.byte(equals) == Some(b'=') {
            scan.hide_values(
                &(start..start + length),
                lines.skip_blanks(equals + 1),
                Separator::Equals,
                promise,
                text,
            );
        }
    }
}

/// Hides the value of a value key next to a promising name.
fn hide(scan: &mut Scan<'_>, key: &Range<usize>, from: usize, promise: Promise, name: &str) {
    let separator = match scan.lines.byte(from - 1) {
        Some(b'=') => Separator::Equals,
        Some(b'>') => Separator::Tag,
        _ => Separator::Colon,
    };
    scan.hide_values(key, from, separator, promise, name);
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
fn after(
    lines: &Lines<'_>,
    marks: &mut Marks,
    name: &Range<usize>,
    wanted: Mark,
    far: usize,
) -> (Vec<Entry>, usize) {
    let bytes = lines.text.as_bytes();
    let (mut found, mut depth, mut tags, mut at) = (Vec::new(), 0_usize, 0_usize, name.end);
    let is_tag = lines.before(name.start) == Some(b'>');
    let column = floor(lines, name.start);
    let limit = bytes.len().min(name.end + FAR + far);
    while at < limit && found.len() < MAX_KEYS {
        match marks.at(lines, at) {
            Mark::None => {}
            Mark::Open => depth += 1,
            Mark::Close | Mark::Item if depth == 0 => break,
            Mark::Close => depth -= 1,
            Mark::Quote => at += quoted_length(bytes, at, bytes[at]),
            Mark::EndTag if is_tag && at > name.end && tags == 0 => break,
            Mark::EndTag if is_tag => tags = tags.saturating_sub(1),
            Mark::Tag if is_tag => tags += 1,
            Mark::TagKey if is_tag && wanted == Mark::Key => {
                found.extend(value_key(lines, at).map(|key| (key, at + 1)))
            }
            mark if mark == wanted && depth == 0 => {
                found.extend(key_before(lines, at).map(|key| (key, at + 1)));
            }
            Mark::Line if depth == 0 && at >= name.end + FAR && is_outside(lines, at + 1, column) => break,
            _ => {}
        }
        at += 1;
    }
    (found, at.saturating_sub(name.end + FAR))
}

/// Returns how far it is to the end of a quoted text, if that is on the same line.
fn quoted_length(bytes: &[u8], at: usize, quote: u8) -> usize {
    let rest = &bytes[at + 1..bytes.len().min(at + FAR)];
    let end = rest.iter().position(|it| *it == quote || is_line_end(*it));
    end.filter(|end| rest[*end] == quote).unwrap_or_default()
}

/// Finds the values before a place in its mapping, and how many bytes farther than usual it went for them.
fn before(
    lines: &Lines<'_>,
    marks: &mut Marks,
    from: usize,
    wanted: Mark,
    far: usize,
) -> (Vec<Entry>, usize) {
    let (mut found, mut depth) = (Vec::new(), 0_usize);
    let column = floor(lines, from);
    let mut first = from;
    for at in (from.saturating_sub(FAR + far)..from).rev() {
        first = at;
        if found.len() >= MAX_KEYS {
            break;
        }
        match marks.at(lines, at) {
            Mark::None => {}
            Mark::Close => depth += 1,
            Mark::Open | Mark::Item if depth == 0 => break,
            Mark::Open => depth -= 1,
            mark if mark == wanted && depth == 0 => {
                found.extend(key_before(lines, at).map(|key| (key, at + 1)));
            }
            Mark::Line if depth == 0 && at + FAR < from && is_outside(lines, at + 1, column) => break,
            _ => {}
        }
    }
    (found, from.saturating_sub(FAR).saturating_sub(first))
}

/// Whether a name is the value of a key, on the same line or on one below it, or the text of an XML element.
pub(super) fn is_value(lines: &Lines<'_>, name: &Range<usize>) -> bool {
    let at = lines.unquoted_start(name);
    let line = lines.line(at);
    let own = lines.start(line).max(lines.text.floor_char_boundary(at.saturating_sub(NEAR)));
    let own = without_properties(lines.text[own..at].trim());
    // `name: [DB_PASSWORD]`
    let is_item = own.ends_with(['[', '-']);
    let own = own.trim_end_matches(['[', '-', ' ']);
    if !own.is_empty() {
        return own.ends_with([':', '=', '>']) && (!is_item || own.ends_with("name:"));
    }
    let near = (line.saturating_sub(MAX_EMPTY)..line).rev().map(|it| lines.content(it));
    let is_key = |above: &str| {
        let above = above.split_once(" #").map_or(above, |it| it.0).trim_end();
        let above = above.trim_end_matches(|it: char| "|>+-".contains(it) || it.is_ascii_digit());
        without_properties(above.trim_end()).ends_with(if is_item { "name:" } else { ":" })
    };
    near.into_iter().find(|it| !it.is_empty() && !it.starts_with('#')).is_some_and(is_key)
}

/// Strips the tag and the anchor from the end of a text.
fn without_properties(mut text: &str) -> &str {
    for _ in 0..2 {
        let word = text.rsplit([' ', '\t']).next().unwrap_or_default();
        if word.starts_with(['&', '!']) {
            text = text[..text.len() - word.len()].trim_end();
        }
    }
    text
}
