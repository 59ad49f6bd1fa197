//! What Kubernetes reads in a manifest, with the place of everything in it.
//!
//! [`read`] takes a file apart as kubectl does ([`split`]), [`yaml`] and [`json`] turn each part into a tree of
//! nodes with byte spans, and [`Document::from_value`] does the same for an object without a text (admission).

mod build;
mod field;
pub mod json;
pub mod resolve;
mod scan;
mod split;
mod strict;
mod yaml;

use std::sync::Arc;

pub use build::SyntaxError;
pub use field::Field;
pub use split::{Problem, Stream, read};

use crate::source::Source;
use crate::span::Span;

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
}

/// A handle to a node; its path is derived only when something is found.
#[derive(Clone, Copy)]
pub struct Node<'d> {
    /// The document of the node.
    pub document: &'d Document,
    pub(crate) id: u32,
}

/// A key of a mapping with its value.
#[derive(Clone, Copy)]
pub struct Entry<'d> {
    /// The key as Kubernetes reads it: `yes` is the key `true`.
    pub key: &'d str,
    /// Where the key is written.
    pub key_span: Span,
    /// The value.
    pub value: Node<'d>,
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

    /// Says whether any key of the document starts with this character.
    pub fn has_key(&self, first: char) -> bool {
        self.entries.iter().any(|entry| self.text(&entry.key).starts_with(first))
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
        (0..crate::span::narrow(self.nodes.len())).map(|id| self.node(id))
    }

    pub(crate) fn text<'d>(&'d self, text: &'d Text) -> &'d str {
        match text {
            Text::Source(span) => span.text(&self.source.text),
            Text::Owned(text) => text,
        }
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && std::ptr::eq(self.document, other.document)
    }
}

impl<'d> Node<'d> {
    fn data(self) -> &'d Data {
        &self.document.nodes[self.id as usize]
    }

    /// Returns what the node holds.
    pub fn value(self) -> Value<'d> {
        match &self.data().content {
            Content::Null => Value::Null,
            Content::Bool(value) => Value::Bool(*value),
            Content::Int(value) => Value::Int(i128::from(*value)),
            Content::Uint(value) => Value::Int(i128::from(*value)),
            Content::Float(value) => Value::Float(*value),
            Content::String(text) => Value::String(self.document.text(text)),
            Content::List { .. } => Value::List,
            Content::Map { .. } => Value::Map,
        }
    }

    /// Returns the text of a string, nothing for any other value.
    pub fn text(self) -> Option<&'d str> {
        match self.value() {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Says whether the node is `null`, which Kubernetes takes for a field that is not set.
    pub fn is_null(self) -> bool {
        self.value() == Value::Null
    }

    /// Returns the value as it is written, quotes and all.
    pub fn raw(self) -> &'d str {
        self.span().text(&self.document.source.text)
    }

    /// Returns how the node is written.
    pub fn style(self) -> Style {
        self.data().style
    }

    /// Says whether the node is reached through an alias or a merge, so that its text serves another place too.
    pub fn is_aliased(self) -> bool {
        self.data().aliased
    }

    /// Returns the bytes of the value; empty for an admission object.
    pub fn span(self) -> Span {
        self.data().span
    }

    /// Says whether the node is an object of its own: a whole document, or an item of a `List`.
    pub fn is_object(self) -> bool {
        self.document.objects.binary_search(&self.id).is_ok()
    }

    /// Returns the mapping or list around the node.
    pub fn parent(self) -> Option<Node<'d>> {
        let data = self.data();
        (data.link != Link::Root).then(|| self.document.node(data.parent))
    }

    /// Says whether the node is `other` or below it.
    pub fn is_within(self, other: Node<'_>) -> bool {
        let mut node = Some(self);
        while let Some(at) = node {
            if at == other {
                return true;
            }
            node = at.parent();
        }
        false
    }

    /// Returns the bytes of the key that holds the node, nothing for list items and roots.
    pub fn key_span(self) -> Option<Span> {
        match self.data().link {
            Link::Entry(entry) => Some(self.document.entries[entry as usize].key_span),
            _ => None,
        }
    }

    /// Returns the key that holds the node, nothing for list items and roots.
    pub fn key(self) -> Option<&'d str> {
        match self.data().link {
            Link::Entry(entry) => Some(self.document.text(&self.document.entries[entry as usize].key)),
            _ => None,
        }
    }

    /// Returns the items of a list; none for any other value.
    pub fn items(self) -> impl DoubleEndedIterator<Item = Node<'d>> + ExactSizeIterator {
        let (start, len) = match self.data().content {
            Content::List { start, len } => (start as usize, len as usize),
            _ => (0, 0),
        };
        self.document.items[start..start + len].iter().map(move |&id| self.document.node(id))
    }

    /// Returns the entries of a mapping in the order of the text; none for any other value.
    pub fn entries(self) -> impl DoubleEndedIterator<Item = Entry<'d>> + ExactSizeIterator {
        let (start, len) = match self.data().content {
            Content::Map { start, len } => (start as usize, len as usize),
            _ => (0, 0),
        };
        let document = self.document;
        document.entries[start..start + len].iter().map(move |entry| document.entry(entry))
    }

    /// Returns the value of `key` in a mapping, `null` included.
    pub fn get(self, key: &str) -> Option<Node<'d>> {
        self.get_bytes(key.as_bytes())
    }

    /// Returns the value of the key with these bytes: rules ask this a hundred times an object.
    pub(super) fn get_bytes(self, key: &[u8]) -> Option<Node<'d>> {
        let Content::Map { start, len } = self.data().content else { return None };
        let document = self.document;
        let entries = &document.entries[start as usize..(start + len) as usize];
        let found = entries.iter().find(|entry| match &entry.key {
            Text::Source(span) => document.source.text.as_bytes().get(span.range()) == Some(key),
            Text::Owned(text) => text.as_bytes() == key,
        });
        found.map(|entry| document.node(entry.value))
    }

    /// Returns the field at `path`, set or not, below the node.
    pub fn field(self, path: &'static str) -> Field<'d> {
        Field::new(self, path)
    }

    /// Returns the node's path as Kubernetes writes it: `spec.template.spec.containers[0].image`.
    ///
    /// A key that is no plain field name, as labels and annotations have, stands in brackets: `metadata.labels[a/b]`.
    pub fn path(self) -> String {
        let mut parts = Vec::new();
        let mut node = self;
        while let Some(parent) = node.parent().filter(|_| !node.is_object()) {
            match node.data().link {
                Link::Item(index) => parts.push(format!("[{index}]")),
                _ => parts.push(key_part(node.key().unwrap_or_default())),
            }
            node = parent;
        }
        parts.reverse();
        let path = parts.concat();
        path.strip_prefix('.').map_or_else(|| path.clone(), str::to_owned)
    }

    /// Returns the place that stands for a mapping as a whole: its key, or its first key where a list or file holds it.
    pub fn head(self) -> Span {
        self.key_span()
            .or_else(|| self.entries().next().map(|entry| entry.key_span))
            .unwrap_or_else(|| self.span())
    }
}

/// Returns the part of a path that `key` adds.
fn key_part(key: &str) -> String {
    let plain = !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if plain { format!(".{key}") } else { format!("[{key}]") }
}
