//! Text that is safe and pleasant on a terminal.

use std::borrow::Cow;

use crate::text::source::Source;
use crate::text::span::Span;

/// Whether a terminal would obey or hide the character instead of showing it: controls, marks that turn the
/// direction of text around, line separators, and what has no width and no use in a manifest. What XML cannot hold is
/// among it.
pub fn is_unsafe(char: char) -> bool {
    char.is_control()
        || matches!(
            char,
            '\u{fffe}' | '\u{ffff}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}'
        )
        || matches!(char, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a text is ASCII that terminals show, as nearly all of a report is: none of it is unsafe.
pub(crate) fn is_printable_ascii(text: &[u8]) -> bool {
    // A block is looked at as a whole, which the processor does with many bytes at a time.
    text.chunks(64).all(|block| block.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'~')))
}

/// Returns the text with everything unsafe escaped as in Rust: `\n`, `\u{1b}`.
pub fn escape(text: &str) -> Cow<'_, str> {
    escape_where(text, is_unsafe)
}

/// Returns the text of a source with everything unsafe escaped but tabs, which the renderer aligns.
pub fn escape_source(text: &str) -> Cow<'_, str> {
    escape_where(text, |char| char != '\t' && is_unsafe(char))
}

fn escape_where(text: &str, needs_escape: fn(char) -> bool) -> Cow<'_, str> {
    if is_printable_ascii(text.as_bytes()) || !text.contains(needs_escape) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        if needs_escape(char) { escaped.extend(char.escape_default()) } else { escaped.push(char) }
    }
    Cow::Owned(escaped)
}

/// Breaks a text at spaces so that, after `indent` columns, it fits `width`; the further lines are indented.
pub fn wrap(text: &str, indent: usize, width: usize) -> String {
    let room = width.saturating_sub(indent).max(20);
    let (mut wrapped, mut column) = (String::new(), 0);
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > room {
            wrapped.push('\n');
            wrapped.extend(std::iter::repeat_n(' ', indent));
            column = 0;
        } else if column > 0 {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += length;
    }
    wrapped
}

/// Returns the text in an ANSI style, such as `1;31`, where colours are wanted.
pub fn paint<'t>(text: &'t str, style: &str, color: bool) -> Cow<'t, str> {
    if color { Cow::Owned(format!("\u{1b}[{style}m{text}\u{1b}[0m")) } else { Cow::Borrowed(text) }
}

/// Returns the text as a link to an address (OSC 8), where the terminal is to show one.
pub fn link<'t>(text: &'t str, address: &str, links: bool) -> Cow<'t, str> {
    if links {
        Cow::Owned(format!("\u{1b}]8;;{address}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Returns the span without the line break and blanks that it ends with.
pub fn without_trailing_space(source: &Source, span: Span) -> Span {
    let text = span.text(&source.text);
    match text.trim_end() {
        "" => Span { start: span.start, end: span.start },
        trimmed => Span::new(span.start as usize, span.start as usize + trimmed.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_a_terminal_would_obey() {
        assert_eq!(
            escape("a\u{1b}[31m\r\n\u{9b}\u{202e}\u{7f}é"),
            "a\\u{1b}[31m\\r\\n\\u{9b}\\u{202e}\\u{7f}é"
        );
        assert_eq!(escape_source("\ta\u{7}"), "\ta\\u{7}");
        assert!(matches!(escape("plain 日本 👩‍💻"), Cow::Borrowed(_)));
    }

    #[test]
    fn wraps_at_spaces_and_never_within_a_word() {
        assert_eq!(wrap("one two three four five", 4, 24), "one two three four\n    five");
        assert_eq!(wrap("aaaaaaaaaaaaaaaaaaaaaaaaa b", 0, 20), "aaaaaaaaaaaaaaaaaaaaaaaaa\nb");
    }
}
