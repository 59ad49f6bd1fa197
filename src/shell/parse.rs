//! Reads a shell script: POSIX with what Bash adds (POSIX.1-2024, XCU 2.10; the Bash manual, chapter 3).
//!
//! Every construct of Bash is taken, also for `sh`; which of them a plain `sh` lacks is for rules to say.

use super::error::{Parsed, ScriptError, UnreadableCause};
use super::extglob::extglob_from;
use super::syntax::{AndOr, Command, CommandKind, List, Operator, Pipeline, Tree, Word};
use crate::text::span::Span;

/// Deeper nesting than this is not read.
const MAX_DEPTH: usize = 60;

/// Linux starts no program with an argument longer than this (`MAX_ARG_STRLEN`, `include/uapi/linux/binfmts.h`).
pub const MAX_LENGTH: usize = 128 << 10;

/// Reads a whole script in which no backslash continues a word or an operator on the next line. Bash reads past what it
/// cannot expand, where other shells stop.
pub(super) fn parse_as_written(text: &str, is_for_bash: bool) -> Parsed<Tree<'_>> {
    let mut parser = Parser {
        text,
        at: 0,
        end: text.len(),
        depth: 0,
        in_test: false,
        extglob: extglob_from(text),
        is_for_bash,
        documents: Vec::new(),
        bodies: Vec::new(),
        texts: Vec::new(),
        late_errors: Vec::new(),
    };
    if text.len() > MAX_LENGTH {
        let message = format!(
            "it has {} bytes, and only scripts of up to {} KiB are read, as many as Linux accepts as an argument",
            text.len(),
            MAX_LENGTH / 1024
        );
        return Err(ScriptError { message, span: Span::new(0, 0), cause: UnreadableCause::Limit });
    }
    let list = parser.list()?;
    if parser.at < parser.end {
        return Err(parser.unexpected());
    }
    let Parser { bodies, texts, late_errors, .. } = parser;
    Ok(Tree { list, documents: bodies, texts, late_errors })
}

/// A here-document whose text is still to come.
pub(super) struct HereDocument {
    pub(super) delimiter: String,
    pub(super) quoted: bool,
    pub(super) dashed: bool,
}

pub(super) struct Parser<'s> {
    pub(super) text: &'s str,
    pub(super) at: usize,
    /// Where the part that is read ends: the closing backquote, or the end of the script.
    pub(super) end: usize,
    depth: usize,
    /// Whether it is in `[[ … ]]`, where patterns need no option.
    pub(super) in_test: bool,
    /// From where on `extglob` may be on.
    pub(super) extglob: Option<usize>,
    /// Whether Bash reads the script.
    pub(super) is_for_bash: bool,
    pub(super) documents: Vec<HereDocument>,
    pub(super) bodies: Vec<Word<'s>>,
    pub(super) texts: Vec<Span>,
    pub(super) late_errors: Vec<ScriptError>,
}

/// The words that end a list where a command could start.
const ENDINGS: [&str; 7] = ["then", "elif", "else", "fi", "do", "done", "esac"];

impl<'s> Parser<'s> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied().filter(|_| self.at < self.end)
    }

    pub(super) fn rest(&self) -> &'s str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    pub(super) fn starts_with(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    pub(super) fn error<T>(&self, message: impl Into<String>, start: usize, end: usize) -> Parsed<T> {
        Err(ScriptError {
            message: message.into(),
            span: Span::new(start, end),
            cause: UnreadableCause::Shell,
        })
    }

    /// Returns the error for what stands here and cannot.
    pub(super) fn unexpected(&self) -> ScriptError {
        let rest = self.rest();
        let operator =
            ["&&", "||", ";;", "<<", ">>"].iter().find(|it| rest.starts_with(**it)).map(|it| it.len());
        let word = rest.bytes().take_while(|it| it.is_ascii_alphanumeric() || *it == b'_').count();
        let len =
            operator.unwrap_or(if word > 0 { word } else { rest.chars().next().map_or(0, char::len_utf8) });
        let message = match &rest[..len] {
            "" => "the script ends in the middle of a command".to_owned(),
            "\n" => "the line ends in the middle of a command".to_owned(),
            found => format!("`{found}` is not allowed here"),
        };
        ScriptError { message, span: Span::new(self.at, self.at + len), cause: UnreadableCause::Shell }
    }

    /// Goes one level down, if that is not too deep.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            let message = format!("it is nested more than {MAX_DEPTH} levels deep");
            return Err(ScriptError {
                message,
                span: Span::new(self.at, self.at),
                cause: UnreadableCause::Limit,
            });
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Passes over blanks, comments and joined lines.
    pub(super) fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'\\') if self.starts_with("\\\n") => self.at += 2,
                Some(b'#') => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                _ => break,
            }
        }
    }

    /// Passes over ends of lines, and reads the here-documents that follow them.
    pub(super) fn newlines(&mut self) -> Parsed<()> {
        self.blanks();
        while self.peek() == Some(b'\n') {
            self.at += 1;
            self.here_documents();
            self.blanks();
        }
        Ok(())
    }

    /// Returns the word of letters that stands here on its own.
    pub(super) fn keyword(&self) -> &'s str {
        let rest = self.rest();
        let ends =
            |it: u8| matches!(it, b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>');
        let len = rest.bytes().position(ends).unwrap_or(rest.len());
        &rest[..len]
    }

    pub(super) fn take_keyword(&mut self, word: &str) -> bool {
        let found = self.starts_with(word) && self.keyword() == word;
        if found {
            self.at += word.len();
        }
        found
    }

    /// Passes over a word that has to come, to end what started at `start`.
    pub(super) fn expect(&mut self, word: &str, opening: &str, start: usize) -> Parsed<()> {
        self.newlines()?;
        if self.take_keyword(word) {
            return Ok(());
        }
        if self.at >= self.end {
            return self.error(format!("`{opening}` has no `{word}`"), start, start + opening.len());
        }
        let found = self.unexpected();
        let message = format!("the `{opening}` needs `{word}` before `{}`", found.span.text(self.text));
        Err(ScriptError { message, ..found })
    }

    fn at_end_of_list(&self) -> bool {
        match self.peek() {
            None | Some(b')') => true,
            Some(b';') => self.starts_with(";;") || self.starts_with(";&"),
            Some(b'}') => self.keyword() == "}",
            Some(b't' | b'e' | b'f' | b'd') => ENDINGS.contains(&self.keyword()),
            Some(_) => false,
        }
    }

    /// Reads commands up to a word or sign that ends them.
    pub(super) fn list(&mut self) -> Parsed<List<'s>> {
        self.nested(|parser| {
            let mut items = Vec::new();
            loop {
                parser.newlines()?;
                if parser.at_end_of_list() {
                    items.shrink_to_fit();
                    return Ok(List { items });
                }
                let mut item = parser.and_or()?;
                parser.blanks();
                let ends_case = parser.starts_with(";;") || parser.starts_with(";&");
                match parser.peek() {
                    Some(b';') if !ends_case => parser.at += 1,
                    Some(b'&') if !parser.starts_with("&&") => {
                        parser.at += 1;
                        item.background = true;
                    }
                    Some(b'\n') => {}
                    // After `)` and the like a word can end the list on the same line.
                    _ if parser.at_end_of_list() => {}
                    _ => return Err(parser.unexpected()),
                }
                items.push(item);
            }
        })
    }

    /// Reads commands that have to be there.
    pub(super) fn some_list(&mut self) -> Parsed<List<'s>> {
        let list = self.list()?;
        if list.items.is_empty() { Err(self.unexpected()) } else { Ok(list) }
    }

    fn and_or(&mut self) -> Parsed<AndOr<'s>> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            self.blanks();
            let operator = if self.starts_with("&&") {
                Operator::And
            } else if self.starts_with("||") {
                Operator::Or
            } else {
                return Ok(AndOr { first, rest, background: false });
            };
            self.at += 2;
            self.newlines()?;
            rest.push((operator, self.pipeline()?));
        }
    }

    fn pipeline(&mut self) -> Parsed<Pipeline<'s>> {
        let mut negated = false;
        while self.take_keyword("!") {
            negated = !negated;
            self.blanks();
        }
        if self.take_keyword("time") {
            self.blanks();
            if self.take_keyword("-p") {
                self.blanks();
            }
        }
        let mut commands = vec![self.command()?];
        loop {
            self.blanks();
            if self.peek() != Some(b'|') || self.starts_with("||") {
                return Ok(Pipeline { negated, commands });
            }
            self.at += if self.starts_with("|&") { 2 } else { 1 };
            self.newlines()?;
            // `!` turns a whole pipeline around, not a part of it.
            if self.keyword() == "!" {
                return Err(self.unexpected());
            }
            commands.push(self.command()?);
        }
    }

    pub(super) fn command(&mut self) -> Parsed<Command<'s>> {
        let start = self.at;
        let kind = match self.keyword() {
            "{" => {
                self.at += 1;
                let list = self.some_list()?;
                self.expect("}", "{", start)?;
                CommandKind::Group(list)
            }
            "if" => self.if_clause(start)?,
            word @ ("while" | "until") => {
                self.at += word.len();
                let condition = self.some_list()?;
                let body = self.do_group(word, start)?;
                CommandKind::Loop { until: word == "until", condition, body }
            }
            word @ ("for" | "select") => self.for_clause(word, start)?,
            "case" => self.case_clause(start)?,
            "function" => {
                self.at += "function".len();
                self.blanks();
                let name = self.keyword();
                self.at += name.len();
                self.blanks();
                if self.starts_with("(") {
                    self.empty_parentheses()?;
                }
                self.function(name, true)?
            }
            "coproc" => {
                let span = Span::new(start, start + "coproc".len());
                let message = "it uses `coproc`, which batchlint does not support".to_owned();
                return Err(ScriptError { message, span, cause: UnreadableCause::Unsupported });
            }
            "[[" => CommandKind::Test(self.test()?),
            _ if self.starts_with("((") => match self.arithmetic(2) {
                Some(text) => CommandKind::Arithmetic(text),
                None => self.subshell(start)?,
            },
            _ if self.starts_with("(") => self.subshell(start)?,
            word if ENDINGS.contains(&word) || word == "}" || word == "in" && self.depth == 0 => {
                return Err(self.unexpected());
            }
            _ => return self.simple(),
        };
        let end = self.at;
        let mut command = Command::new(kind, Vec::new(), Span::new(start, end));
        loop {
            self.blanks();
            match self.redirection()? {
                Some(redirection) => command.redirections.push(redirection),
                None => return Ok(command),
            }
            command.span = Span::new(start, self.at);
        }
    }
}
