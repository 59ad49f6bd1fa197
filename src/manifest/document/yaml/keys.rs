//! Keys without `?`, which only their `:` shows, and the indentation that opens and closes blocks.

use super::scanner::{Scanner, SimpleKey};
use super::token::Kind;
use crate::manifest::document::fault::{Context, Outcome};

/// How many characters a key may be away from its `:`.
const LONGEST_KEY: usize = 1024;

impl Scanner<'_> {
    /// Whether the token that the parser gets next may turn out to be a key (`yaml_parser_fetch_more_tokens`).
    pub(super) fn is_head_undecided(&mut self) -> Outcome<bool> {
        let Some(number) = self.head_number() else { return Ok(false) };
        // The keys of inner brackets have greater numbers.
        let level = match self.keys.len() {
            1 => 0,
            _ => self.keys.partition_point(|key| key.number < number),
        };
        match self.keys.get(level) {
            Some(key) if key.is_awaited && key.number == number => self.is_key_valid(level),
            _ => Ok(false),
        }
    }

    /// Whether the key of a level may still be followed by its `:` (`yaml_simple_key_is_valid`).
    pub(super) fn is_key_valid(&mut self, level: usize) -> Outcome<bool> {
        let key = self.keys[level];
        if !key.is_possible {
            return Ok(false);
        }
        if key.mark.line == self.line && key.mark.column + LONGEST_KEY >= self.column() {
            return Ok(true);
        }
        if key.is_required {
            return self.fault("could not find expected ':'", Context::SimpleKey, key.mark.at);
        }
        self.keys[level].is_possible = false;
        Ok(false)
    }

    /// Notes that a key may start here (`yaml_parser_save_simple_key`).
    pub(super) fn save_key(&mut self) -> Outcome<()> {
        if !self.may_start_key {
            return Ok(());
        }
        self.remove_key()?;
        let mark = self.mark();
        let is_required = !self.is_in_flow() && self.indent == mark.column as isize;
        let number = self.next_number();
        let key = SimpleKey { is_possible: true, is_required, is_awaited: true, number, mark };
        if let Some(last) = self.keys.last_mut() {
            *last = key;
        }
        Ok(())
    }

    /// Notes that what may have been a key on this level is not one (`yaml_parser_remove_simple_key`).
    pub(super) fn remove_key(&mut self) -> Outcome<()> {
        let Some(key) = self.keys.last_mut() else { return Ok(()) };
        if !key.is_possible {
            return Ok(());
        }
        let (is_required, from) = (key.is_required, key.mark.at);
        if is_required {
            return self.fault("could not find expected ':'", Context::SimpleKey, from);
        }
        key.is_possible = false;
        key.is_awaited = false;
        Ok(())
    }

    /// Opens a bracket (`yaml_parser_increase_flow_level`). go-yaml stops at 10,000, the parser of this module before that.
    pub(super) fn open_flow(&mut self) {
        let (number, mark) = (self.next_number(), self.mark());
        self.keys.push(SimpleKey { number, mark, ..SimpleKey::default() });
    }

    /// Closes a bracket (`yaml_parser_decrease_flow_level`).
    ///
    /// In brackets in which no key was possible go-yaml forgets that they may be a key themselves: it reads `[]: x` as `[]`.
    pub(super) fn close_flow(&mut self) {
        if !self.is_in_flow() {
            return;
        }
        let Some(closed) = self.keys.pop() else { return };
        if let Some(outer) = self.keys.last_mut().filter(|outer| outer.number == closed.number) {
            outer.is_awaited = false;
        }
    }

    /// Opens a block at a column further right than the one around it; its first token is that of `number`, or the next
    /// (`yaml_parser_roll_indent`).
    pub(super) fn roll_indent(&mut self, column: usize, number: Option<usize>, kind: Kind, at: usize) {
        let column = column as isize;
        if self.is_in_flow() || self.indent >= column {
            return;
        }
        self.indents.push(self.indent);
        self.indent = column;
        self.insert(kind, number.unwrap_or(self.next_number()), at);
    }

    /// Closes the blocks that are further right than `column` (`yaml_parser_unroll_indent`).
    pub(super) fn unroll_indent(&mut self, column: isize) {
        if self.is_in_flow() {
            return;
        }
        while self.indent > column {
            self.push(Kind::BlockEnd, self.at);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }
}
