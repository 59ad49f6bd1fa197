//! Why go-yaml cannot read a text, as it finds it: in its words, without help.

use std::borrow::Cow;

/// What was being read when reading stopped (the contexts of libyaml's errors).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
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
    /// Brackets that are open at the end of the document.
    OpenBracket,
}

/// Why a text cannot be read.
#[derive(Debug)]
pub(super) struct Fault {
    /// What go-yaml says.
    pub(super) words: Cow<'static, str>,
    /// The line that it names, which of some errors is the one above; 0 where it names none.
    pub(super) line: u32,
    pub(super) context: Context,
    /// Where what was being read starts, as an offset in the source.
    pub(super) from: u32,
    /// Where reading stopped.
    pub(super) at: u32,
}

/// What comes of reading a part of a text.
pub(super) type Outcome<T> = Result<T, Box<Fault>>;
