//! Places in a text as browsers count them.

use batchlint::text::span::Span;

/// Counts the units of UTF-16 before the bytes of a text.
pub(crate) struct Units {
    /// For each byte the units before it; nothing for ASCII, where they are the same.
    before: Option<Vec<u32>>,
    len: usize,
}

impl Units {
    pub(crate) fn new(text: &str) -> Self {
        let before = (!text.is_ascii()).then(|| {
            let mut before = Vec::with_capacity(text.len() + 1);
            let mut units = 0;
            for letter in text.chars() {
                before.extend(std::iter::repeat_n(units, letter.len_utf8()));
                units += letter.len_utf16() as u32;
            }
            before.push(units);
            before
        });
        Units { before, len: text.len() }
    }

    /// Returns the start and the end of a span.
    pub(crate) fn of(&self, span: Span) -> (usize, usize) {
        let range = span.range();
        (self.at(range.start), self.at(range.end))
    }

    fn at(&self, byte: usize) -> usize {
        let byte = byte.min(self.len);
        self.before.as_ref().map_or(byte, |before| before[byte] as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_beyond_ascii_count_as_in_a_browser() {
        let text = "é: 😀x";
        let units = Units::new(text);
        let at = |part: &str| {
            let start = text.find(part).unwrap();
            units.of(Span::new(start, start + part.len()))
        };
        assert_eq!((at("é"), at("😀"), at("x")), ((0, 1), (3, 5), (5, 6)));
        assert_eq!(Units::new("abc").of(Span::new(1, 9)), (1, 3));
    }
}
