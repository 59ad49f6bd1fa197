//! The scanner's place in the text, and the tokens that wait for the parser.

use std::collections::VecDeque;

use super::chars::{Survey, is_blank, may_break};
use super::token::{Kind, Token};
use crate::manifest::document::data::Comment;
use crate::manifest::document::fault::{Context, Fault, Outcome};
use crate::text::span::{Span, to_u32};

/// A place where a key without `?` may have started (`yaml_simple_key_t`).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SimpleKey {
    pub(super) is_possible: bool,
    /// Whether anything but a key is an error there.
    pub(super) is_required: bool,
    /// Whether the token is to wait until it is known whether it is a key (`simple_keys_by_tok`).
    pub(super) is_awaited: bool,
    /// The number of its token, from the start of the text.
    pub(super) number: usize,
    pub(super) mark: Mark,
}

/// A place in the text (`yaml_mark_t`).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    /// In bytes of the part that is read.
    pub(super) at: usize,
    pub(super) line: usize,
    /// In characters, from 0.
    pub(super) column: usize,
}

/// The state of the scanner (the half of `yaml_parser_t` that it uses).
pub(super) struct Scanner<'a> {
    /// The text, which ends with a line feed.
    pub(super) text: &'a str,
    /// How much of it stands in the source: the last line feed may not.
    pub(super) length: usize,
    pub(super) survey: Survey,
    /// Where the text starts in the source.
    pub(super) offset: usize,
    /// The next byte.
    pub(super) at: usize,
    pub(super) line: usize,
    pub(super) line_start: usize,
    /// How many bytes of characters before `counted` on this line are not the first of their character.
    trailing: usize,
    counted: usize,
    /// One for each open bracket, and one for the block around them.
    pub(super) keys: Vec<SimpleKey>,
    pub(super) may_start_key: bool,
    /// The column of the block, -1 outside of any.
    pub(super) indent: isize,
    pub(super) indents: Vec<isize>,
    tokens: VecDeque<Token>,
    /// What the token is that the parser gets next, once no `:` after it can change that (`token_available`).
    pub(super) decided: Option<Kind>,
    /// How many tokens the parser has taken.
    taken: usize,
    pub(super) comments: Vec<Comment>,
}

impl<'a> Scanner<'a> {
    /// Starts at the beginning of a text (`yaml_parser_fetch_stream_start`).
    pub(super) fn new(text: &'a str, length: usize, survey: Survey, offset: usize) -> Self {
        Scanner {
            text,
            length,
            survey,
            offset,
            at: 0,
            line: 0,
            line_start: 0,
            trailing: 0,
            counted: 0,
            keys: vec![SimpleKey::default()],
            may_start_key: true,
            indent: -1,
            indents: Vec::with_capacity(16),
            tokens: VecDeque::with_capacity(16),
            decided: None,
            taken: 0,
            comments: Vec::new(),
        }
    }

    /// Returns the byte that stands `ahead` bytes further on, and NUL after the end.
    #[inline]
    pub(super) fn peek(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Whether the end is reached (`is_z`).
    pub(super) fn is_at_end(&self) -> bool {
        self.peek(0) == 0
    }

    /// Returns how many bytes of a line break stand `ahead` bytes further on, 0 for none (`is_break`, `skip_line`).
    ///
    /// kubectl takes the `\r` before each `\n` away, so that `\r\r\n` is one break to go-yaml.
    #[inline]
    pub(super) fn break_length(&self, ahead: usize) -> usize {
        match self.peek(ahead) {
            b'\n' => 1,
            b'\r' => match (self.peek(ahead + 1), self.peek(ahead + 2)) {
                (b'\n', _) => 2,
                (b'\r', b'\n') if self.at + ahead + 2 < self.length => 3,
                _ => 1,
            },
            0xc2 if self.peek(ahead + 1) == 0x85 => 2,
            0xe2 if self.peek(ahead + 1) == 0x80 && matches!(self.peek(ahead + 2), 0xa8 | 0xa9) => 3,
            _ => 0,
        }
    }

    /// Whether a line ends `ahead` bytes further on (`is_breakz`).
    pub(super) fn is_line_end(&self, ahead: usize) -> bool {
        let byte = self.peek(ahead);
        byte == 0 || may_break(byte) && self.break_length(ahead) > 0
    }

    /// Whether a blank, a line break or the end is `ahead` bytes further on (`is_blankz`).
    #[inline]
    pub(super) fn is_word_end(&self, ahead: usize) -> bool {
        is_blank(self.peek(ahead)) || self.is_line_end(ahead)
    }

    /// Whether the mark `---` or `...` stands at the start of the line here.
    #[inline]
    pub(super) fn is_document_indicator(&self) -> bool {
        let is_mark = || {
            let rest = &self.text.as_bytes()[self.at..];
            (rest.starts_with(b"---") || rest.starts_with(b"...")) && self.is_word_end(3)
        };
        self.at == self.line_start && is_mark()
    }

    /// Moves past a line break, and returns the character that it counts as (`skip_line`, `read_line`).
    pub(super) fn take_break(&mut self) -> char {
        if self.peek(0) == b'\n' {
            self.at += 1;
            self.start_line();
            return '\n';
        }
        let length = self.break_length(0);
        let character = match self.peek(2) {
            0xa8 if length == 3 => '\u{2028}',
            0xa9 if length == 3 => '\u{2029}',
            _ => '\n',
        };
        self.at += length;
        self.start_line();
        character
    }

    /// Starts a new line here.
    pub(super) fn start_line(&mut self) {
        self.line += 1;
        self.line_start = self.at;
        self.counted = self.at;
        self.trailing = 0;
    }

    /// Moves past the spaces here.
    #[inline]
    pub(super) fn skip_spaces(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|&it| it != b' ').unwrap_or(rest.len());
    }

    /// Moves past the blanks here.
    pub(super) fn skip_blanks(&mut self) {
        while is_blank(self.peek(0)) {
            self.at += 1;
        }
    }

    /// Goes to the end of the line.
    pub(super) fn skip_to_line_end(&mut self) {
        if self.survey.has_line_feeds_only {
            let rest = &self.text.as_bytes()[self.at..];
            self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            return;
        }
        while !self.is_line_end(0) {
            self.at += 1;
        }
    }

    /// Moves past a comment, if one starts here.
    pub(super) fn skip_comment(&mut self) {
        if self.peek(0) != b'#' {
            return;
        }
        let start = self.at;
        self.skip_to_line_end();
        let before = &self.text.as_bytes()[self.line_start..start];
        let own_line = before.iter().all(|&it| is_blank(it));
        let comment = Comment { span: self.span(start, self.at), own_line };
        self.comments.push(comment);
    }

    /// Returns the column, in characters from 0.
    #[inline]
    pub(super) fn column(&mut self) -> usize {
        if !self.survey.is_ascii {
            let passed = &self.text.as_bytes()[self.counted..self.at];
            self.trailing += passed.iter().filter(|&&it| it & 0xc0 == 0x80).count();
            self.counted = self.at;
        }
        self.at - self.line_start - self.trailing
    }

    pub(super) fn mark(&mut self) -> Mark {
        Mark { at: self.at, line: self.line, column: self.column() }
    }

    /// Returns the place in the source of a part of the text.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.offset + start.min(self.length), self.offset + end.min(self.length))
    }

    /// Makes the error that reading `context`, which starts at `from`, stops here.
    pub(super) fn fault<T>(&self, words: &'static str, context: Context, from: usize) -> Outcome<T> {
        let Span { start, end } = self.span(from, self.at);
        let line = if self.line > 0 { to_u32(self.line + 1) } else { 0 };
        Err(Box::new(Fault { words: words.into(), line, context, from: start, at: end }))
    }

    /// Returns the line, from 0, of an offset in the source.
    pub(super) fn line_of(&self, offset: u32) -> usize {
        let end = offset as usize - self.offset;
        if end >= self.length {
            return self.line;
        }
        let mut lines = Scanner::new(&self.text[..end], end, self.survey, self.offset);
        while lines.at < end {
            // Only a break ends a line here: a NUL, which ends a text, may stand in the middle of what is read as it is.
            if lines.break_length(0) > 0 {
                lines.take_break();
            } else {
                lines.at += 1;
            }
        }
        lines.line
    }

    /// Adds a token that goes from `start` to here.
    #[inline]
    pub(super) fn push(&mut self, kind: Kind, start: usize) {
        let token = Token::new(kind, self.span(start, self.at));
        self.tokens.push_back(token);
    }

    pub(super) fn push_token(&mut self, token: Token) {
        self.tokens.push_back(token);
    }

    /// Puts a token without a text before the one with this number; after all where that one is taken already
    /// (`yaml_insert_token`).
    pub(super) fn insert(&mut self, kind: Kind, number: usize, at: usize) {
        let place = number.checked_sub(self.taken).unwrap_or(self.tokens.len());
        let token = Token::new(kind, self.span(at, at));
        self.tokens.insert(place.min(self.tokens.len()), token);
    }

    /// Returns the number that the next token gets.
    pub(super) fn next_number(&self) -> usize {
        self.taken + self.tokens.len()
    }

    /// Returns the number of the token that the parser gets next, if there is one yet.
    pub(super) fn head_number(&self) -> Option<usize> {
        (!self.tokens.is_empty()).then_some(self.taken)
    }

    /// Returns the token that the parser gets next, once it is fetched.
    pub(super) fn head(&self) -> Option<&Token> {
        self.tokens.front()
    }

    /// Takes the next token out (`skip_token`).
    #[inline]
    pub(super) fn take_head(&mut self) -> Option<Token> {
        self.taken += 1;
        self.decided = None;
        self.tokens.pop_front()
    }

    /// Whether brackets are open.
    #[inline]
    pub(super) fn is_in_flow(&self) -> bool {
        self.keys.len() > 1
    }
}
