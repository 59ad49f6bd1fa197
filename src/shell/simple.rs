//! Reads simple commands, and the assignments before their words.

use super::error::Parsed;
use super::parse::Parser;
use super::syntax::{Assignment, Command, CommandKind, Part, Word};
use crate::text::span::Span;

impl<'s> Parser<'s> {
    /// Reads a simple command: its assignments, words and redirections, or a function that begins like one.
    pub(super) fn simple(&mut self) -> Parsed<Command<'s>> {
        let start = self.at;
        let mut end = start;
        let (mut assignments, mut words, mut redirections): (Vec<Assignment<'s>>, Vec<Word<'s>>, _) =
            (Vec::new(), Vec::new(), Vec::new());
        loop {
            self.blanks();
            let before = self.at;
            if let Some(redirection) = self.redirection()? {
                redirections.push(redirection);
            } else if let Some(assignment) = self.assignment(words.is_empty())? {
                if words.is_empty() {
                    assignments.push(assignment);
                } else {
                    // `export A=(1 2)`
                    let Assignment { span, mut value, .. } = assignment;
                    let name = Span { start: span.start, end: value.span.start }.text(self.text);
                    value.parts.insert(0, Part::Text { text: name, quoted: false });
                    words.push(Word { parts: value.parts, span });
                }
            } else if let Some(word) = self.word()? {
                words.push(word);
            } else {
                break;
            }
            end = self.at;
            self.blanks();
            if words.len() == 1
                && assignments.is_empty()
                && redirections.is_empty()
                && self.peek() == Some(b'(')
            {
                let name = self.text.get(before..end).unwrap_or_default();
                self.empty_parentheses()?;
                let kind = self.function(name, false)?;
                return Ok(Command::new(kind, redirections, Span::new(start, self.at)));
            }
        }
        if assignments.is_empty() && words.is_empty() && redirections.is_empty() {
            return Err(self.unexpected());
        }
        // Scripts consist of these, and a list has room for four from the first one on.
        assignments.shrink_to_fit();
        words.shrink_to_fit();
        redirections.shrink_to_fit();
        let kind = CommandKind::Simple { assignments, words };
        Ok(Command::new(kind, redirections, Span::new(start, end)))
    }

    /// Reads `NAME=value`; after the name of a command only where the value is an array.
    fn assignment(&mut self, any: bool) -> Parsed<Option<Assignment<'s>>> {
        let (start, rest) = (self.at, self.rest());
        let len = rest.bytes().take_while(|it| it.is_ascii_alphanumeric() || *it == b'_').count();
        if len == 0 || rest.as_bytes()[0].is_ascii_digit() {
            return Ok(None);
        }
        let (name, mut after) = rest.split_at(len);
        let element = after.starts_with('[');
        if element {
            let len = after.bytes().take_while(|it| !matches!(it, b']' | b'\n' | b' ')).count();
            let Some(close) = after[len..].starts_with(']').then_some(len) else { return Ok(None) };
            after = &after[close + 1..];
        }
        let append = after.starts_with("+=");
        let Some(value) = after.strip_prefix('=').or_else(|| after.strip_prefix("+=")) else {
            return Ok(None);
        };
        if !any && !value.starts_with('(') {
            return Ok(None);
        }
        self.at += rest.len() - value.len();
        let array = self.peek() == Some(b'(');
        let value = if array { self.array()? } else { self.word()?.unwrap_or_default() };
        let span = Span::new(start, self.at);
        Ok(Some(Assignment { name, value, array: array || element, append, span }))
    }
}
