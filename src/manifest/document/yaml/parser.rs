//! The grammar: which tokens make which nodes (`parserc.go`).
//!
//! What libyaml makes events of goes straight into the tree.

use std::collections::HashMap;

use super::compose::{CORE_TAGS, Composer, Properties};
use super::scanner::Scanner;
use super::token::{Kind, Token};
use crate::manifest::document::data::{Style, Text};
use crate::manifest::document::fault::{Context, Fault, Outcome};
use crate::text::source::Source;
use crate::text::span::{Span, to_u32};

/// What is expected next (`yaml_parser_state_t`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    /// Nothing: the first document has ended, and go-yaml reads no other.
    End,
    BlockNode,
    BlockSequenceFirstEntry,
    BlockSequenceEntry,
    IndentlessSequenceEntry,
    BlockMappingFirstKey,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirstEntry,
    FlowSequenceEntry,
    FlowSequenceEntryMappingKey,
    FlowSequenceEntryMappingValue,
    FlowSequenceEntryMappingEnd,
    FlowMappingFirstKey,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingEmptyValue,
}

/// Reads a document into a tree.
pub(super) struct Parser<'s, 't> {
    pub(super) scanner: Scanner<'t>,
    pub(super) tree: Composer<'s>,
    source: &'s Source,
    pub(super) state: State,
    /// What is expected after the open constructs.
    states: Vec<State>,
    /// Where the open lists and mappings start.
    marks: Vec<u32>,
    /// What the handles of tags stand for.
    tags: HashMap<&'s str, Box<str>>,
    /// Where the text continues after the document.
    pub(super) rest: Option<u32>,
}

impl<'s, 't> Parser<'s, 't> {
    pub(super) fn new(scanner: Scanner<'t>, tree: Composer<'s>, source: &'s Source) -> Self {
        let (states, marks) = (Vec::with_capacity(16), Vec::with_capacity(16));
        let (tags, rest) = Default::default();
        Parser { scanner, tree, source, state: State::DocumentStart, states, marks, tags, rest }
    }

    /// Reads the first document, the only one that go-yaml reads (`yaml_parser_state_machine`).
    pub(super) fn run(&mut self) -> Outcome<()> {
        use State as S;
        loop {
            match self.state {
                S::DocumentStart => self.parse_document_start()?,
                S::DocumentContent => self.parse_document_content()?,
                S::DocumentEnd => return self.parse_document_end(),
                S::End => return Ok(()),
                S::BlockNode => self.parse_node(true, false)?,
                S::BlockSequenceFirstEntry => self.parse_block_sequence_entry(true)?,
                S::BlockSequenceEntry => self.parse_block_sequence_entry(false)?,
                S::IndentlessSequenceEntry => self.parse_indentless_sequence_entry()?,
                S::BlockMappingFirstKey => self.parse_block_mapping_key(true)?,
                S::BlockMappingKey => self.parse_block_mapping_key(false)?,
                S::BlockMappingValue => self.parse_block_mapping_value()?,
                S::FlowSequenceFirstEntry => self.parse_flow_sequence_entry(true)?,
                S::FlowSequenceEntry => self.parse_flow_sequence_entry(false)?,
                S::FlowSequenceEntryMappingKey => self.parse_flow_sequence_entry_mapping_key()?,
                S::FlowSequenceEntryMappingValue => self.parse_flow_sequence_entry_mapping_value()?,
                S::FlowSequenceEntryMappingEnd => self.parse_flow_sequence_entry_mapping_end()?,
                S::FlowMappingFirstKey => self.parse_flow_mapping_key(true)?,
                S::FlowMappingKey => self.parse_flow_mapping_key(false)?,
                S::FlowMappingValue => self.parse_flow_mapping_value()?,
                S::FlowMappingEmptyValue => self.parse_flow_mapping_empty_value()?,
            }
        }
    }

    /// Returns what the next token is (`peek_token`).
    #[inline]
    pub(super) fn next(&mut self) -> Outcome<Kind> {
        self.scanner.next()
    }

    /// Takes the next token (`skip_token`).
    pub(super) fn skip(&mut self) -> Token {
        let end = Span::default();
        self.scanner.take_head().unwrap_or(Token::new(Kind::StreamEnd, end))
    }

    /// Returns the name of an anchor or alias, after its `&` or `*`.
    fn name(&self, token: &Token) -> &'s str {
        Span { start: token.span.start + 1, end: token.span.end }.text(&self.source.text)
    }

    /// Returns the place of the next token, once it is fetched.
    pub(super) fn place(&self) -> Span {
        self.scanner.head().map_or(Span::default(), |token| token.span)
    }

    /// Goes on with what is expected after the construct that ends here.
    pub(super) fn leave(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    /// Starts a list or mapping at its first token.
    pub(super) fn enter(&mut self) {
        self.marks.push(self.place().start);
        self.skip();
    }

    /// Ends a list or mapping at its last token: a bracket, or nothing at the end of a block.
    pub(super) fn close(&mut self) {
        let token = self.skip();
        let is_bracket = token.kind != Kind::BlockEnd;
        self.tree.close(is_bracket.then_some(token.span.end));
        self.marks.pop();
        self.leave();
    }

    /// Makes the error that the next token cannot stand in the innermost list or mapping.
    pub(super) fn unexpected<T>(&self, words: &'static str, context: Context) -> Outcome<T> {
        let from = self.marks.last().copied().unwrap_or_default();
        self.fault(words, context, from, self.place().start)
    }

    /// Makes the error that reading `context`, which starts at `from`, stops at the token that starts at `at`.
    fn fault<T>(&self, words: &'static str, context: Context, from: u32, at: u32) -> Outcome<T> {
        // libyaml counts lines from 0, and go-yaml says so of its errors.
        let line = to_u32(self.scanner.line_of(at));
        let is_end =
            |token: &Token| matches!(token.kind, Kind::StreamEnd | Kind::DocumentStart | Kind::DocumentEnd);
        let (context, from) = match self.marks.last() {
            Some(&mark) if self.scanner.is_in_flow() && self.scanner.head().is_some_and(is_end) => {
                (Context::OpenBracket, mark)
            }
            _ => (context, from),
        };
        Err(Box::new(Fault { words: words.into(), line, context, from, at }))
    }

    /// Adds a value that is not written (`yaml_parser_process_empty_scalar`), and continues with `state`.
    pub(super) fn add_empty(&mut self, at: u32, state: State) {
        let span = Span { start: at, end: at };
        self.tree.scalar(Text::Source(span), Style::Plain, span, &Properties::NONE);
        self.state = state;
    }

    /// Reads a node in a block, after which `state` is expected.
    pub(super) fn block_node(&mut self, state: State, allows_indentless: bool) -> Outcome<()> {
        self.states.push(state);
        self.parse_node(true, allows_indentless)
    }

    /// Reads a node in brackets, after which `state` is expected.
    pub(super) fn flow_node(&mut self, state: State) -> Outcome<()> {
        self.states.push(state);
        self.parse_node(false, false)
    }

    /// What stands before the first node (`yaml_parser_parse_document_start`).
    fn parse_document_start(&mut self) -> Outcome<()> {
        let kind = self.next()?;
        if kind == Kind::StreamEnd {
            self.state = State::End;
            return Ok(());
        }
        let is_explicit =
            matches!(kind, Kind::VersionDirective(_) | Kind::TagDirective | Kind::DocumentStart);
        self.process_directives()?;
        self.states.push(State::DocumentEnd);
        self.state = State::BlockNode;
        if is_explicit {
            if self.next()? != Kind::DocumentStart {
                return self.unexpected("did not find expected <document start>", Context::Directive);
            }
            self.skip();
            self.state = State::DocumentContent;
        }
        Ok(())
    }

    /// `%YAML` and `%TAG` (`yaml_parser_process_directives`).
    fn process_directives(&mut self) -> Outcome<()> {
        let mut has_version = false;
        loop {
            match self.next()? {
                Kind::VersionDirective(_) if has_version => {
                    return self.unexpected("found duplicate %YAML directive", Context::Directive);
                }
                Kind::VersionDirective(false) => {
                    return self.unexpected("found incompatible YAML document", Context::Directive);
                }
                Kind::VersionDirective(true) => {
                    has_version = true;
                    self.skip();
                }
                Kind::TagDirective => {
                    let Some(token) = self.scanner.head() else { return Ok(()) };
                    let handle = token.handle.text(&self.source.text);
                    let prefix = token.text.of(self.source).into();
                    if self.tags.insert(handle, prefix).is_some() {
                        return self.unexpected("found duplicate %TAG directive", Context::Directive);
                    }
                    self.skip();
                }
                _ => return Ok(()),
            }
        }
    }

    /// Nothing, or a node (`yaml_parser_parse_document_content`).
    fn parse_document_content(&mut self) -> Outcome<()> {
        match self.next()? {
            Kind::VersionDirective(_)
            | Kind::TagDirective
            | Kind::DocumentStart
            | Kind::DocumentEnd
            | Kind::StreamEnd => {
                let at = self.place().start;
                self.leave();
                self.add_empty(at, self.state);
                Ok(())
            }
            _ => self.parse_node(true, false),
        }
    }

    /// What comes after the first node (`yaml_parser_parse_document_end`).
    fn parse_document_end(&mut self) -> Outcome<()> {
        let kind = self.next()?;
        let place = self.place();
        self.rest = match kind {
            Kind::StreamEnd => None,
            Kind::DocumentEnd => Some(place.end),
            _ => Some(place.start),
        };
        Ok(())
    }

    /// A node with its anchor and tag (`yaml_parser_parse_node`).
    fn parse_node(&mut self, is_block: bool, allows_indentless: bool) -> Outcome<()> {
        let kind = self.next()?;
        if kind == Kind::Alias {
            let token = self.skip();
            self.leave();
            return self.tree.alias(self.name(&token), token.span);
        }
        if let Kind::Scalar(style) = kind {
            let token = self.skip();
            self.leave();
            self.tree.scalar(token.text, style, token.span, &Properties::NONE);
            return Ok(());
        }
        self.parse_other_node(kind, is_block, allows_indentless)
    }

    /// A list, a mapping, or a node with an anchor or a tag.
    fn parse_other_node(&mut self, mut kind: Kind, is_block: bool, allows_indentless: bool) -> Outcome<()> {
        let from = self.place().start;
        let mut properties = Properties::default();
        let mut end = from;
        if matches!(kind, Kind::Anchor | Kind::Tag) {
            (properties, end) = self.parse_properties()?;
            kind = self.next()?;
        }
        let place = self.place();
        let (is_map, style, state) = match kind {
            Kind::Scalar(style) => {
                let token = self.skip();
                self.leave();
                self.tree.scalar(token.text, style, token.span, &properties);
                return Ok(());
            }
            Kind::BlockEntry if allows_indentless => (false, Style::Block, State::IndentlessSequenceEntry),
            Kind::FlowSequenceStart => (false, Style::Flow, State::FlowSequenceFirstEntry),
            Kind::FlowMappingStart => (true, Style::Flow, State::FlowMappingFirstKey),
            Kind::BlockSequenceStart if is_block => (false, Style::Block, State::BlockSequenceFirstEntry),
            Kind::BlockMappingStart if is_block => (true, Style::Block, State::BlockMappingFirstKey),
            _ if properties.anchor.is_some() || properties.tag.is_some() => {
                let span = Span { start: end, end };
                self.leave();
                self.tree.scalar(Text::Source(span), Style::Plain, span, &properties);
                return Ok(());
            }
            _ => {
                let words = "did not find expected node content";
                return self.fault(words, Context::Node, from, place.start);
            }
        };
        self.state = state;
        self.tree.open(is_map, style, place, &properties)
    }

    /// The anchor and the tag before a node, in any order, and where they end.
    fn parse_properties(&mut self) -> Outcome<(Properties<'s>, u32)> {
        let from = self.place().start;
        let (mut anchor, mut tag, mut end) = (None, None, from);
        loop {
            match self.next()? {
                Kind::Anchor if anchor.is_none() => {
                    let token = self.skip();
                    anchor = Some(self.name(&token));
                    end = token.span.end;
                }
                Kind::Tag if tag.is_none() => {
                    let token = self.skip();
                    end = token.span.end;
                    tag = Some(token);
                }
                _ => break,
            }
        }
        let tag = tag.map(|token| self.resolve_tag(&token, from)).transpose()?;
        Ok((Properties { anchor, tag }, end))
    }

    /// Puts the prefix that a handle stands for before the suffix of a tag.
    fn resolve_tag(&self, token: &Token, from: u32) -> Outcome<Box<str>> {
        let (handle, suffix) = (token.handle.text(&self.source.text), token.text.of(self.source));
        let prefix = match (self.tags.get(handle), handle) {
            (Some(prefix), _) => prefix,
            (None, "" | "!") => handle,
            (None, "!!") => CORE_TAGS,
            (None, _) => {
                let words = "found undefined tag handle";
                return self.fault(words, Context::Tag, from, token.span.start);
            }
        };
        Ok(format!("{prefix}{suffix}").into())
    }
}
