//! Byte ranges of the source, and the lines and columns that people and tools ask for.

/// A half-open range of bytes in the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset just past the last byte.
    pub end: u32,
}

/// Returns the bytes of a text that a part of it has, if it was taken from there and is no copy.
pub(crate) fn range_in(text: &str, part: &str) -> Option<std::ops::Range<usize>> {
    let start = part.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
    let end = start.checked_add(part.len())?;
    (end <= text.len()).then_some(start..end)
}

impl Span {
    /// Makes the span of the bytes from `start` up to, but not with, `end`.
    ///
    /// Sources are at most 32 MiB (`cli::files`), so that every offset fits.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start: to_u32(start), end: to_u32(end) }
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

    /// Returns the text of the span, or an empty text if the span is not one of this source.
    pub fn text(self, source: &str) -> &str {
        source.get(self.range()).unwrap_or("")
    }

    /// Whether the span has no bytes.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether the span covers the whole of `other`.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// Sorts items by their spans, and keeps those that are in no other.
pub fn keep_outermost<T>(items: &mut Vec<T>, span: impl Fn(&T) -> Span) {
    items.sort_by_key(|it| span(it).start);
    let mut end = 0;
    items.retain(|it| {
        let is_outside = span(it).start >= end;
        end = end.max(span(it).end);
        is_outside
    });
}

/// Turns an offset into 32 bits, the largest one standing for all that do not fit.
pub fn to_u32(offset: usize) -> u32 {
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
///
/// A line ends as YAML has it and editors show it: with `\n`, `\r\n`, or an `\r` alone.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// How many characters and UTF-16 units start before each multiple of [`STEP`].
    counts: Vec<Count>,
    has_crlf: bool,
    /// The starts of the lines that a line feed ends, where an `\r` alone ends others.
    fed: Option<Vec<u32>>,
    length: usize,
}

/// Characters are counted from the last multiple of this on, so that a position costs the same on a line of any length.
const STEP: usize = 1024;

/// How long a text is in characters, and in units of UTF-16.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    /// Unicode characters.
    pub characters: usize,
    /// Units of UTF-16: a character outside the basic plane, such as an emoji, counts two.
    pub units: usize,
}

impl Count {
    fn add(&mut self, bytes: &[u8]) {
        if bytes.is_ascii() {
            self.characters += bytes.len();
            self.units += bytes.len();
            return;
        }
        for &byte in bytes {
            // Bytes like `10xxxxxx` continue with a character, `11110xxx` starts one outside the basic plane.
            let characters = usize::from(byte & 0xc0 != 0x80);
            self.characters += characters;
            self.units += characters + usize::from(byte >= 0xf0);
        }
    }
}

impl LineIndex {
    /// Finds the lines of `source`.
    pub fn new(source: &str) -> Self {
        let bytes = source.as_bytes();
        let ends_line = |at: usize| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
        let mut starts = Vec::with_capacity(source.len() / 32 + 1);
        starts.push(0);
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes).filter(|&at| ends_line(at));
        ends.for_each(|at| starts.push(to_u32(at + 1)));
        let mut count = Count::default();
        let before = |step: &[u8]| {
            let before = count;
            count.add(step);
            before
        };
        let counts = bytes.chunks(STEP).map(before).collect();
        let (mut fed, mut has_crlf) = (None, false);
        if memchr::memchr(b'\r', bytes).is_some() {
            let is_fed = |start: &u32| *start == 0 || bytes[*start as usize - 1] == b'\n';
            fed = (!starts.iter().all(is_fed)).then(|| starts.iter().copied().filter(is_fed).collect());
            has_crlf = starts.iter().any(|&start| bytes[..start as usize].ends_with(b"\r\n"));
        }
        LineIndex { starts, counts, has_crlf, fed, length: source.len() }
    }

    /// Returns the bytes of the line that holds the byte at `offset`, its end included, for those who take an `\r` alone for
    /// text: nothing but a line feed ends a line.
    pub(crate) fn fed_line(&self, offset: usize) -> std::ops::Range<usize> {
        let starts = self.fed.as_ref().unwrap_or(&self.starts);
        let next = starts.partition_point(|&start| start as usize <= offset);
        let start = next.checked_sub(1).map_or(0, |at| starts[at] as usize);
        start..starts.get(next).map_or(self.length, |&next| next as usize)
    }

    /// Returns the line end that the source uses.
    pub fn line_end(&self) -> &'static str {
        if self.has_crlf { "\r\n" } else { "\n" }
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

    /// Returns the length of `source` up to `offset`, which lies between two characters.
    fn count_to(&self, source: &str, offset: usize) -> Count {
        let step = (offset / STEP).min(self.counts.len().saturating_sub(1));
        let mut count = self.counts.get(step).copied().unwrap_or_default();
        count.add(source.as_bytes().get(step * STEP..offset).unwrap_or_default());
        count
    }

    /// Returns the length of the part of `source` between two offsets, which lie between two characters.
    pub fn count(&self, source: &str, start: usize, end: usize) -> Count {
        let (start, end) = (self.count_to(source, start), self.count_to(source, end));
        Count {
            characters: end.characters.saturating_sub(start.characters),
            units: end.units.saturating_sub(start.units),
        }
    }

    /// Returns the position of the byte at `offset`, or of the end where the source is shorter.
    pub fn position(&self, source: &str, offset: u32) -> Position {
        let end = source.floor_char_boundary(offset as usize);
        let line = self.line(to_u32(end));
        let column = self.count(source, self.start_of(line) as usize, end).characters + 1;
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
        let comment = to_u32(source.find('#').unwrap_or_default());
        assert_eq!(lines.position(source, comment), Position { line: 2, column: 6, offset: 12 });
        assert_eq!(lines.position(source, 999), Position { line: 3, column: 1, offset: source.len() });
    }

    #[test]
    fn a_line_ends_as_yaml_has_it() {
        let source = "a\rb\r\nc\n\rd";
        let lines = LineIndex::new(source);
        let places =
            ["a", "b", "c", "d"].map(|it| lines.position(source, to_u32(source.find(it).unwrap_or(99))));
        assert_eq!(places.map(|it| (it.line, it.column)), [(1, 1), (2, 1), (3, 1), (5, 1)]);
    }

    #[test]
    fn columns_of_long_lines_are_those_that_counting_gives() {
        let source = "aé😀\u{2028}".repeat(1_000) + "\n" + &"é".repeat(3_000);
        let lines = LineIndex::new(&source);
        for (offset, _) in source.char_indices() {
            let line = &source[..offset].rsplit('\n').next().unwrap_or_default();
            let position = lines.position(&source, to_u32(offset));
            assert_eq!(position.column, line.chars().count() + 1, "at {offset}");
            let units = lines.count(&source, offset - line.len(), offset).units;
            assert_eq!(units, line.encode_utf16().count(), "at {offset}");
        }
    }
}
