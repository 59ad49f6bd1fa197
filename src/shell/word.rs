//! Reads the words of a shell script: quotes, expansions, here-documents and redirections.

use super::error::{Parsed, ScriptError, UnreadableCause};
use super::parse::Parser;
use super::syntax::{List, Part, Variable, Word};
use crate::text::span::Span;

/// Where a word, or a part of one, is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Without quotes, up to a blank or an operator.
    Bare,
    /// In double quotes.
    Double,
    /// In `${…}`, up to `}`, in double quotes or not.
    Brace { quoted: bool },
    /// In a here-document.
    HereDocument,
}

impl<'s> Parser<'s> {
    /// Reads a word without leading blanks; `None` if none starts.
    pub(super) fn word(&mut self) -> Parsed<Option<Word<'s>>> {
        let start = self.at;
        let mut parts = Vec::new();
        self.parts(Mode::Bare, &mut parts)?;
        parts.shrink_to_fit();
        Ok((self.at > start).then(|| Word { parts, span: Span::new(start, self.at) }))
    }

    pub(super) fn parts(&mut self, mode: Mode, parts: &mut Vec<Part<'s>>) -> Parsed<()> {
        let quoted = matches!(mode, Mode::Double | Mode::HereDocument | Mode::Brace { quoted: true });
        let mut from = self.at;
        loop {
            let Some(byte) = self.peek() else {
                self.text_part(from, quoted, parts);
                return Ok(());
            };
            let ends = match mode {
                Mode::Bare => self.ends_word(byte),
                Mode::Double => byte == b'"',
                Mode::Brace { .. } => byte == b'}',
                Mode::HereDocument => false,
            };
            if ends {
                self.text_part(from, quoted, parts);
                return Ok(());
            }
            let extended = mode == Mode::Bare && matches!(byte, b'?' | b'*' | b'+' | b'@' | b'!');
            match byte {
                b'\\' => {
                    self.text_part(from, quoted, parts);
                    self.escape(quoted, parts);
                }
                b'\'' if !quoted => {
                    self.text_part(from, quoted, parts);
                    self.single(parts)?;
                }
                b'"' if mode != Mode::HereDocument && mode != Mode::Double => {
                    self.text_part(from, quoted, parts);
                    self.double(parts)?;
                }
                b'$' | b'`' => {
                    self.text_part(from, quoted, parts);
                    if !self.expansion(quoted, parts)? {
                        from = self.at;
                        self.at += 1;
                        continue;
                    }
                }
                b'<' | b'>' if mode == Mode::Bare => {
                    self.text_part(from, quoted, parts);
                    let start = self.at;
                    self.at += 1;
                    let list = self.parenthesized()?;
                    parts.push(Part::Command { list, span: Span::new(start, self.at), process: true });
                }
                _ if extended && self.starts_with_pattern() => {
                    self.at += 1;
                    self.skip_parentheses()?;
                    continue;
                }
                _ => {
                    self.at += 1;
                    continue;
                }
            }
            from = self.at;
        }
    }

    fn ends_word(&self, byte: u8) -> bool {
        match byte {
            b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' => true,
            b'<' | b'>' => self.text.as_bytes().get(self.at + 1) != Some(&b'('),
            _ => false,
        }
    }

    /// Whether a pattern of Bash's `extglob` starts here: `@(a|b)`. Without the option its parenthesis is an operator.
    fn starts_with_pattern(&self) -> bool {
        let is_on = self.in_test || self.extglob.is_some_and(|it| it <= self.at);
        self.text.as_bytes().get(self.at + 1) == Some(&b'(') && is_on
    }

    /// Adds the text from `from` to here.
    fn text_part(&self, from: usize, quoted: bool, parts: &mut Vec<Part<'s>>) {
        if let Some(text) = self.text.get(from..self.at).filter(|text| !text.is_empty()) {
            parts.push(Part::Text { text, quoted });
        }
    }

    fn escape(&mut self, quoted: bool, parts: &mut Vec<Part<'s>>) {
        let start = self.at;
        self.at += 1;
        let Some(next) = self.rest().chars().next() else {
            return self.text_part(start, true, parts);
        };
        self.at += next.len_utf8();
        match next {
            '\n' => {}
            '$' | '`' | '"' | '\\' => self.text_part(start + 1, true, parts),
            // In double quotes the backslash stays.
            _ if quoted => self.text_part(start, true, parts),
            _ => self.text_part(start + 1, true, parts),
        }
    }

    fn single(&mut self, parts: &mut Vec<Part<'s>>) -> Parsed<()> {
        let start = self.at;
        let Some(len) = self.rest()[1..].find('\'') else {
            return self.error("the quote `'` that opens here is never closed", start, start + 1);
        };
        let text = &self.rest()[1..1 + len];
        parts.push(Part::Text { text, quoted: true });
        self.at += len + 2;
        Ok(())
    }

    /// Reads `$'…'`, in which a backslash protects a quote.
    fn ansi(&mut self, parts: &mut Vec<Part<'s>>) -> Parsed<()> {
        let start = self.at;
        let mut at = self.at + 2;
        let bytes = self.text.as_bytes();
        while at < self.end && bytes[at] != b'\'' {
            at += if bytes[at] == b'\\' { 2 } else { 1 };
        }
        if at >= self.end {
            return self.error("the quote `$'` that opens here is never closed", start, start + 2);
        }
        let text = self.text.get(start + 2..at).unwrap_or_default();
        parts.push(Part::Text { text, quoted: true });
        self.at = at + 1;
        Ok(())
    }

    fn double(&mut self, parts: &mut Vec<Part<'s>>) -> Parsed<()> {
        let (start, before) = (self.at, parts.len());
        self.at += 1;
        self.nested(|parser| parser.parts(Mode::Double, parts))?;
        if self.peek() != Some(b'"') {
            return self.error("the quote `\"` that opens here is never closed", start, start + 1);
        }
        if parts.len() == before {
            parts.push(Part::Text { text: "", quoted: true });
        }
        self.at += 1;
        Ok(())
    }

    /// Reads what `$` or a backquote starts; says whether it is an expansion at all.
    fn expansion(&mut self, quoted: bool, parts: &mut Vec<Part<'s>>) -> Parsed<bool> {
        let start = self.at;
        let rest = self.rest();
        let next = rest.as_bytes().get(1).copied().unwrap_or_default();
        if rest.starts_with('`') {
            parts.push(self.backquotes()?);
        } else if rest.starts_with("${") {
            let variable = self.nested(|parser| parser.braces(quoted))?;
            parts.push(Part::Variable(variable));
        } else if rest.starts_with("$((")
            && let Some(text) = self.arithmetic(3)
        {
            parts.push(Part::Arithmetic(text));
        } else if rest.starts_with("$(") {
            self.at += 1;
            let list = self.parenthesized()?;
            parts.push(Part::Command { list, span: Span::new(start, self.at), process: false });
        } else if rest.starts_with("$'") && !quoted {
            self.ansi(parts)?;
        } else if rest.starts_with("$\"") && !quoted {
            self.at += 1;
            self.double(parts)?;
        } else if next.is_ascii_alphabetic() || next == b'_' {
            let len = rest[1..].bytes().take_while(|it| it.is_ascii_alphanumeric() || *it == b'_').count();
            self.variable(1 + len, quoted, parts);
        } else if next.is_ascii_digit() || matches!(next, b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') {
            self.variable(2, quoted, parts);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn variable(&mut self, len: usize, quoted: bool, parts: &mut Vec<Part<'s>>) {
        let (start, name) = (self.at, &self.rest()[1..len]);
        self.at += len;
        let span = Span::new(start, self.at);
        parts.push(Part::Variable(Variable {
            name,
            operator: "",
            argument: Vec::new(),
            span,
            quoted,
            is_element: false,
        }));
    }

    /// Reads `${…}`.
    fn braces(&mut self, quoted: bool) -> Parsed<Variable<'s>> {
        let start = self.at;
        self.at += 2;
        let rest = self.rest();
        if self.is_for_bash && rest.starts_with(['}', '"', '\'', '$', '`']) {
            return self.bad_substitution(quoted);
        }
        let prefix = match rest.as_bytes() {
            [b'#', b'}', ..] => "",
            [b'#', next, ..] if !matches!(next, b':' | b'-' | b'=' | b'?' | b'+' | b'%' | b'#') => "#",
            [b'!', next, ..] if next.is_ascii_alphabetic() || *next == b'_' => "!",
            _ => "",
        };
        self.at += prefix.len();
        let rest = self.rest();
        let word = rest.bytes().take_while(|it| it.is_ascii_alphanumeric() || *it == b'_').count();
        let len = if word > 0 { word } else { rest.chars().next().map_or(0, char::len_utf8) };
        let name = &rest[..len];
        self.at += len;
        let is_element = self.peek() == Some(b'[');
        if is_element {
            let close = self.rest().find(']').map_or(self.rest().len(), |at| at + 1);
            self.at += close;
        }
        let operators = [":-", ":=", ":?", ":+", "##", "%%", "//", "/#", "/%", "^^", ",,"];
        let rest = self.rest();
        let len = if operators.iter().any(|it| rest.starts_with(it)) {
            2
        } else {
            usize::from(!rest.starts_with('}') && rest.is_char_boundary(1) && rest.len() > 1)
        };
        let operator = if len > 0 { &rest[..len] } else { prefix };
        self.at += len;
        let mut argument = Vec::new();
        self.parts(Mode::Brace { quoted }, &mut argument)?;
        argument.shrink_to_fit();
        if self.peek() != Some(b'}') {
            return self.error("`${` has no `}`", start, start + 2);
        }
        self.at += 1;
        Ok(Variable { name, operator, argument, span: Span::new(start, self.at), quoted, is_element })
    }

    /// Reads a `${…}` without a parameter up to its end, quotes and all: Bash does not look at it before it expands it.
    fn bad_substitution(&mut self, quoted: bool) -> Parsed<Variable<'s>> {
        let start = self.at - 2;
        self.parts(Mode::Brace { quoted }, &mut Vec::new())?;
        if self.peek() != Some(b'}') {
            return self.error("`${` has no `}`", start, start + 2);
        }
        self.at += 1;
        let span = Span::new(start, self.at);
        let message = "`${…}` contains no variable name".to_owned();
        self.late_errors.push(ScriptError { message, span, cause: UnreadableCause::Shell });
        Ok(Variable { name: "", operator: ":-", argument: Vec::new(), span, quoted, is_element: false })
    }

    /// Reads `( … )` of an expansion.
    fn parenthesized(&mut self) -> Parsed<List<'s>> {
        let start = self.at;
        self.at += 1;
        let documents = std::mem::take(&mut self.documents);
        let list = self.list()?;
        self.documents = documents;
        if self.peek() != Some(b')') {
            return self.error("`$(` has no `)`", start.saturating_sub(1), start + 1);
        }
        self.at += 1;
        Ok(list)
    }

    fn backquotes(&mut self) -> Parsed<Part<'s>> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let (mut at, mut escaped) = (start + 1, false);
        while at < self.end && bytes[at] != b'`' {
            escaped |= bytes[at] == b'\\' && matches!(bytes.get(at + 1), Some(b'`' | b'\\' | b'$'));
            at += if bytes[at] == b'\\' { 2 } else { 1 };
        }
        if at >= self.end {
            return self.error("the backquote that opens here is never closed", start, start + 1);
        }
        let mut list = List::default();
        // With escapes the commands are not the text as it stands; they are left alone.
        if !escaped {
            let end = std::mem::replace(&mut self.end, at);
            self.at = start + 1;
            let inner = self.list().and_then(|list| {
                if self.at == at {
                    return Ok(list);
                }
                self.error("the backquotes do not contain a complete command", start, at + 1)
            });
            self.end = end;
            list = match inner {
                // Bash reads what is between them when it runs it.
                Err(error) if self.is_for_bash && error.cause == UnreadableCause::Shell => {
                    self.late_errors.push(error);
                    List::default()
                }
                inner => inner?,
            };
        }
        self.at = at + 1;
        Ok(Part::Command { list, span: Span::new(start, at + 1), process: false })
    }

    /// Passes over `((…))` after `skip` characters, or stays where it is if this is none.
    pub(super) fn arithmetic(&mut self, skip: usize) -> Option<&'s str> {
        let start = self.at + skip;
        let mut depth = 0usize;
        for (offset, byte) in self.text.get(start..self.end)?.bytes().enumerate() {
            match byte {
                b'(' => depth += 1,
                b')' if depth > 0 => depth -= 1,
                b')' => {
                    let at = start + offset;
                    let whole = self.text.as_bytes().get(at + 1) == Some(&b')') && at + 1 < self.end;
                    self.at = if whole { at + 2 } else { self.at };
                    return whole.then(|| self.text.get(start..at)).flatten();
                }
                _ => {}
            }
        }
        None
    }

    /// Passes over parentheses with all that they hold, quotes too.
    fn skip_parentheses(&mut self) -> Parsed<()> {
        let start = self.at;
        let mut depth = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'\\' => self.at += 1,
                b'\'' => self.single(&mut Vec::new())?,
                b'"' => self.double(&mut Vec::new())?,
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if !matches!(byte, b'\'' | b'"') {
                self.at = (self.at + 1).min(self.end);
            }
            if depth == 0 {
                return Ok(());
            }
        }
        self.error("`(` has no `)`", start, start + 1)
    }

    /// Reads the pattern after `=~`, in which parentheses are no operators.
    pub(super) fn pattern(&mut self) -> Parsed<Word<'s>> {
        let start = self.at;
        while let Some(byte) = self.peek().filter(|byte| !byte.is_ascii_whitespace()) {
            match byte {
                b'(' => self.skip_parentheses()?,
                b'\'' => self.single(&mut Vec::new())?,
                b'"' => self.double(&mut Vec::new())?,
                b'\\' => self.at = (self.at + 2).min(self.end),
                _ => self.at += 1,
            }
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        if text.is_empty() {
            return self.error("`=~` has no pattern", start, start);
        }
        Ok(Word { parts: vec![Part::Text { text, quoted: true }], span: Span::new(start, self.at) })
    }
}
