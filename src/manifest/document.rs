//! What Kubernetes reads in a manifest, with the place of everything in it.
//!
//! [`read`] takes a file apart as kubectl does ([`split`]), [`yaml`] and [`json`] turn each part into a tree of
//! nodes with byte spans, and [`Document::from_value`] does the same for an object without a text (admission).

mod build;
mod field;
pub mod json;
mod node;
pub mod resolve;
mod scan;
mod split;
mod strict;
mod yaml;

use std::sync::Arc;

pub use build::SyntaxError;
pub use field::Field;
pub use node::{Entry, Node};
pub use split::{Problem, Stream, read};

use crate::text::source::Source;
use crate::text::span::Span;

/// Deeper nesting than this is not read: no Kubernetes type is nested half as deep.
///
/// Kubernetes itself gives up at 10,000 levels (`go.yaml.in/yaml/v2`, `encoding/json`).
pub const MAXIMUM_DEPTH: usize = 250;

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
}

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

/// What a node holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'d> {
    /// Nothing: `null`, `~` or no text at all.
    Null,
    /// A truth value, in YAML 1.1 also `yes`, `no`, `on`, `off`, `y` and `n`.
    Bool(bool),
    /// A number without a fraction, from the least `i64` to the greatest `u64`.
    Int(i128),
    /// Any other number.
    Float(f64),
    /// A text.
    String(&'d str),
    /// A list.
    List,
    /// A mapping.
    Map,
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
    },
}

/// A text that is a part of the source, or its own where the source has escapes, folds or none.
#[derive(Clone, Debug)]
pub(crate) enum Text {
    Source(Span),
    Owned(Box<str>),
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

/// Sums up a key in its length and three of its bytes, in which nearly all keys differ: rules look keys up hundreds of
/// times an object.
fn digest(key: &[u8]) -> u32 {
    match key {
        [] => 0,
        [first, .., last] => u32::from_le_bytes([key.len() as u8, *first, key[key.len() / 2], *last]),
        [only] => u32::from_le_bytes([1, *only, *only, *only]),
    }
}

impl Document {
    /// Returns the outermost node.
    pub fn root(&self) -> Node<'_> {
        Node { document: self, id: 0 }
    }

    /// Returns the mapping of a duplicate key, and the entry that Kubernetes keeps.
    pub fn kept(&self, duplicate: &Duplicate) -> (Node<'_>, Entry<'_>) {
        (self.node(duplicate.map), self.entry(&self.entries[duplicate.entry as usize]))
    }

    fn entry<'d>(&'d self, data: &'d EntryData) -> Entry<'d> {
        Entry { key: self.text(&data.key), key_span: data.key_span, value: self.node(data.value) }
    }

    /// Says whether the document is written as JSON.
    pub fn is_json(&self) -> bool {
        let text = self.span.text(&self.source.text).trim_start();
        text.starts_with('{')
            && self.root().entries().all(|entry| entry.key_span.text(&self.source.text).starts_with('"'))
    }

    /// Returns the node that `id` numbers.
    pub(crate) fn node(&self, id: u32) -> Node<'_> {
        Node { document: self, id }
    }

    /// Returns the objects that the document holds: the items of a `List`, else the root.
    pub fn objects(&self) -> impl Iterator<Item = Node<'_>> {
        self.objects.iter().map(|&id| self.node(id))
    }

    /// Makes the value of `node` read as `null`: a field that nobody set.
    pub(crate) fn forget(&mut self, node: u32) {
        self.nodes[node as usize].content = Content::Null;
    }

    /// Returns every node of the document, parents before or after children in no set order.
    pub fn all(&self) -> impl Iterator<Item = Node<'_>> {
        (0..crate::text::span::narrow(self.nodes.len())).map(|id| self.node(id))
    }

    pub(crate) fn text<'d>(&'d self, text: &'d Text) -> &'d str {
        match text {
            Text::Source(span) => span.text(&self.source.text),
            Text::Owned(text) => text,
        }
    }
}
