//! Other spellings of names: with escapes of JSON and YAML, broken over two lines, in full-width letters.

use std::borrow::Cow;
use std::ops::Range;

use super::lines::{Lines, is_blank, is_line_end, is_name_byte};

/// The beginnings of escapes within names: `"\u0070assword"` is a password too.
pub(super) const MARKS: [&str; 5] = ["\\u00", "\\x", "\\U00", "\\\n", "\\\r"];

/// The largest indentation of a line that continues a name.
const MAX_INDENT: usize = 64;

/// The full-width forms of ASCII, and their distance from ASCII.
const WIDE: std::ops::RangeInclusive<u32> = 0xff01..=0xff5e;
const WIDTH: u32 = 0xff01 - 0x21;

/// Returns a word in full-width letters: in lower case, in upper case and capitalized.
pub(super) fn full_width(word: &str) -> [String; 3] {
    let wide = |it: char| char::from_u32(it as u32 + WIDTH).unwrap_or(it);
    let (small, capitals) = (word.to_ascii_lowercase(), word.to_ascii_uppercase());
    let mixed = capitals[..1].to_owned() + &small[1..];
    [small, capitals, mixed].map(|it| it.chars().map(wide).collect())
}

/// Whether these are the bytes of a full-width colon or equals sign.
pub(super) fn is_wide_separator(bytes: &[u8; 3]) -> bool {
    ["：", "＝"].iter().any(|it| it.as_bytes() == bytes)
}

/// Returns the whole name around `hit`, with its escapes, from `floor` on.
pub(super) fn whole_name(lines: &Lines<'_>, hit: Range<usize>, floor: usize) -> Range<usize> {
    let bytes = lines.text.as_bytes();
    let (mut start, mut end) = (hit.start, hit.end);
    loop {
        match escape_before(bytes, start) {
            Some(length) if start - length >= floor => start -= length,
            _ if start > floor && is_name_byte(bytes[start - 1]) => start -= 1,
            _ => break,
        }
    }
    end = end.max(start + escape_length(&bytes[start..]));
    end = end.max(hit.start + escape_length(&bytes[hit.start..]));
    while end < bytes.len() {
        match escape_length(&bytes[end..]) {
            0 if bytes[end..].first_chunk().is_some_and(is_wide_separator) => break,
            0 if is_name_byte(bytes[end]) => end += 1,
            0 => break,
            length => end += length,
        }
    }
    start = lines.text.ceil_char_boundary(start);
    start..lines.text.floor_char_boundary(end).max(start)
}

/// Returns the length of the escape that ends at a place.
fn escape_before(bytes: &[u8], end: usize) -> Option<usize> {
    let indent = bytes[..end].iter().rev().take(MAX_INDENT).take_while(|it| is_blank(**it)).count();
    let fold = [indent + 2, indent + 3];
    [6, 4].into_iter().chain(fold).find(|it| end >= *it && escape_length(&bytes[end - it..]) == *it)
}

/// Returns the length of an escape of JSON or YAML for a character of ASCII, `\u0070` or `\x70`, or for the end of a line and
/// the indentation of the next one.
fn escape_length(bytes: &[u8]) -> usize {
    let is_hex =
        |from: usize, to: usize| bytes.get(from..to).is_some_and(|it| it.iter().all(u8::is_ascii_hexdigit));
    match bytes {
        [b'\\', b'u', b'0', b'0', ..] if is_hex(4, 6) => 6,
        [b'\\', b'x', ..] if is_hex(2, 4) => 4,
        [b'\\', b'U', ..] if bytes.starts_with(b"\\U000000") && is_hex(8, 10) => 10,
        [b'\\', end, rest @ ..] if is_line_end(*end) => {
            let has_two = *end == b'\r' && rest.first() == Some(&b'\n');
            let rest = &rest[usize::from(has_two)..];
            let indent = rest.iter().take(MAX_INDENT).take_while(|it| is_blank(**it)).count();
            2 + usize::from(has_two) + indent
        }
        _ => 0,
    }
}

/// Decodes the escapes and full-width letters of a name.
pub(super) fn unescape(name: &str) -> Cow<'_, str> {
    if !name.contains('\\') && !name.contains(|it| WIDE.contains(&(it as u32))) {
        return Cow::Borrowed(name);
    }
    let (mut text, mut at) = (String::new(), 0);
    while let Some(letter) = name[at..].chars().next() {
        let length = escape_length(&name.as_bytes()[at..]);
        let code = |it: &str| u32::from_str_radix(it, 16).ok();
        let code = match length {
            0 if WIDE.contains(&(letter as u32)) => Some(letter as u32 - WIDTH),
            0 => None,
            length if name[at..at + length].contains(['\n', '\r']) => {
                at += length;
                continue;
            }
            length => code(&name[at + length - 2..at + length]),
        };
        text.push(code.and_then(char::from_u32).unwrap_or(letter));
        at += length.max(letter.len_utf8());
    }
    Cow::Owned(text)
}
