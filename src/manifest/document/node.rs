//! A node of a document: what it holds, where it is, and what is around it.

use std::fmt::Write as _;

use super::data::Document;
use super::data::{Content, Data, Duplicate, Link, Style, digest, key_bit};
use crate::manifest::document::data::EntryData;
use crate::text::span::Span;

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
        match &self.data().content {
            Content::String(text) => Some(self.document.text(text)),
            _ => None,
        }
    }

    /// Returns the number of an integer; `None` for any other value.
    pub fn integer(self) -> Option<i64> {
        match self.data().content {
            Content::Int(number) => Some(number),
            _ => None,
        }
    }

    /// Returns the value of a boolean; `None` for any other value.
    pub fn boolean(self) -> Option<bool> {
        match self.data().content {
            Content::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// Whether the node is `null`, which Kubernetes takes for a field that is not set.
    pub fn is_null(self) -> bool {
        matches!(self.data().content, Content::Null)
    }

    /// Returns the value as it is written, quotes and all.
    pub fn raw(self) -> &'d str {
        self.span().text(&self.document.source.text)
    }

    /// Returns how the node is written.
    pub fn style(self) -> Style {
        self.data().style
    }

    /// Whether the node is reached through an alias or a merge, so that its text serves another place too.
    pub fn is_aliased(self) -> bool {
        self.data().aliased
    }

    /// Returns the bytes of the value; empty for an admission object.
    pub fn span(self) -> Span {
        self.data().span
    }

    /// Whether the node is an object of its own: a whole document, or an item of a `List`.
    pub fn is_object(self) -> bool {
        self.document.objects.binary_search(&self.id).is_ok()
    }

    /// Returns the mapping or list around the node.
    pub fn parent(self) -> Option<Node<'d>> {
        let data = self.data();
        (data.link != Link::Root).then(|| self.document.node(data.parent))
    }

    /// Returns the item before this one in its list; nothing for the first item, values of mappings and roots.
    pub fn item_before(self) -> Option<Node<'d>> {
        match self.data().link {
            Link::Item(index) => self.parent()?.items().nth(index.checked_sub(1)? as usize),
            _ => None,
        }
    }

    /// Whether the node is `other` or below it.
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

    /// Returns the repeated keys in the text of the node, in its order; all of the document's for the root.
    pub fn duplicates(self) -> &'d [Duplicate] {
        let (all, span) = (&self.document.duplicates, self.span());
        if self.data().link == Link::Root {
            return all;
        }
        let start = all.partition_point(|it| it.second.start < span.start);
        let end = all.partition_point(|it| it.second.start < span.end);
        all.get(start..end).unwrap_or_default()
    }

    /// Returns the items of a list; none for any other value.
    pub fn items(self) -> impl DoubleEndedIterator<Item = Node<'d>> + ExactSizeIterator {
        self.document.nodes_of(self.item_ids())
    }

    /// Returns the entries of a mapping in the order of the text; none for any other value.
    pub fn entries(self) -> impl DoubleEndedIterator<Item = Entry<'d>> + ExactSizeIterator {
        self.document.entries_of(self.entry_data())
    }

    /// Returns what numbers the items of a list; nothing for any other value.
    pub(super) fn item_ids(self) -> &'d [u32] {
        match self.data().content {
            Content::List { start, len } => &self.document.items[start as usize..(start + len) as usize],
            _ => &[],
        }
    }

    /// Returns what the entries of a mapping consist of; nothing for any other value.
    pub(super) fn entry_data(self) -> &'d [EntryData] {
        match self.data().content {
            Content::Map { start, len, .. } => &self.document.entries[start as usize..(start + len) as usize],
            _ => &[],
        }
    }

    /// Calls `visit` with the node and all nodes below it, in the order of the text.
    pub fn visit(self, visit: &mut dyn FnMut(Node<'d>)) {
        visit(self);
        match self.data().content {
            Content::List { .. } => self.items().for_each(|item| item.visit(visit)),
            Content::Map { .. } => {
                self.entry_data().iter().for_each(|entry| self.document.node(entry.value).visit(visit));
            }
            _ => {}
        }
    }

    /// Returns the value of `key` in a mapping, `null` included.
    #[inline]
    pub fn get(self, key: &str) -> Option<Node<'d>> {
        self.get_digested(digest(key.as_bytes()), key.as_bytes())
    }

    /// Returns the value of the key with these bytes and this digest. Inlined, a known key that is not there costs a look at one bit.
    #[inline]
    pub(super) fn get_digested(self, digest: u32, key: &[u8]) -> Option<Node<'d>> {
        let Content::Map { start, len, keys } = self.data().content else { return None };
        if keys & key_bit(digest) == 0 {
            return None;
        }
        self.find(start as usize..(start + len) as usize, digest, key)
    }

    /// Returns the value of a key among the entries of a mapping.
    #[inline(never)]
    fn find(self, entries: std::ops::Range<usize>, digest: u32, key: &[u8]) -> Option<Node<'d>> {
        let document = self.document;
        let is_same = |entry: &&EntryData| entry.digest == digest && entry.key.bytes(&document.source) == key;
        document.entries[entries].iter().find(is_same).map(|entry| document.node(entry.value))
    }

    /// Returns the node's path as Kubernetes writes it: `spec.template.spec.containers[0].image`.
    ///
    /// A key that is not a plain field name, as labels and annotations have, stands in brackets: `metadata.labels[a/b]`.
    pub fn path(self) -> String {
        let below = |node: &Node<'_>| node.parent().is_some() && !node.is_object();
        let mut nodes: Vec<_> =
            std::iter::successors(Some(self), |it| it.parent()).take_while(below).collect();
        nodes.reverse();
        let mut path = String::with_capacity(16 * nodes.len());
        for node in nodes {
            match node.data().link {
                Link::Item(index) => _ = write!(path, "[{index}]"),
                _ => push_key(&mut path, node.key().unwrap_or_default()),
            }
        }
        path
    }

    /// Returns the place that stands for a mapping as a whole: its key, or its first key where a list or file holds it.
    pub fn head(self) -> Span {
        self.key_span()
            .or_else(|| self.entries().next().map(|entry| entry.key_span))
            .unwrap_or_else(|| self.span())
    }
}

/// Adds `key` to a path: `.key` where it is a plain word, else `[key]`.
fn push_key(path: &mut String, key: &str) {
    let is_plain_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let (before, after) = if key.is_empty() || !key.bytes().all(is_plain_byte) {
        ("[", "]")
    } else if path.is_empty() {
        ("", "")
    } else {
        (".", "")
    };
    path.push_str(before);
    path.push_str(key);
    path.push_str(after);
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

impl Document {
    /// Returns the outermost node.
    pub fn root(&self) -> Node<'_> {
        Node { document: self, id: 0 }
    }

    /// Returns the mapping of a duplicate key, and the entry that Kubernetes keeps.
    pub fn kept(&self, duplicate: &Duplicate) -> (Node<'_>, Entry<'_>) {
        (self.node(duplicate.map), self.entry(&self.entries[duplicate.entry as usize]))
    }

    /// Returns the nodes that these ids number.
    pub(super) fn nodes_of<'d>(
        &'d self,
        ids: &'d [u32],
    ) -> impl DoubleEndedIterator<Item = Node<'d>> + ExactSizeIterator {
        ids.iter().map(|&id| self.node(id))
    }

    /// Returns the entries that consist of this.
    pub(super) fn entries_of<'d>(
        &'d self,
        entries: &'d [EntryData],
    ) -> impl DoubleEndedIterator<Item = Entry<'d>> + ExactSizeIterator {
        entries.iter().map(|entry| self.entry(entry))
    }

    fn entry<'d>(&'d self, data: &'d EntryData) -> Entry<'d> {
        Entry { key: self.text(&data.key), key_span: data.key_span, value: self.node(data.value) }
    }

    /// Whether the document is written as JSON.
    pub fn is_json(&self) -> bool {
        let text = self.span.text(&self.source.text).trim_start();
        // The keys around an item that is read by itself are not written there.
        let is_quoted = |key: Span| key.is_empty() || key.text(&self.source.text).starts_with('"');
        text.starts_with('{') && self.root().entries().all(|entry| is_quoted(entry.key_span))
    }

    /// Returns the node that `id` numbers.
    pub(crate) fn node(&self, id: u32) -> Node<'_> {
        Node { document: self, id }
    }

    /// Returns the objects that the document holds: the items of a `List`, else the root.
    pub fn objects(&self) -> impl Iterator<Item = Node<'_>> {
        self.objects.iter().map(|&id| self.node(id))
    }

    /// Returns the objects with their numbers: those of the items of a `List`, else 0.
    pub(crate) fn numbered_objects(&self) -> impl Iterator<Item = (usize, Node<'_>)> {
        (self.first_item..).zip(self.objects())
    }

    /// Returns which item of a `List` an object with a number is; nothing if the document is the object.
    pub(crate) fn item(&self, number: usize) -> Option<usize> {
        (!self.root().is_object()).then_some(number)
    }

    /// Returns every node of the document, parents before or after children in no set order.
    pub fn all(&self) -> impl Iterator<Item = Node<'_>> {
        (0..crate::text::span::to_u32(self.nodes.len())).map(|id| self.node(id))
    }
}
