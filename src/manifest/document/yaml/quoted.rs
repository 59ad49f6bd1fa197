//! Scalars in quotes.

use super::chars::{is_blank, may_break};
use super::scalar::{Breaks, Content};
use super::scanner::Scanner;
use super::token::{Kind, Token};
use crate::manifest::document::data::Style;
use crate::manifest::document::fault::{Context, Outcome};

impl Scanner<'_> {
    /// A scalar in `'` or `"` (`yaml_parser_scan_flow_scalar`).
    pub(super) fn scan_quoted_scalar(&mut self, style: Style) -> Outcome<Token> {
        let start = self.at;
        let quote = self.peek(0);
        self.at += 1;
        let mut content = Content::new(self.at);
        loop {
            if self.is_document_indicator() {
                return self.fault("found unexpected document indicator", Context::QuotedScalar, start);
            }
            if self.is_at_end() {
                return self.fault("found unexpected end of stream", Context::QuotedScalar, start);
            }
            self.skip_quoted_run(quote);
            match self.peek(0) {
                b'\'' if quote == b'\'' && self.peek(1) == b'\'' => {
                    content.change(self.text, self.at, self.at + 2).push('\'');
                    self.at += 2;
                }
                byte if byte == quote => break,
                b'\\' if quote == b'"' => self.scan_escape(&mut content, start)?,
                0 => {}
                _ => {
                    let before = &self.text.as_bytes()[content.start..self.at];
                    let blanks = before.iter().rev().take_while(|&&it| is_blank(it)).count();
                    let end = self.at - blanks;
                    self.fold(&mut content, end);
                }
            }
        }
        let text = content.finish(self.text, self.at, self.offset);
        self.at += 1;
        Ok(Token { text, ..Token::new(Kind::Scalar(style), self.span(start, self.at)) })
    }

    /// Goes to the next quote, escape or line break.
    fn skip_quoted_run(&mut self, quote: u8) {
        let rest = &self.text.as_bytes()[self.at..];
        if self.survey.has_line_feeds_only {
            let escape = if quote == b'"' { b'\\' } else { quote };
            self.at += memchr::memchr3(quote, escape, b'\n', rest).unwrap_or(rest.len());
            return;
        }
        let is_stop = |byte: u8| byte == quote || byte == b'\\' || byte == 0 || may_break(byte);
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            self.at += rest.iter().position(|&it| is_stop(it)).unwrap_or(rest.len());
            let is_escape = quote == b'"' && self.peek(0) == b'\\';
            if self.peek(0) == quote || is_escape || self.is_line_end(0) {
                return;
            }
            self.at += 1;
        }
    }

    /// Joins the line whose content ends at `end` with the next one that is not empty.
    fn fold(&mut self, content: &mut Content, end: usize) {
        let mut breaks = Breaks::default();
        self.skip_breaks(&mut breaks);
        breaks.fold_into(content.change(self.text, end, self.at));
    }

    /// Moves past line breaks and the blanks around them.
    fn skip_breaks(&mut self, breaks: &mut Breaks) {
        loop {
            if is_blank(self.peek(0)) {
                self.at += 1;
            } else if self.break_length(0) > 0 {
                breaks.add(self.take_break());
            } else {
                return;
            }
        }
    }

    /// What starts with `\` in double quotes.
    fn scan_escape(&mut self, content: &mut Content, from: usize) -> Outcome<()> {
        if self.break_length(1) > 0 {
            // The line continues on the next one, without the blanks before that.
            let end = self.at;
            self.at += 1;
            self.take_break();
            let mut breaks = Breaks::default();
            self.skip_breaks(&mut breaks);
            breaks.write_into(content.change(self.text, end, self.at));
            return Ok(());
        }
        let digits = match self.peek(1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            other => {
                let Some(character) = escaped(other) else {
                    return self.fault("found unknown escape character", Context::QuotedScalar, from);
                };
                content.change(self.text, self.at, self.at + 2).push(character);
                self.at += 2;
                return Ok(());
            }
        };
        let start = self.at;
        self.at += 2;
        let hex = self.text.as_bytes().get(self.at..self.at + digits).unwrap_or_default();
        let code = hex.iter().try_fold(0, |code, &it| Some(code << 4 | (it as char).to_digit(16)?));
        let Some(code) = code.filter(|_| hex.len() == digits) else {
            return self.fault("did not find expected hexdecimal number", Context::QuotedScalar, from);
        };
        let Some(character) = char::from_u32(code) else {
            let words = "found invalid Unicode character escape code";
            return self.fault(words, Context::QuotedScalar, from);
        };
        self.at += digits;
        content.change(self.text, start, self.at).push(character);
        Ok(())
    }
}

/// Returns the character that a letter after `\` stands for.
fn escaped(letter: u8) -> Option<char> {
    Some(match letter {
        b'0' => '\0',
        b'a' => '\x07',
        b'b' => '\x08',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\x0b',
        b'f' => '\x0c',
        b'r' => '\r',
        b'e' => '\x1b',
        b' ' => ' ',
        b'"' => '"',
        b'\'' => '\'',
        b'\\' => '\\',
        b'N' => '\u{85}',
        b'_' => '\u{a0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        _ => return None,
    })
}
