//! Offsets in bytes, and positions as the protocol counts them: lines from 0, and in a line UTF-16 units, or bytes where the
//! client offers to count so.

use std::ops::Range;

use lsp_types::{Position, TextDocumentContentChangeEvent};

use crate::text::source::Source;
use crate::text::span::to_u32;

/// What a client counts in a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16: a character outside the basic plane, such as an emoji, counts two.
    #[default]
    Utf16,
}

/// The places of a text as its client counts them.
#[derive(Clone, Copy, Debug)]
pub struct TextPositions<'s> {
    /// The text.
    pub source: &'s Source,
    /// What its client counts.
    pub encoding: Encoding,
}

impl TextPositions<'_> {
    /// Returns the position of the byte at `offset`, or of the end where the text is shorter.
    pub fn position(&self, offset: usize) -> Position {
        let text = self.source.text.as_str();
        let end = text.floor_char_boundary(offset);
        let lines = self.source.lines();
        let line = lines.line(to_u32(end));
        let start = lines.start_of(line) as usize;
        let character = match self.encoding {
            Encoding::Utf8 => end - start,
            Encoding::Utf16 => lines.count(text, start, end).units,
        };
        Position { line: to_u32(line - 1), character: to_u32(character) }
    }

    /// Returns the positions of the ends of a range.
    pub fn range(&self, range: Range<usize>) -> lsp_types::Range {
        lsp_types::Range { start: self.position(range.start), end: self.position(range.end) }
    }

    /// Returns the offset of a position; one after the end of its line is that end, one inside a character its start.
    pub fn offset(&self, position: Position) -> usize {
        let number = (position.line as usize).saturating_add(1);
        if number > self.source.lines().lines() {
            return self.source.text.len();
        }
        let start = self.source.lines().start_of(number) as usize;
        let line = self.source.line(number);
        let mut left = position.character as usize;
        for (at, char) in line.char_indices() {
            let length = match self.encoding {
                Encoding::Utf8 => char.len_utf8(),
                Encoding::Utf16 => char.len_utf16(),
            };
            if left < length {
                return start + at;
            }
            left -= length;
        }
        start + line.len()
    }
}

/// Applies the changes of a notification to a text, in their order.
pub fn apply(text: &str, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) -> String {
    let mut source = Source::new("", text);
    for change in changes {
        let mut text = std::mem::take(&mut source.text);
        match change.range {
            None => text = change.text,
            Some(range) => {
                source = Source::new("", text);
                let places = TextPositions { source: &source, encoding };
                let start = places.offset(range.start);
                let end = places.offset(range.end).max(start);
                text = std::mem::take(&mut source.text);
                text.replace_range(start..end, &change.text);
            }
        }
        source = Source::new("", text);
    }
    source.text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_counts_an_emoji_twice_and_utf_8_its_bytes() {
        let text = "a: 😀é # x\r\nb: 1\n";
        let hash = text.find('#').expect("it is there");
        for (encoding, character) in [(Encoding::Utf16, 7), (Encoding::Utf8, 10)] {
            let places = TextPositions { source: &Source::new("", text), encoding };
            assert_eq!(places.position(hash), Position { line: 0, character });
            assert_eq!(places.offset(Position { line: 0, character }), hash);
        }
    }

    #[test]
    fn positions_outside_the_text_are_its_ends() {
        let source = Source::new("", "a: 1\r\nb: 😀\n");
        let places = TextPositions { source: &source, encoding: Encoding::Utf16 };
        let offset = |line, character| places.offset(Position { line, character });
        assert_eq!((offset(0, 99), offset(9, 0)), (4, source.text.len()));
        assert_eq!(offset(1, 4), 9, "inside of a character is its start");
        assert_eq!(places.position(999), Position { line: 2, character: 0 });
    }

    #[test]
    fn changes_apply_one_after_the_other() {
        let change = |start: (u32, u32), end: (u32, u32), text: &str| TextDocumentContentChangeEvent {
            range: Some(lsp_types::Range {
                start: Position { line: start.0, character: start.1 },
                end: Position { line: end.0, character: end.1 },
            }),
            range_length: None,
            text: text.to_owned(),
        };
        let changes =
            vec![change((0, 3), (1, 0), "x\n\n"), change((2, 0), (2, 1), "ü"), change((9, 9), (9, 9), "end")];
        let text = apply("a: 1\nb: 2\n", changes, Encoding::Utf16);
        assert_eq!(text, "a: x\n\nü: 2\nend");
    }
}
