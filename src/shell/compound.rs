//! Reads compound commands: `if`, loops, `case`, functions, arrays and `[[ … ]]`.

use super::error::Parsed;
use super::parse::Parser;
use super::syntax::{CommandKind, List, Word};
use crate::text::span::Span;

impl<'s> Parser<'s> {
    pub(super) fn subshell(&mut self, start: usize) -> Parsed<CommandKind<'s>> {
        self.at += 1;
        let list = self.some_list()?;
        if self.peek() != Some(b')') {
            return if self.at >= self.end {
                self.error("`(` has no `)`", start, start + 1)
            } else {
                Err(self.unexpected())
            };
        }
        self.at += 1;
        Ok(CommandKind::Subshell(list))
    }

    pub(super) fn if_clause(&mut self, start: usize) -> Parsed<CommandKind<'s>> {
        let mut branches = Vec::new();
        self.at += "if".len();
        loop {
            let condition = self.some_list()?;
            self.expect("then", "if", start)?;
            branches.push((condition, self.some_list()?));
            if !self.take_keyword("elif") {
                break;
            }
        }
        let otherwise = if self.take_keyword("else") { Some(self.some_list()?) } else { None };
        self.expect("fi", "if", start)?;
        Ok(CommandKind::If { branches, otherwise })
    }

    pub(super) fn do_group(&mut self, opening: &str, start: usize) -> Parsed<List<'s>> {
        self.expect("do", opening, start)?;
        let body = self.some_list()?;
        self.expect("done", opening, start)?;
        Ok(body)
    }

    pub(super) fn for_clause(&mut self, word: &str, start: usize) -> Parsed<CommandKind<'s>> {
        self.at += word.len();
        self.blanks();
        let (mut name, mut words, mut arithmetic) = ("", Vec::new(), None);
        if self.starts_with("((") {
            let open = self.at;
            let Some(text) = self.arithmetic(2) else {
                return self.error("`((` has no `))`", open, open + 2);
            };
            arithmetic = Some(text);
        } else {
            name = self.keyword();
            if name.is_empty() {
                return Err(self.unexpected());
            }
            self.at += name.len();
            self.newlines()?;
            if self.take_keyword("in") {
                self.blanks();
                while let Some(word) = self.word()? {
                    words.push(word);
                    self.blanks();
                }
            }
        }
        self.blanks();
        if self.peek() == Some(b';') && !self.starts_with(";;") {
            self.at += 1;
        }
        self.newlines()?;
        // Bash takes braces in place of `do` and `done`.
        let body = if self.take_keyword("{") {
            let body = self.some_list()?;
            self.expect("}", "{", start)?;
            body
        } else {
            self.do_group(word, start)?
        };
        Ok(CommandKind::For { name, words, arithmetic, body })
    }

    pub(super) fn case_clause(&mut self, start: usize) -> Parsed<CommandKind<'s>> {
        self.at += "case".len();
        self.blanks();
        let Some(subject) = self.word()? else { return Err(self.unexpected()) };
        self.expect("in", "case", start)?;
        let mut arms = Vec::new();
        loop {
            self.newlines()?;
            if self.take_keyword("esac") {
                return Ok(CommandKind::Case { subject, arms });
            }
            if self.at >= self.end {
                return self.error("`case` has no `esac`", start, start + 4);
            }
            if self.peek() == Some(b'(') {
                self.at += 1;
            }
            loop {
                self.blanks();
                if self.word()?.is_none() {
                    return Err(self.unexpected());
                }
                self.blanks();
                if self.peek() != Some(b'|') {
                    break;
                }
                self.at += 1;
            }
            if self.peek() != Some(b')') {
                return Err(self.unexpected());
            }
            self.at += 1;
            arms.push(self.list()?);
            let end = [";;&", ";;", ";&"].iter().find(|it| self.starts_with(it));
            self.at += end.map_or(0, |it| it.len());
            if end.is_none() && self.keyword() != "esac" && self.at < self.end {
                return Err(self.unexpected());
            }
        }
    }

    pub(super) fn empty_parentheses(&mut self) -> Parsed<()> {
        self.at += 1;
        self.blanks();
        if self.peek() != Some(b')') {
            return Err(self.unexpected());
        }
        self.at += 1;
        Ok(())
    }

    pub(super) fn function(&mut self, name: &'s str, keyword: bool) -> Parsed<CommandKind<'s>> {
        self.newlines()?;
        let body = self.nested(Self::command)?;
        Ok(CommandKind::Function { name, keyword, body: Box::new(body) })
    }

    pub(super) fn array(&mut self) -> Parsed<Word<'s>> {
        let start = self.at;
        self.at += 1;
        let mut parts = Vec::new();
        loop {
            self.newlines()?;
            if self.peek() == Some(b')') {
                self.at += 1;
                return Ok(Word { parts, span: Span::new(start, self.at) });
            }
            if self.at >= self.end {
                return self.error("`(` has no `)`", start, start + 1);
            }
            // Bash reads an index to its bracket, whatever stands between.
            if self.peek() == Some(b'[') && !self.rest().contains(']') {
                return self.error("`[` has no `]`", self.at, self.at + 1);
            }
            match self.word()? {
                Some(word) => parts.extend(word.parts),
                None => return Err(self.unexpected()),
            }
        }
    }

    /// Reads the words of `[[ … ]]`.
    pub(super) fn test(&mut self) -> Parsed<Vec<Word<'s>>> {
        let outer = std::mem::replace(&mut self.in_test, true);
        let words = self.test_words();
        self.in_test = outer;
        words
    }

    fn test_words(&mut self) -> Parsed<Vec<Word<'s>>> {
        let start = self.at;
        self.at += 2;
        let mut words: Vec<Word<'s>> = Vec::new();
        loop {
            self.newlines()?;
            if self.take_keyword("]]") {
                return Ok(words);
            }
            if words.last().is_some_and(|word| word.is("=~")) {
                words.push(self.pattern()?);
                continue;
            }
            match self.peek() {
                None => return self.error("`[[` has no `]]`", start, start + 2),
                Some(b'&' | b'|' | b'(' | b')' | b'<' | b'>') => self.at += 1,
                _ => match self.word()? {
                    Some(word) => words.push(word),
                    None => return Err(self.unexpected()),
                },
            }
        }
    }
}
