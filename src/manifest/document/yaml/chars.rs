//! The classes of characters that the scanner asks about (`yamlprivateh.go`).
//!
//! The end of the text counts as the character NUL, which no document can hold.

use memchr::memchr;

/// A byte that cannot stand in a text: `control characters are not allowed`.
const CONTROL: u8 = 1;
/// A space or a tab.
const BLANK: u8 = 1 << 1;
/// A line feed, a carriage return, or the first byte of another line break.
const BREAK: u8 = 1 << 2;
/// A letter, a digit, `_` or `-`.
const ALPHA: u8 = 1 << 3;
/// What may end a plain scalar in brackets, besides `:`.
const FLOW: u8 = 1 << 4;
/// What stands in a tag besides letters and digits.
const URI: u8 = 1 << 5;
/// What starts another token than a plain scalar.
const INDICATOR: u8 = 1 << 6;
/// `:`, which may end a plain scalar.
const COLON: u8 = 1 << 7;

/// Where a run of text in a plain scalar may end, outside of brackets.
const STOPS_BLOCK: u8 = CONTROL | BLANK | BREAK | COLON;
/// Where it may end in brackets.
const STOPS_FLOW: u8 = STOPS_BLOCK | FLOW;

static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let it = byte as u8;
        let mut class = 0;
        if it < 0x20 && it != b'\t' && it != b'\n' && it != b'\r' || it == 0x7f {
            class |= CONTROL;
        }
        if it == b' ' || it == b'\t' {
            class |= BLANK;
        }
        // U+0085 is `c2 85`; U+2028 and U+2029 are `e2 80 a8` and `e2 80 a9`.
        if it == b'\n' || it == b'\r' || it == 0xc2 || it == 0xe2 {
            class |= BREAK;
        }
        if it.is_ascii_alphanumeric() || it == b'_' || it == b'-' {
            class |= ALPHA;
        }
        if it == b':' {
            class |= COLON;
        }
        table[byte] = class | contains(b",?[]{}", it, FLOW);
        table[byte] |= contains(b";/?:@&=+$,.!~*'()[]%", it, URI);
        table[byte] |= contains(b"-?:,[]{}#&*!|>'\"%@`", it, INDICATOR);
        byte += 1;
    }
    table
}

const fn contains(set: &[u8], byte: u8, class: u8) -> u8 {
    let mut at = 0;
    while at < set.len() {
        if set[at] == byte {
            return class;
        }
        at += 1;
    }
    0
}

const fn is(byte: u8, class: u8) -> bool {
    CLASSES[byte as usize] & class != 0
}

/// Whether a byte is a space or a tab (`is_blank`).
pub(super) const fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// Whether a byte is a letter, a digit, `_` or `-` (`is_alpha`).
pub(super) const fn is_alpha(byte: u8) -> bool {
    is(byte, ALPHA)
}

/// Whether a byte may stand in a tag (`yaml_parser_scan_tag_uri`).
pub(super) const fn is_uri(byte: u8) -> bool {
    is(byte, ALPHA | URI)
}

/// Whether a byte cannot start a plain scalar, or only before certain others.
pub(super) const fn is_indicator(byte: u8) -> bool {
    is(byte, INDICATOR)
}

/// Whether a byte ends a plain scalar in brackets.
pub(super) const fn is_flow_indicator(byte: u8) -> bool {
    is(byte, FLOW)
}

/// Whether a run of text in a plain scalar may end at a byte, in brackets or outside.
pub(super) const fn may_end_plain(byte: u8, in_flow: bool) -> bool {
    is(byte, if in_flow { STOPS_FLOW } else { STOPS_BLOCK })
}

/// Whether a byte may be the first of a line break.
pub(super) const fn may_break(byte: u8) -> bool {
    is(byte, BREAK)
}

/// What is in a text, so that the usual one is read without asking.
#[derive(Clone, Copy, Debug)]
pub(super) struct Survey {
    /// Whether all characters are one byte long.
    pub(super) is_ascii: bool,
    /// Whether no line break is anything but a line feed.
    pub(super) has_line_feeds_only: bool,
    /// Where the first character stands that go-yaml refuses anywhere (`yaml_parser_update_buffer`).
    pub(super) refused: Option<usize>,
}

/// Looks through a whole text once.
pub(super) fn survey(text: &str) -> Survey {
    let (mut high, mut control) = (0, 0);
    for chunk in text.as_bytes().chunks(64) {
        for &byte in chunk {
            high |= byte;
            control |= u8::from(byte < 0x20) & u8::from(byte != b'\n') | u8::from(byte == 0x7f);
        }
    }
    let is_ascii = high < 0x80;
    let refused = if is_ascii && control == 0 { None } else { refused(text) };
    let has_line_feeds_only = is_ascii && (control == 0 || memchr(b'\r', text.as_bytes()).is_none());
    Survey { is_ascii, has_line_feeds_only, refused }
}

fn refused(text: &str) -> Option<usize> {
    let is_refused = |it: char| match it {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        _ => it < ' ' || ('\u{7f}'..'\u{a0}').contains(&it) || matches!(it, '\u{fffe}' | '\u{ffff}'),
    };
    text.char_indices().find(|&(_, it)| is_refused(it)).map(|(at, _)| at)
}
