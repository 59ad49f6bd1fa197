//! Scalars without quotes.

use super::chars::{is_blank, is_flow_indicator, may_break, may_end_plain};
use super::scalar::{Breaks, Content};
use super::scanner::Scanner;
use super::token::{Kind, Token};
use crate::manifest::document::data::Style;
use crate::manifest::document::fault::{Context, Outcome};

impl Scanner<'_> {
    /// A scalar without quotes, which may continue on the lines below (`yaml_parser_scan_plain_scalar`).
    pub(super) fn scan_plain_scalar(&mut self) -> Outcome<Token> {
        let start = self.at;
        self.skip_plain_run();
        let (mut content, mut breaks, mut end) = (Content::new(start), Breaks::default(), self.at);
        while is_blank(self.peek(0)) || self.break_length(0) > 0 {
            self.skip_folded_blanks(&mut breaks, start)?;
            let is_outside = !self.is_in_flow() && (self.column() as isize) < self.indent + 1;
            if is_outside || self.is_document_indicator() || self.peek(0) == b'#' {
                break;
            }
            let run = self.at;
            self.skip_plain_run();
            if self.at > run {
                if breaks.first.is_some() {
                    breaks.fold_into(content.change(self.text, end, run));
                }
                end = self.at;
            }
        }
        if breaks.first.is_some() {
            self.may_start_key = true;
        }
        let text = content.finish(self.text, end, self.offset);
        Ok(Token { text, ..Token::new(Kind::Scalar(Style::Plain), self.span(start, end)) })
    }

    /// Moves past characters that are not blank and end no plain scalar.
    fn skip_plain_run(&mut self) {
        let is_in_flow = self.is_in_flow();
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            self.at += rest.iter().position(|&it| may_end_plain(it, is_in_flow)).unwrap_or(rest.len());
            let byte = self.peek(0);
            let is_end = match byte {
                b':' => self.is_word_end(1),
                _ => self.is_word_end(0) || is_in_flow && is_flow_indicator(byte),
            };
            if is_end {
                return;
            }
            self.at += 1;
        }
    }

    /// Moves past blanks and line breaks in a plain scalar.
    fn skip_folded_blanks(&mut self, breaks: &mut Breaks, from: usize) -> Outcome<()> {
        loop {
            self.skip_spaces();
            let is_indenting = breaks.first.is_some();
            match self.peek(0) {
                b'\t' if is_indenting && (self.column() as isize) < self.indent + 1 => {
                    let words = "found a tab character that violates indentation";
                    return self.fault(words, Context::PlainScalar, from);
                }
                b'\t' => self.at += 1,
                byte if may_break(byte) && self.break_length(0) > 0 => breaks.add(self.take_break()),
                _ => return Ok(()),
            }
        }
    }
}
