//! The few lines of a source that a finding is about, made fit for a terminal: long lines are cut around what is
//! marked, and control characters are escaped. The source itself is neither copied nor searched.

use std::ops::{Range, RangeInclusive};

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::mask::is_certain;
use crate::text::source::{Source, Start};
use crate::text::span::{Position, Span, to_u32};
use crate::text::terminal::{escape_source, is_unsafe, without_trailing_space};

/// A span of more lines is marked on its first line only.
const MAX_LINES: usize = 6;

/// So many lines between two pieces are shown, so that they are one.
const NEAR: usize = 2;

/// Pieces of a source, in its order.
#[derive(Debug)]
pub(super) struct Excerpt {
    name: String,
    text: String,
    pieces: Vec<Piece>,
    marks: Vec<Mark>,
    /// Where the source starts in its input: numbers of lines are those of the input.
    start: Start,
}

/// Neighbouring lines.
#[derive(Debug)]
struct Piece {
    lines: RangeInclusive<usize>,
    text: Range<usize>,
}

/// A line of an excerpt, without its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'e> {
    /// The number in the input, from 1.
    pub number: usize,
    /// The bytes before it in the excerpt.
    pub start: usize,
    /// The text, escaped and cut.
    pub text: &'e str,
}

impl Line<'_> {
    /// Returns the bytes of the excerpt up to its end.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// A marked span: where it is in the excerpt, and where it starts in the source.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    /// The bytes of the excerpt.
    pub text: Range<usize>,
    start: Position,
    end: Position,
}

/// How lines are cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    /// The columns that are left of a line.
    pub width: usize,
    /// What stands for the rest.
    pub ellipsis: &'static str,
}

impl Excerpt {
    /// Cuts out the lines around each span.
    pub(super) fn new(source: &Source, spans: impl Iterator<Item = Span>, cut: Cut) -> Self {
        let marks: Vec<Mark> = spans.map(|span| Mark::new(source, span)).collect();
        let name = crate::text::terminal::escape(&source.name).into_owned();
        let start = source.start;
        let mut excerpt = Excerpt { name, text: String::new(), pieces: Vec::new(), marks, start };
        for lines in pieces(source, &excerpt.marks) {
            let start = excerpt.text.len();
            lines.clone().for_each(|line| excerpt.push(source, line, cut));
            excerpt.pieces.push(Piece { lines, text: start..excerpt.text.len() });
        }
        excerpt
    }

    /// Returns the marks, in the order of the spans.
    pub(super) fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Returns the lines, in groups of neighbours.
    pub(super) fn pieces(&self) -> impl Iterator<Item = Vec<Line<'_>>> {
        self.pieces.iter().map(|piece| {
            let mut start = piece.text.start;
            let numbered = piece.lines.clone().zip(self.text[piece.text.clone()].split('\n'));
            let lines = numbered.map(|(number, text)| {
                let line = Line { number: self.start.line + number, start, text };
                start += text.len() + 1;
                line
            });
            lines.collect()
        })
    }

    fn push(&mut self, source: &Source, number: usize, cut: Cut) {
        let line = source.line(number);
        let line_start = source.lines().start_of(number) as usize;
        let column = |position: Position| (position.offset - line_start).min(line.len());
        let anchor = self.marks.iter().find(|mark| mark.start.line == number);
        let window = window(line, anchor.map_or(0, |mark| column(mark.start)), cut.width);
        let before = if window.start > 0 { cut.ellipsis } else { "" };
        let after = if window.end < line.len() { cut.ellipsis } else { "" };
        let start = self.text.len() + before.len();
        let shown = |position: Position| {
            let end = column(position).clamp(window.start, window.end);
            start + escape_source(&line[window.start..end]).len()
        };
        for mark in &mut self.marks {
            if mark.start.line == number {
                mark.text.start = shown(mark.start);
            }
            if mark.end.line == number {
                mark.text.end = shown(mark.end);
            }
        }
        self.text.extend([before, &escape_source(&line[window]), after, "\n"]);
    }
}

impl Mark {
    fn new(source: &Source, span: Span) -> Self {
        let (start, end) = source.own_positions(without_trailing_space(source, span));
        let end = match end.line - start.line {
            0..MAX_LINES => end,
            _ => {
                let first_line = source.line(start.line).len();
                let line_end = source.lines().start_of(start.line) as usize + first_line;
                source.lines().position(&source.text, to_u32(line_end))
            }
        };
        Mark { text: 0..0, start, end }
    }

    /// Whether both are in one line, and not next to each other.
    pub(super) fn overlaps(&self, other: &Mark) -> bool {
        let (left, right) = (&self.text, &other.text);
        let in_one_line = self.start.line == other.end.line && other.start.line == self.end.line;
        let share = left.start < right.end && right.start < left.end;
        left == right || in_one_line && (share || left.start == right.start)
    }
}

/// Returns the lines to show, in their order: what is marked, and what is near and certainly holds no credential.
fn pieces(source: &Source, marks: &[Mark]) -> Vec<RangeInclusive<usize>> {
    let lines = source.lines().lines();
    let last = if source.text.ends_with('\n') { lines - 1 } else { lines };
    let is_shown = |line: usize| (1..=last).contains(&line) && is_certain(source.line(line));
    let around = |mark: &Mark| {
        let (start, end) = (mark.start.line, mark.end.line);
        start - usize::from(is_shown(start - 1))..=end + usize::from(is_shown(end + 1))
    };
    let mut wanted: Vec<_> = marks.iter().map(around).collect();
    wanted.sort_by_key(|lines| *lines.start());
    let mut pieces: Vec<RangeInclusive<usize>> = Vec::new();
    for next in wanted {
        match pieces.last_mut() {
            Some(piece) if is_one(*piece.end(), *next.start(), is_shown) => {
                *piece = *piece.start()..=*piece.end().max(next.end());
            }
            _ => pieces.push(next),
        }
    }
    pieces
}

/// Whether two pieces touch, or a few lines between them can be shown.
fn is_one(end: usize, start: usize, is_shown: impl Fn(usize) -> bool) -> bool {
    start <= end + 1 + NEAR && (end + 1..start).all(is_shown)
}

/// Returns the bytes of a line to show: all that fit, with `anchor` among them.
fn window(line: &str, anchor: usize, width: usize) -> Range<usize> {
    let reach = |from: usize, width: usize| from + columns_fit(line[from..].chars(), width);
    let start = if anchor <= reach(0, width * 2 / 3) || reach(0, width) == line.len() {
        0
    } else {
        anchor - columns_fit(line[..anchor].chars().rev(), width / 3)
    };
    start..reach(start, width)
}

/// Counts the bytes of the characters that fit into `width` columns.
fn columns_fit(chars: impl Iterator<Item = char>, width: usize) -> usize {
    let mut columns = 0;
    let fits = chars.take_while(|&char| {
        columns += match char {
            '\t' => 4,
            char if is_unsafe(char) => char.escape_default().count(),
            _ => 1,
        };
        columns <= width
    });
    fits.map(char::len_utf8).sum()
}

impl SourceCode for Excerpt {
    /// Returns the start of a mark if no context is wanted, which is what the heading of its piece says, else the whole piece
    /// around the span. The heading at the top is that of the first mark, wherever it is.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_before: usize,
        _context_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let piece = self.pieces.iter().find(|it| it.text.start <= start && end < it.text.end);
        let piece = piece.ok_or(MietteError::OutOfBounds)?;
        let lines = piece.lines.end() - piece.lines.start() + 1;
        let is_top = self.pieces.first().is_some_and(|top| top.text.start == piece.text.start);
        let own = || self.marks.iter().find(|mark| mark.text.start == start);
        let mark = if is_top { self.marks.first() } else { own() }.filter(|_| context_before == 0);
        let (text, line, column) = match mark {
            Some(mark) => {
                let Position { line, column, .. } = self.start.position(mark.start);
                (start..end, line - 1, column - 1)
            }
            None => (piece.text.clone(), self.start.line + piece.lines.start() - 1, 0),
        };
        let contents = MietteSpanContents::new_named(
            self.name.clone(),
            &self.text.as_bytes()[text.clone()],
            text.into(),
            line,
            column,
            lines,
        );
        Ok(Box::new(contents))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_holds_its_anchor_and_is_as_long_as_fits() {
        let line = "x".repeat(1_000);
        assert_eq!(window("short", 3, 60), 0..5);
        assert_eq!(window(&line, 0, 60), 0..60);
        assert_eq!(window(&line, 500, 60), 480..540);
        assert_eq!(window(&line, 1_000, 60), 980..1_000);
        assert_eq!(window(&"é".repeat(100), 200, 30), 180..200);
        assert_eq!(window("\u{1b}\u{1b}\u{1b}", 0, 13), 0..2);
    }
}
