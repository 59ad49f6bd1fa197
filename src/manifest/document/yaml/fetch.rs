//! Which token comes next, and what it changes for the ones after it (`scannerc.go`).

use super::chars::{is_blank, is_indicator, may_break};
use super::scanner::Scanner;
use super::token::{Kind, Token};
use crate::manifest::document::data::Style;
use crate::manifest::document::fault::{Context, Outcome};

impl Scanner<'_> {
    /// Returns what the next token is (`peek_token`, `yaml_parser_fetch_more_tokens`).
    #[inline]
    pub(super) fn next(&mut self) -> Outcome<Kind> {
        match self.decided {
            Some(kind) => Ok(kind),
            None => self.fetch_more_tokens(),
        }
    }

    #[inline(never)]
    fn fetch_more_tokens(&mut self) -> Outcome<Kind> {
        loop {
            if let Some(token) = self.head() {
                let kind = token.kind;
                if !self.is_head_undecided()? {
                    self.decided = Some(kind);
                    return Ok(kind);
                }
            }
            self.fetch_next_token()?;
        }
    }

    /// Adds the next token (`yaml_parser_fetch_next_token`).
    fn fetch_next_token(&mut self) -> Outcome<()> {
        self.skip_to_next_token();
        let column = self.column();
        self.unroll_indent(column as isize);
        if self.is_at_end() {
            return self.fetch_stream_end();
        }
        let first = self.peek(0);
        if column == 0 && matches!(first, b'%' | b'-' | b'.') {
            if first == b'%' {
                return self.fetch_directive();
            }
            if self.is_document_indicator() {
                return self.fetch_document_indicator();
            }
        }
        let is_in_flow = self.is_in_flow();
        match first {
            b'[' => self.fetch_flow_start(Kind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(Kind::FlowMappingStart),
            b']' => self.fetch_flow_end(Kind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(Kind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if self.is_word_end(1) => self.fetch_block_entry(),
            b'?' if is_in_flow || self.is_word_end(1) => self.fetch_key(),
            b':' if is_in_flow || self.is_word_end(1) => self.fetch_value(),
            b'*' => self.fetch_word(|it| it.scan_anchor(Kind::Alias)),
            b'&' => self.fetch_word(|it| it.scan_anchor(Kind::Anchor)),
            b'!' => self.fetch_word(Self::scan_tag),
            b'|' if !is_in_flow => self.fetch_block_scalar(Style::Literal),
            b'>' if !is_in_flow => self.fetch_block_scalar(Style::Folded),
            b'\'' => self.fetch_word(|it| it.scan_quoted_scalar(Style::SingleQuoted)),
            b'"' => self.fetch_word(|it| it.scan_quoted_scalar(Style::DoubleQuoted)),
            b'-' | b'?' | b':' => self.fetch_plain_scalar(),
            _ if is_blank(first) || is_indicator(first) => {
                self.fault("found character that cannot start any token", Context::NextToken, self.at)
            }
            _ => self.fetch_plain_scalar(),
        }
    }

    /// Moves past blanks, comments and line breaks (`yaml_parser_scan_to_next_token`).
    fn skip_to_next_token(&mut self) {
        loop {
            self.skip_spaces();
            match self.peek(0) {
                b'\t' if self.is_in_flow() || !self.may_start_key => self.at += 1,
                b'#' => self.skip_comment(),
                byte if may_break(byte) && self.break_length(0) > 0 => {
                    self.take_break();
                    if !self.is_in_flow() {
                        self.may_start_key = true;
                    }
                }
                _ => return,
            }
        }
    }

    /// Adds a token of `length` bytes.
    fn take(&mut self, kind: Kind, length: usize) {
        let start = self.at;
        self.at += length;
        self.push(kind, start);
    }

    /// Ends what goes to the end of the line, before a directive, `---`, `...` or the end.
    fn end_blocks(&mut self) -> Outcome<()> {
        self.unroll_indent(-1);
        self.remove_key()?;
        self.may_start_key = false;
        Ok(())
    }

    /// Ends the text (`yaml_parser_fetch_stream_end`).
    fn fetch_stream_end(&mut self) -> Outcome<()> {
        if self.at != self.line_start {
            self.start_line();
        }
        self.end_blocks()?;
        self.push(Kind::StreamEnd, self.at);
        Ok(())
    }

    /// `%` in the first column (`yaml_parser_fetch_directive`).
    fn fetch_directive(&mut self) -> Outcome<()> {
        self.end_blocks()?;
        let token = self.scan_directive()?;
        self.push_token(token);
        Ok(())
    }

    /// `---` or `...` (`yaml_parser_fetch_document_indicator`).
    fn fetch_document_indicator(&mut self) -> Outcome<()> {
        let kind = if self.peek(0) == b'-' { Kind::DocumentStart } else { Kind::DocumentEnd };
        self.end_blocks()?;
        self.take(kind, 3);
        Ok(())
    }

    /// `[` or `{` (`yaml_parser_fetch_flow_collection_start`).
    fn fetch_flow_start(&mut self, kind: Kind) -> Outcome<()> {
        self.save_key()?;
        self.open_flow();
        self.may_start_key = true;
        self.take(kind, 1);
        Ok(())
    }

    /// `]` or `}` (`yaml_parser_fetch_flow_collection_end`).
    fn fetch_flow_end(&mut self, kind: Kind) -> Outcome<()> {
        self.remove_key()?;
        self.close_flow();
        self.may_start_key = false;
        self.take(kind, 1);
        Ok(())
    }

    /// `,` (`yaml_parser_fetch_flow_entry`).
    fn fetch_flow_entry(&mut self) -> Outcome<()> {
        self.remove_key()?;
        self.may_start_key = true;
        self.take(Kind::FlowEntry, 1);
        Ok(())
    }

    /// `-` (`yaml_parser_fetch_block_entry`). In brackets the parser refuses it.
    fn fetch_block_entry(&mut self) -> Outcome<()> {
        let words = "block sequence entries are not allowed in this context";
        self.start_entry(words, Kind::BlockSequenceStart)?;
        self.remove_key()?;
        self.may_start_key = true;
        self.take(Kind::BlockEntry, 1);
        Ok(())
    }

    /// Opens a block that starts here with an item, a key or a value, where that is allowed.
    fn start_entry(&mut self, words: &'static str, kind: Kind) -> Outcome<()> {
        if self.is_in_flow() {
            return Ok(());
        }
        if !self.may_start_key {
            return self.fault(words, Context::Nothing, self.at);
        }
        let column = self.column();
        self.roll_indent(column, None, kind, self.at);
        Ok(())
    }

    /// `?` (`yaml_parser_fetch_key`).
    fn fetch_key(&mut self) -> Outcome<()> {
        self.start_entry("mapping keys are not allowed in this context", Kind::BlockMappingStart)?;
        self.remove_key()?;
        self.may_start_key = !self.is_in_flow();
        self.take(Kind::Key, 1);
        Ok(())
    }

    /// `:` (`yaml_parser_fetch_value`).
    fn fetch_value(&mut self) -> Outcome<()> {
        let level = self.keys.len() - 1;
        if self.is_key_valid(level)? {
            let key = &mut self.keys[level];
            (key.is_possible, key.is_awaited) = (false, false);
            let (number, mark) = (key.number, key.mark);
            self.insert(Kind::Key, number, mark.at);
            self.roll_indent(mark.column, Some(number), Kind::BlockMappingStart, mark.at);
            self.may_start_key = false;
        } else {
            let words = "mapping values are not allowed in this context";
            self.start_entry(words, Kind::BlockMappingStart)?;
            self.may_start_key = !self.is_in_flow();
        }
        self.take(Kind::Value, 1);
        Ok(())
    }

    /// What may be a key, after which no other key can follow: an alias, an anchor, a tag or a quoted scalar
    /// (`yaml_parser_fetch_anchor`, `yaml_parser_fetch_tag`, `yaml_parser_fetch_flow_scalar`).
    fn fetch_word(&mut self, scan: impl FnOnce(&mut Self) -> Outcome<Token>) -> Outcome<()> {
        self.save_key()?;
        self.may_start_key = false;
        let token = scan(self)?;
        self.push_token(token);
        Ok(())
    }

    /// A scalar without quotes (`yaml_parser_fetch_plain_scalar`).
    fn fetch_plain_scalar(&mut self) -> Outcome<()> {
        self.fetch_word(Self::scan_plain_scalar)
    }

    /// `|` or `>` (`yaml_parser_fetch_block_scalar`).
    fn fetch_block_scalar(&mut self, style: Style) -> Outcome<()> {
        self.remove_key()?;
        self.may_start_key = true;
        let token = self.scan_block_scalar(style)?;
        self.push_token(token);
        Ok(())
    }
}
