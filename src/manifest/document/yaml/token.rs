//! The tokens that the scanner makes of a text, and why it stops.

use std::borrow::Cow;

use crate::manifest::document::data::{Style, Text};
use crate::text::span::Span;

/// What a token is (`yaml_token_type_t`); the start of the stream has none here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    StreamEnd,
    /// `%YAML`, and whether it asks for version 1.1.
    VersionDirective(bool),
    /// `%TAG`
    TagDirective,
    /// `---`
    DocumentStart,
    /// `...`
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    /// `[`
    FlowSequenceStart,
    /// `]`
    FlowSequenceEnd,
    /// `{`
    FlowMappingStart,
    /// `}`
    FlowMappingEnd,
    /// `-`
    BlockEntry,
    /// `,`
    FlowEntry,
    /// `?`, or nothing before a key that shows itself by its `:`.
    Key,
    /// `:`
    Value,
    Alias,
    Anchor,
    Tag,
    Scalar(Style),
}

/// A token with its place in the source.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
    /// The value of a scalar, the suffix of a tag, or the prefix of a `%TAG`.
    pub(super) text: Text,
    /// The handle of a tag or `%TAG`.
    pub(super) handle: Span,
}

impl Token {
    pub(super) fn new(kind: Kind, span: Span) -> Self {
        Token { kind, span, text: Text::Source(Span::default()), handle: Span::default() }
    }
}

/// What was being read when reading stopped (the contexts of libyaml's errors).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    /// No construct.
    Nothing,
    NextToken,
    SimpleKey,
    Directive,
    Anchor,
    Alias,
    Tag,
    BlockScalar,
    QuotedScalar,
    PlainScalar,
    Node,
    BlockSequence,
    BlockMapping,
    FlowSequence,
    FlowMapping,
}

/// Why the text cannot be read, in the words of go-yaml.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) words: Cow<'static, str>,
    pub(crate) context: Context,
    /// Where what was being read starts, as an offset in the source.
    pub(crate) from: u32,
    /// Where reading stopped.
    pub(crate) at: u32,
}

impl Fault {
    pub(super) fn new(words: impl Into<Cow<'static, str>>, context: Context, from: u32, at: u32) -> Box<Self> {
        Box::new(Fault { words: words.into(), context, from, at })
    }
}

/// What comes of reading a part of the text.
pub(super) type Outcome<T> = Result<T, Box<Fault>>;
