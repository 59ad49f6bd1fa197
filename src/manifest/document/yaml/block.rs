//! Block scalars: the lines below `|` or `>`.

use super::chars::is_blank;
use super::scalar::Breaks;
use super::scanner::Scanner;
use super::token::{Kind, Token};
use crate::manifest::document::data::{Style, Text};
use crate::manifest::document::fault::{Context, Outcome};

/// What becomes of the line breaks at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    /// `-`: they are dropped.
    Strip,
    /// The first one is kept.
    Clip,
    /// `+`: they are kept.
    Keep,
}

/// The content of a block scalar, as far as it is read.
#[derive(Default)]
struct Lines {
    /// The only line so far, as a place in the text.
    only: Option<(usize, usize)>,
    text: String,
    /// The break of the last line, and those of the empty lines after it.
    breaks: Breaks,
    /// Whether the last line starts with a blank, so that nothing is folded.
    is_indented: bool,
}

impl Scanner<'_> {
    /// A literal or folded scalar (`yaml_parser_scan_block_scalar`).
    pub(super) fn scan_block_scalar(&mut self, style: Style) -> Outcome<Token> {
        let start = self.at;
        self.at += 1;
        let (chomping, increment) = self.scan_block_header(start)?;
        let around = usize::try_from(self.indent).unwrap_or(0);
        let mut indent = increment.map_or(0, |increment| around + increment);
        let mut lines = Lines::default();
        let mut end = self.skip_empty_lines(&mut indent, &mut lines.breaks.rest, start)?;
        while self.at - self.line_start == indent && !self.is_at_end() {
            self.take_block_line(&mut lines, style);
            end = self.skip_empty_lines(&mut indent, &mut lines.breaks.rest, start)?;
        }
        let text = self.chomp(lines, chomping);
        Ok(Token { text, ..Token::new(Kind::Scalar(style), self.span(start, end)) })
    }

    /// Moves past the header's line, and returns what it says.
    fn scan_block_header(&mut self, from: usize) -> Outcome<(Chomping, Option<usize>)> {
        let (mut chomping, mut increment) = (None, None);
        // The two indicators stand in any order.
        for _ in 0..2 {
            match self.peek(0) {
                b'-' if chomping.is_none() => chomping = Some(Chomping::Strip),
                b'+' if chomping.is_none() => chomping = Some(Chomping::Keep),
                b'0' if increment.is_none() => {
                    let words = "found an indentation indicator equal to 0";
                    return self.fault(words, Context::BlockScalar, from);
                }
                digit @ b'1'..=b'9' if increment.is_none() => increment = Some(usize::from(digit - b'0')),
                _ => break,
            }
            self.at += 1;
        }
        self.skip_blanks();
        self.skip_comment();
        if !self.is_line_end(0) {
            let words = "did not find expected comment or line break";
            return self.fault(words, Context::BlockScalar, from);
        }
        if !self.is_at_end() {
            self.take_break();
        }
        Ok((chomping.unwrap_or(Chomping::Clip), increment))
    }

    /// Moves past empty lines and the indentation of the next one, and returns where the last of them ends; an `indent` of
    /// 0 becomes what the lines show (`yaml_parser_scan_block_scalar_breaks`).
    fn skip_empty_lines(&mut self, indent: &mut usize, breaks: &mut String, from: usize) -> Outcome<usize> {
        let (mut end, mut deepest) = (self.at, 0);
        loop {
            let is_open = |it: &Self| *indent == 0 || it.at - it.line_start < *indent;
            while is_open(self) && self.peek(0) == b' ' {
                self.at += 1;
            }
            deepest = deepest.max(self.at - self.line_start);
            if is_open(self) && self.peek(0) == b'\t' {
                let words = "found a tab character where an indentation space is expected";
                return self.fault(words, Context::BlockScalar, from);
            }
            if self.break_length(0) == 0 {
                break;
            }
            breaks.push(self.take_break());
            end = self.at;
        }
        if *indent == 0 {
            let around = usize::try_from(self.indent + 1).unwrap_or(0);
            *indent = deepest.max(around).max(1);
        }
        Ok(end)
    }

    /// Takes a line of content with its break.
    fn take_block_line(&mut self, lines: &mut Lines, style: Style) {
        let (is_indented, start) = (is_blank(self.peek(0)), self.at);
        self.skip_to_line_end();
        let line = (start, self.at);
        let Lines { only, text, breaks, is_indented: was_indented } = lines;
        if only.is_none() && text.is_empty() && breaks.first.is_none() && breaks.rest.is_empty() {
            *only = Some(line);
        } else {
            if let Some((start, end)) = only.take() {
                text.push_str(&self.text[start..end]);
            }
            if style == Style::Folded && !*was_indented && !is_indented {
                breaks.fold_into(text);
            } else {
                breaks.write_into(text);
            }
            text.push_str(&self.text[line.0..line.1]);
        }
        *was_indented = is_indented;
        if self.break_length(0) > 0 {
            breaks.first = Some(self.take_break());
        }
    }

    /// Ends the content, with the breaks after it that are to stay.
    fn chomp(&self, lines: Lines, chomping: Chomping) -> Text {
        let Lines { only, mut text, breaks: Breaks { first, rest }, .. } = lines;
        let first = first.filter(|_| chomping != Chomping::Strip);
        let rest = if chomping == Chomping::Keep { rest } else { String::new() };
        if let Some((start, end)) = only {
            // The break may be another one in the source, or not be there.
            let is_written = self.text.as_bytes().get(end) == Some(&b'\n') && end < self.length;
            match first {
                None if rest.is_empty() => return Text::Source(self.span(start, end)),
                Some('\n') if is_written && rest.is_empty() => {
                    return Text::Source(self.span(start, end + 1));
                }
                _ => text.push_str(&self.text[start..end]),
            }
        }
        text.extend(first);
        text.push_str(&rest);
        Text::Owned(text.into())
    }
}
