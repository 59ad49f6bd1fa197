//! Lists and mappings in indented lines.

use super::parser::{Parser, State};
use super::token::Kind;
use crate::manifest::document::fault::{Context, Outcome};

impl Parser<'_, '_> {
    /// An item of a list (`yaml_parser_parse_block_sequence_entry`).
    pub(super) fn parse_block_sequence_entry(&mut self, is_first: bool) -> Outcome<()> {
        if is_first {
            self.enter();
        }
        match self.next()? {
            Kind::BlockEntry => {
                let end = self.skip().span.end;
                match self.next()? {
                    Kind::BlockEntry | Kind::BlockEnd => self.add_empty(end, State::BlockSequenceEntry),
                    _ => return self.block_node(State::BlockSequenceEntry, false),
                }
            }
            Kind::BlockEnd => self.close(),
            _ => return self.unexpected("did not find expected '-' indicator", Context::BlockSequence),
        }
        Ok(())
    }

    /// An item of a list as far left as its key (`yaml_parser_parse_indentless_sequence_entry`).
    pub(super) fn parse_indentless_sequence_entry(&mut self) -> Outcome<()> {
        if self.next()? != Kind::BlockEntry {
            self.tree.close(None);
            self.leave();
            return Ok(());
        }
        let end = self.skip().span.end;
        match self.next()? {
            Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd => {
                self.add_empty(end, State::IndentlessSequenceEntry);
                Ok(())
            }
            _ => self.block_node(State::IndentlessSequenceEntry, false),
        }
    }

    /// A key of a mapping (`yaml_parser_parse_block_mapping_key`).
    pub(super) fn parse_block_mapping_key(&mut self, is_first: bool) -> Outcome<()> {
        if is_first {
            self.enter();
        }
        match self.next()? {
            Kind::Key => {
                let end = self.skip().span.end;
                match self.next()? {
                    Kind::Key | Kind::Value | Kind::BlockEnd => self.add_empty(end, State::BlockMappingValue),
                    _ => return self.block_node(State::BlockMappingValue, true),
                }
            }
            Kind::BlockEnd => self.close(),
            _ => return self.unexpected("did not find expected key", Context::BlockMapping),
        }
        Ok(())
    }

    /// The value of a key (`yaml_parser_parse_block_mapping_value`).
    pub(super) fn parse_block_mapping_value(&mut self) -> Outcome<()> {
        let kind = self.next()?;
        let mut at = self.place().start;
        if kind == Kind::Value {
            at = self.skip().span.end;
            if !matches!(self.next()?, Kind::Key | Kind::Value | Kind::BlockEnd) {
                return self.block_node(State::BlockMappingKey, true);
            }
        }
        self.add_empty(at, State::BlockMappingKey);
        Ok(())
    }
}
