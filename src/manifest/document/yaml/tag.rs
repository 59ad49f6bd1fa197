//! Anchors, aliases, tags and directives.

use super::chars::{is_alpha, is_blank, is_uri};
use super::scanner::Scanner;
use super::token::{Kind, Token};
use crate::manifest::document::data::Text;
use crate::manifest::document::fault::{Context, Outcome};
use crate::text::span::Span;

/// A version number in `%YAML` has this many digits at most.
const LONGEST_NUMBER: usize = 2;

impl Scanner<'_> {
    /// Moves past letters, digits, `_` and `-`, and returns how many.
    fn skip_alphas(&mut self) -> usize {
        let start = self.at;
        while is_alpha(self.peek(0)) {
            self.at += 1;
        }
        self.at - start
    }

    /// `&name` or `*name` (`yaml_parser_scan_anchor`).
    pub(super) fn scan_anchor(&mut self, kind: Kind) -> Outcome<Token> {
        let start = self.at;
        self.at += 1;
        let length = self.skip_alphas();
        let is_ended = self.is_word_end(0) || b"?:,]}%@`".contains(&self.peek(0));
        if length == 0 || !is_ended {
            let context = if kind == Kind::Alias { Context::Alias } else { Context::Anchor };
            return self.fault("did not find expected alphabetic or numeric character", context, start);
        }
        Ok(Token::new(kind, self.span(start, self.at)))
    }

    /// `!suffix`, `!handle!suffix` or `!<tag>` (`yaml_parser_scan_tag`).
    pub(super) fn scan_tag(&mut self) -> Outcome<Token> {
        let start = self.at;
        let nothing = self.span(start, start);
        let (handle, text) = if self.peek(1) == b'<' {
            self.at += 2;
            let text = self.scan_tag_uri(None, Context::Tag, start)?;
            if self.peek(0) != b'>' {
                return self.fault("did not find the expected '>'", Context::Tag, start);
            }
            self.at += 1;
            (nothing, text)
        } else {
            let handle = self.scan_tag_handle(Context::Tag, start)?;
            let is_handle = self.at - start > 1 && self.text.as_bytes()[self.at - 1] == b'!';
            if is_handle {
                (handle, self.scan_tag_uri(None, Context::Tag, start)?)
            } else {
                // What looked like a handle is a part of the suffix.
                let text = self.scan_tag_uri(Some(start + 1), Context::Tag, start)?;
                let bang = self.span(start, start + 1);
                if self.at - start == 1 { (nothing, Text::Source(bang)) } else { (bang, text) }
            }
        };
        if !self.is_word_end(0) {
            return self.fault("did not find expected whitespace or line break", Context::Tag, start);
        }
        Ok(Token { text, handle, ..Token::new(Kind::Tag, self.span(start, self.at)) })
    }

    /// `!`, `!!` or `!name!` (`yaml_parser_scan_tag_handle`). In a tag it may be the start of a suffix, too.
    fn scan_tag_handle(&mut self, context: Context, from: usize) -> Outcome<Span> {
        let start = self.at;
        if self.peek(0) != b'!' {
            return self.fault("did not find expected '!'", context, from);
        }
        self.at += 1;
        self.skip_alphas();
        if self.peek(0) == b'!' {
            self.at += 1;
        } else if context == Context::Directive && self.at - start > 1 {
            return self.fault("did not find expected '!'", context, from);
        }
        Ok(self.span(start, self.at))
    }

    /// The characters of a tag, of which those from `begun` on are read already (`yaml_parser_scan_tag_uri`).
    fn scan_tag_uri(&mut self, begun: Option<usize>, context: Context, from: usize) -> Outcome<Text> {
        let start = begun.unwrap_or(self.at);
        let (mut unescaped, mut copied, unread) = (Vec::new(), start, self.at);
        while is_uri(self.peek(0)) {
            if self.peek(0) == b'%' {
                unescaped.extend_from_slice(&self.text.as_bytes()[copied..self.at]);
                self.scan_uri_escapes(&mut unescaped, context, from)?;
                copied = self.at;
            } else {
                self.at += 1;
            }
        }
        if begun.is_none() && self.at == unread {
            return self.fault("did not find expected tag URI", context, from);
        }
        if copied == start {
            return Ok(Text::Source(self.span(start, self.at)));
        }
        unescaped.extend_from_slice(&self.text.as_bytes()[copied..self.at]);
        Ok(Text::Owned(String::from_utf8_lossy(&unescaped).into()))
    }

    /// The octets of one character, each as `%xx` (`yaml_parser_scan_uri_escapes`).
    fn scan_uri_escapes(&mut self, text: &mut Vec<u8>, context: Context, from: usize) -> Outcome<()> {
        let mut rest = None;
        while rest != Some(0) {
            let digits = self.text.as_bytes().get(self.at + 1..self.at + 3).unwrap_or_default();
            let octet = digits.iter().try_fold(0, |octet, &it| Some(octet << 4 | (it as char).to_digit(16)?));
            let Some(octet) = octet.filter(|_| self.peek(0) == b'%' && digits.len() == 2) else {
                return self.fault("did not find URI escaped octet", context, from);
            };
            rest = match (rest, octet) {
                (None, 0..0x80) => Some(0),
                (None, 0xc0..0xe0) => Some(1),
                (None, 0xe0..0xf0) => Some(2),
                (None, 0xf0..0xf8) => Some(3),
                (None, _) => return self.fault("found an incorrect leading UTF-8 octet", context, from),
                (Some(rest), 0x80..0xc0) => Some(rest - 1),
                (Some(_), _) => return self.fault("found an incorrect trailing UTF-8 octet", context, from),
            };
            text.push(octet as u8);
            self.at += 3;
        }
        Ok(())
    }

    /// `%YAML 1.1` or `%TAG handle prefix` (`yaml_parser_scan_directive`).
    pub(super) fn scan_directive(&mut self) -> Outcome<Token> {
        let start = self.at;
        let fault = |it: &Self, words| it.fault(words, Context::Directive, start);
        self.at += 1;
        if self.skip_alphas() == 0 {
            return fault(self, "could not find expected directive name");
        }
        if !self.is_word_end(0) {
            return fault(self, "found unexpected non-alphabetical character");
        }
        let name = &self.text[start + 1..self.at];
        let mut token = match name {
            "YAML" => self.scan_version(start)?,
            "TAG" => self.scan_tag_directive(start)?,
            _ => return fault(self, "found unknown directive name"),
        };
        token.span = self.span(start, self.at);
        self.skip_blanks();
        self.skip_comment();
        if !self.is_line_end(0) {
            return fault(self, "did not find expected comment or line break");
        }
        self.take_break();
        Ok(token)
    }

    /// The version of `%YAML` (`yaml_parser_scan_version_directive_value`).
    fn scan_version(&mut self, from: usize) -> Outcome<Token> {
        self.skip_blanks();
        let major = self.scan_version_number(from)?;
        if self.peek(0) != b'.' {
            return self.fault("did not find expected digit or '.' character", Context::Directive, from);
        }
        self.at += 1;
        let minor = self.scan_version_number(from)?;
        Ok(Token::new(Kind::VersionDirective((major, minor) == (1, 1)), Span::default()))
    }

    /// A part of a version (`yaml_parser_scan_version_directive_number`).
    fn scan_version_number(&mut self, from: usize) -> Outcome<u8> {
        let (start, mut number) = (self.at, 0);
        while self.peek(0).is_ascii_digit() {
            if self.at - start == LONGEST_NUMBER {
                return self.fault("found extremely long version number", Context::Directive, from);
            }
            number = number * 10 + (self.peek(0) - b'0');
            self.at += 1;
        }
        if self.at == start {
            return self.fault("did not find expected version number", Context::Directive, from);
        }
        Ok(number)
    }

    /// The handle and the prefix of `%TAG` (`yaml_parser_scan_tag_directive_value`).
    fn scan_tag_directive(&mut self, from: usize) -> Outcome<Token> {
        self.skip_blanks();
        let handle = self.scan_tag_handle(Context::Directive, from)?;
        if !is_blank(self.peek(0)) {
            return self.fault("did not find expected whitespace", Context::Directive, from);
        }
        self.skip_blanks();
        let text = self.scan_tag_uri(None, Context::Directive, from)?;
        if !self.is_word_end(0) {
            return self.fault("did not find expected whitespace or line break", Context::Directive, from);
        }
        Ok(Token { text, handle, ..Token::new(Kind::TagDirective, Span::default()) })
    }
}
