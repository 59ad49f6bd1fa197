//! The tokens that the scanner makes of a text.

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
