//! Byte ranges of the source, and the lines and columns that people and tools ask for.

/// A half-open range of bytes in the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset just past the last byte.
    pub end: u32,
}

impl Span {
    /// Makes the span of the bytes from `start` up to, but not with, `end`.
    ///
    /// Sources are at most 32 MiB (`cli::files`), so that every offset fits.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start: narrow(start), end: narrow(end) }
    }

    /// Makes the span of `length` bytes that start `offset` bytes into this one.
    pub fn part(self, offset: usize, length: usize) -> Self {
        let start = self.start as usize + offset;
        Span::new(start, start + length)
    }

    /// Returns the range of bytes, for indexing a source.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Returns the text of the span, or nothing where the span is not one of this source.
    pub fn text(self, source: &str) -> &str {
        source.get(self.range()).unwrap_or("")
    }

    /// Says whether the span has no bytes.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Says whether the span covers the whole of `other`.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// Turns an offset into 32 bits, the largest one standing for all that do not fit.
pub fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// A place as people count: lines and columns from 1, columns in Unicode characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in Unicode characters.
    pub column: usize,
    /// The offset, from 0, in bytes.
    pub offset: usize,
}

/// The starts of a source's lines: turns offsets into positions.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of `source`.
    pub fn new(source: &str) -> Self {
        let ends = source.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        LineIndex { starts: std::iter::once(0).chain(ends.map(|(at, _)| narrow(at + 1))).collect() }
    }

    /// Returns the number of lines.
    pub fn lines(&self) -> usize {
        self.starts.len()
    }

    /// Returns the line, from 1, that holds the byte at `offset`.
    pub fn line(&self, offset: u32) -> usize {
        self.starts.partition_point(|&start| start <= offset)
    }

    /// Returns the offset at which `line`, from 1, starts.
    pub fn start_of(&self, line: usize) -> u32 {
        self.starts.get(line.saturating_sub(1)).copied().unwrap_or_default()
    }

    /// Returns the position of the byte at `offset`, or of the end where the source is shorter.
    pub fn position(&self, source: &str, offset: u32) -> Position {
        let mut end = (offset as usize).min(source.len());
        while !source.is_char_boundary(end) {
            end -= 1;
        }
        let line = self.line(narrow(end));
        let start = self.start_of(line) as usize;
        let column = source.get(start..end).map_or(0, |text| text.chars().count()) + 1;
        Position { line, column, offset: end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_offsets_count_bytes() {
        let source = "a: é\nb: ü # x\n";
        let lines = LineIndex::new(source);
        let comment = narrow(source.find('#').unwrap_or_default());
        assert_eq!(lines.position(source, comment), Position { line: 2, column: 6, offset: 12 });
        assert_eq!(lines.position(source, 999), Position { line: 3, column: 1, offset: source.len() });
    }
}
