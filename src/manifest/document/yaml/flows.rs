//! Lists and mappings in brackets.

use super::compose::Properties;
use super::parser::{Parser, State};
use super::token::Kind;
use crate::manifest::document::data::Style;
use crate::manifest::document::fault::{Context, Outcome};

impl Parser<'_, '_> {
    /// Goes on to an entry, past the comma before it, or to the end.
    fn next_entry(
        &mut self,
        is_first: bool,
        end: Kind,
        expected: &'static str,
        context: Context,
    ) -> Outcome<Kind> {
        if is_first {
            self.enter();
            return self.next();
        }
        match self.next()? {
            Kind::FlowEntry => {
                self.skip();
                self.next()
            }
            kind if kind == end => Ok(kind),
            _ => self.unexpected(expected, context),
        }
    }

    /// An item of a list (`yaml_parser_parse_flow_sequence_entry`).
    pub(super) fn parse_flow_sequence_entry(&mut self, is_first: bool) -> Outcome<()> {
        let expected = "did not find expected ',' or ']'";
        match self.next_entry(is_first, Kind::FlowSequenceEnd, expected, Context::FlowSequence)? {
            Kind::Key => {
                self.state = State::FlowSequenceEntryMappingKey;
                let key = self.skip();
                self.tree.open(true, Style::Flow, key.span, &Properties::NONE)
            }
            Kind::FlowSequenceEnd => {
                self.close();
                Ok(())
            }
            _ => self.flow_node(State::FlowSequenceEntry),
        }
    }

    /// The key of a mapping that is an item without brackets (`yaml_parser_parse_flow_sequence_entry_mapping_key`).
    ///
    /// If there is none, libyaml drops the next token, which may be the bracket that ends the list.
    pub(super) fn parse_flow_sequence_entry_mapping_key(&mut self) -> Outcome<()> {
        match self.next()? {
            Kind::Value | Kind::FlowEntry | Kind::FlowSequenceEnd => {
                let end = self.skip().span.end;
                self.add_empty(end, State::FlowSequenceEntryMappingValue);
                Ok(())
            }
            _ => self.flow_node(State::FlowSequenceEntryMappingValue),
        }
    }

    /// Its value (`yaml_parser_parse_flow_sequence_entry_mapping_value`).
    pub(super) fn parse_flow_sequence_entry_mapping_value(&mut self) -> Outcome<()> {
        self.parse_value(Kind::FlowSequenceEnd, State::FlowSequenceEntryMappingEnd)
    }

    /// Its end (`yaml_parser_parse_flow_sequence_entry_mapping_end`).
    pub(super) fn parse_flow_sequence_entry_mapping_end(&mut self) -> Outcome<()> {
        self.next()?;
        self.tree.close(None);
        self.state = State::FlowSequenceEntry;
        Ok(())
    }

    /// A key of a mapping (`yaml_parser_parse_flow_mapping_key`).
    pub(super) fn parse_flow_mapping_key(&mut self, is_first: bool) -> Outcome<()> {
        let expected = "did not find expected ',' or '}'";
        match self.next_entry(is_first, Kind::FlowMappingEnd, expected, Context::FlowMapping)? {
            Kind::Key => {
                self.skip();
                match self.next()? {
                    Kind::Value | Kind::FlowEntry | Kind::FlowMappingEnd => {
                        self.add_empty(self.place().start, State::FlowMappingValue);
                        Ok(())
                    }
                    _ => self.flow_node(State::FlowMappingValue),
                }
            }
            Kind::FlowMappingEnd => {
                self.close();
                Ok(())
            }
            _ => self.flow_node(State::FlowMappingEmptyValue),
        }
    }

    /// The value of a key (`yaml_parser_parse_flow_mapping_value`).
    pub(super) fn parse_flow_mapping_value(&mut self) -> Outcome<()> {
        self.parse_value(Kind::FlowMappingEnd, State::FlowMappingKey)
    }

    /// A value in brackets that `end` closes; `state` follows.
    fn parse_value(&mut self, end: Kind, state: State) -> Outcome<()> {
        if self.next()? == Kind::Value {
            self.skip();
            let next = self.next()?;
            if next != Kind::FlowEntry && next != end {
                return self.flow_node(state);
            }
        }
        self.add_empty(self.place().start, state);
        Ok(())
    }

    /// The value of a key without a `:` (`yaml_parser_parse_flow_mapping_value`).
    pub(super) fn parse_flow_mapping_empty_value(&mut self) -> Outcome<()> {
        self.next()?;
        self.add_empty(self.place().start, State::FlowMappingKey);
        Ok(())
    }
}
