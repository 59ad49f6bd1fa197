//! What a document consists of: nodes, lists and mappings in one arena, without what is asked of them.

use crate::text::source::Source;
use crate::text::span::Span;
use std::sync::Arc;

/// Deeper nesting than this is not read: no Kubernetes type is nested half as deep.
///
/// Kubernetes itself gives up at 10,000 levels (`go.yaml.in/yaml/v2`, `encoding/json`).
pub const MAX_DEPTH: usize = 250;

/// A comment with its place.
#[derive(Clone, Debug)]
pub struct Comment {
    /// The text from `#` to the end of the line.
    pub span: Span,
    /// Whether nothing but blanks stands before it on its line.
    pub own_line: bool,
}

/// A key that appears again in the same mapping.
#[derive(Clone, Copy, Debug)]
pub struct Duplicate {
    /// The mapping.
    pub(crate) map: u32,
    /// The entry that Kubernetes keeps.
    pub(crate) entry: u32,
    /// The key whose value is lost.
    pub first: Span,
    /// The value that is lost.
    pub first_value: Span,
    /// The key whose value Kubernetes keeps: the later one, or the `<<` that brings it.
    pub second: Span,
    /// How the second one came there.
    pub cause: DuplicateCause,
}

/// Why a key is in a mapping more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DuplicateCause {
    /// It is written twice.
    Repeated,
    /// A later key replaces one that a merge (`<<`) brought: the usual use of merges.
    OverridesMerge,
    /// A later merge (`<<`) replaces a key that is written before it: Kubernetes does this, YAML says the opposite.
    OverriddenByMerge,
}

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A scalar without quotes.
    Plain,
    /// A scalar in `'`.
    SingleQuoted,
    /// A scalar in `"`.
    DoubleQuoted,
    /// A block scalar after `|`.
    Literal,
    /// A block scalar after `>`.
    Folded,
    /// A list or mapping in indented lines.
    Block,
    /// A list or mapping in brackets.
    Flow,
}

#[derive(Clone, Debug)]
pub(crate) struct Data {
    pub(crate) content: Content,
    pub(crate) span: Span,
    pub(crate) parent: u32,
    pub(crate) link: Link,
    pub(crate) style: Style,
    /// Reached through an alias (`*name`) or a merge: the text belongs to another place too.
    pub(crate) aliased: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Null,
    Bool(bool),
    Int(i64),
    /// A number above the greatest `i64`.
    Uint(u64),
    Float(f64),
    String(Text),
    List {
        start: u32,
        len: u32,
    },
    Map {
        start: u32,
        len: u32,
        /// The bits of all keys, as [`key_bit`] has them.
        keys: u64,
    },
}

/// A text that is a part of what the source was read from, or its own where that has escapes, folds or none.
#[derive(Clone, Debug)]
pub(crate) enum Text {
    Source(Span),
    Owned(Box<str>),
}

impl Text {
    /// Returns the text, of a document from this source.
    pub(crate) fn of<'a>(&'a self, source: &'a Source) -> &'a str {
        match self {
            Text::Source(span) => span.text(source.read_from()),
            Text::Owned(text) => text,
        }
    }

    /// Returns its bytes, which costs less than the text.
    pub(super) fn bytes<'a>(&'a self, source: &'a Source) -> &'a [u8] {
        match self {
            Text::Source(span) => source.read_from().as_bytes().get(span.range()).unwrap_or_default(),
            Text::Owned(text) => text.as_bytes(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    Root,
    Item(u32),
    Entry(u32),
}

#[derive(Clone, Debug)]
pub(crate) struct EntryData {
    pub(crate) key: Text,
    pub(crate) key_span: Span,
    pub(crate) value: u32,
    /// What [`digest`] makes of the key.
    pub(crate) digest: u32,
}

/// Sums up a key in its length and its outer bytes, in which nearly all keys differ: rules look keys up hundreds of times
/// an object.
#[inline]
pub(super) fn digest(key: &[u8]) -> u32 {
    let number = |bytes: &[u8; 4]| u32::from_le_bytes(*bytes);
    match (key.first_chunk(), key.last_chunk()) {
        (Some(first), Some(last)) => number(first) ^ number(last).rotate_left(11) ^ key.len() as u32,
        _ => key.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)),
    }
}

/// Returns the bit that stands for a key of this digest: most keys that are asked for are not there, and where its bit is
/// not set no key has to be compared.
pub(super) fn key_bit(digest: u32) -> u64 {
    1 << (digest.wrapping_mul(0x9e37_79b1) >> 26)
}

/// Returns the bits of all keys of a mapping.
pub(super) fn keys_of(entries: &[EntryData]) -> u64 {
    entries.iter().fold(0, |keys, entry| keys | key_bit(entry.digest))
}

/// One document of a file, or one admission object: an arena of nodes with parents.
#[derive(Debug)]
pub struct Document {
    /// The file that the document is a part of.
    pub source: Arc<Source>,
    /// Position among the documents of its file, from 0, as kubectl counts them (empty ones too).
    pub index: usize,
    /// The part of the source that the document covers.
    pub span: Span,
    pub(crate) nodes: Vec<Data>,
    pub(crate) items: Vec<u32>,
    pub(crate) entries: Vec<EntryData>,
    /// The comments, in the order of the text.
    pub comments: Vec<Comment>,
    /// The values of anchors that aliases and merges repeat.
    pub(crate) repeated: Vec<Span>,
    /// Keys that one mapping holds more than once.
    pub duplicates: Vec<Duplicate>,
    /// The nodes that are objects of their own: the root, or the items of a `List`. Paths start there.
    pub(crate) objects: Vec<u32>,
    /// Which item of a `List` its first object is, from 0: an item can be read by itself.
    pub(crate) first_item: usize,
    /// Whether some key begins with `$`, as the directives of patches do.
    pub(crate) has_dollar_key: bool,
}

impl Document {
    /// Makes the value of `node` read as `null`, a field that nobody set, and returns what it was.
    pub(crate) fn set_null(&mut self, node: u32) -> Content {
        std::mem::replace(&mut self.nodes[node as usize].content, Content::Null)
    }

    /// Gives `node` back the content that [`Document::set_null`] returned.
    pub(crate) fn restore(&mut self, node: u32, content: Content) {
        self.nodes[node as usize].content = content;
    }

    pub(crate) fn text<'d>(&'d self, text: &'d Text) -> &'d str {
        text.of(&self.source)
    }
}
