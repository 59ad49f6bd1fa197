//! Where the bytes of a text stand in the manifest: through indentation, folds, quotes and escapes.

use crate::manifest::document::{Node, Style};
use crate::text::span::{Span, to_u32};

/// For runs of bytes that are the same in the text and in the manifest: where they start in each.
#[derive(Debug, Default)]
pub struct SourceMap {
    runs: Vec<(u32, u32)>,
    /// The bytes of the whole value, for what cannot be found.
    whole: Span,
}

impl SourceMap {
    /// Finds where the bytes of the text of `node` stand.
    pub fn new(node: Node<'_>) -> Self {
        let (raw, text) = (node.raw(), node.text().unwrap_or_default());
        let mut places = SourceMap { runs: Vec::new(), whole: node.span() };
        let start = node.span().start as usize;
        let mut walk = Walk { raw, text, source: 0, value: 0, start, runs: &mut places.runs };
        let found = match node.style() {
            Style::Literal | Style::Folded => walk.block(),
            Style::SingleQuoted | Style::DoubleQuoted | Style::Plain => walk.flow(node.style()),
            Style::Block | Style::Flow => None,
        };
        if found.is_none() {
            places.runs.clear();
        }
        places
    }

    /// Returns where a part of the text stands: at least one byte of it.
    pub fn span(&self, part: Span) -> Span {
        if self.runs.is_empty() {
            return self.whole;
        }
        let start = self.find(part.start);
        let last = part.end.max(part.start + 1) - 1;
        let end = if part.end > part.start { self.find(last) + 1 } else { start };
        Span { start, end: end.clamp(start, self.whole.end.max(start)) }
    }

    /// Returns where in the text a line of the manifest starts that a fold has joined to the one before it.
    pub fn joined_lines(&self, text: &str) -> Vec<u32> {
        let is_joint = |at: &u32| *at > 0 && text.as_bytes().get(*at as usize - 1) == Some(&b' ');
        self.runs.iter().map(|run| run.0).filter(is_joint).collect()
    }

    fn find(&self, at: u32) -> u32 {
        let run = self.runs.partition_point(|&(value, _)| value <= at).saturating_sub(1);
        self.runs.get(run).map_or(self.whole.start, |&(value, source)| {
            let next = self.runs.get(run + 1).map_or(self.whole.end, |&(_, next)| next);
            (source + (at.saturating_sub(value))).min(next)
        })
    }
}

/// Goes through the manifest and the text side by side.
struct Walk<'a> {
    raw: &'a str,
    text: &'a str,
    source: usize,
    value: usize,
    start: usize,
    runs: &'a mut Vec<(u32, u32)>,
}

impl Walk<'_> {
    fn mark(&mut self) {
        let run = (to_u32(self.value), to_u32(self.start + self.source));
        let last = self.runs.last().copied();
        if last.is_none_or(|(value, source)| run.0 - value != run.1.wrapping_sub(source)) {
            self.runs.push(run);
        }
    }

    /// A block scalar: each line of content, without its indentation, comes next in the text but for line ends.
    fn block(&mut self) -> Option<()> {
        let header = self.raw.find('\n')? + 1;
        let explicit = self.raw[..header].bytes().find(u8::is_ascii_digit);
        let lines = || self.raw[header..].split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
        let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let mut indents = lines().filter(|line| !line.trim_start_matches(' ').is_empty()).map(blanks);
        let indent = if explicit.is_some() { indents.min() } else { indents.next() };
        let indent = indent.unwrap_or_default();
        self.source = header;
        for line in self.raw[header..].split('\n') {
            let strip = indent.min(blanks(line));
            let content = &line[strip..];
            let content = content.strip_suffix('\r').unwrap_or(content);
            if !content.is_empty() {
                while !self.text[self.value..].starts_with(content) {
                    let separator = self.text[self.value..].starts_with([' ', '\n']);
                    if !separator {
                        // Blanks at the end of the scalar may be all that is left.
                        return (content.trim().is_empty() && self.value == self.text.len()).then_some(());
                    }
                    self.value += 1;
                }
                self.source += strip;
                self.mark();
                self.value += content.len();
                self.source += line.len() - strip + 1;
            } else {
                self.source += line.len() + 1;
            }
        }
        Some(())
    }

    /// A plain or quoted scalar.
    fn flow(&mut self, style: Style) -> Option<()> {
        let quotes = usize::from(style != Style::Plain);
        let end = self.raw.len().checked_sub(quotes)?;
        self.source = quotes;
        self.mark();
        while self.source < end {
            let rest = &self.raw[self.source..end];
            let line_end =
                rest.find(|it: char| !matches!(it, ' ' | '\t' | '\r' | '\n')).unwrap_or(rest.len());
            if line_end > 0 && rest[..line_end].contains('\n') {
                self.fold(line_end);
            } else if style == Style::SingleQuoted && rest.starts_with("''") {
                self.skip(2)?;
            } else if style == Style::DoubleQuoted && rest.starts_with('\\') {
                self.escape(rest)?;
            } else {
                let character = rest.chars().next()?;
                if self.text[self.value..].chars().next()? != character {
                    return None;
                }
                self.source += character.len_utf8();
                self.value += character.len_utf8();
            }
        }
        (self.value == self.text.len()).then_some(())
    }

    /// Passes over line ends of the manifest, which are a blank in the text, or line ends but for one.
    fn fold(&mut self, len: usize) {
        self.source += len;
        let rest = &self.text[self.value..];
        let newlines = rest.bytes().take_while(|&it| it == b'\n').count();
        self.value += if newlines > 0 { newlines } else { usize::from(rest.starts_with(' ')) };
        self.mark();
    }

    /// Passes over `len` bytes of the manifest that are one character of the text.
    fn skip(&mut self, len: usize) -> Option<()> {
        self.mark();
        self.value += self.text[self.value..].chars().next()?.len_utf8();
        self.source += len;
        self.mark();
        Some(())
    }

    fn escape(&mut self, rest: &str) -> Option<()> {
        let len = match rest.as_bytes().get(1)? {
            // A joined line has nothing in the text.
            b'\n' | b'\r' => {
                self.source += 1 + rest[1..].len() - rest[1..].trim_start().len();
                self.mark();
                return Some(());
            }
            b'x' => 4,
            b'u' if rest
                .get(2..6)
                .is_some_and(|it| it.starts_with(['d', 'D']) && it.as_bytes()[1] > b'7') =>
            {
                12
            }
            b'u' => 6,
            b'U' => 10,
            _ => 1 + rest[1..].chars().next()?.len_utf8(),
        };
        self.skip(len.min(rest.len()))
    }
}
