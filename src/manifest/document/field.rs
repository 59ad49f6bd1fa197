//! A field of a document: where it is, whether it is there or not.

use super::data::digest;
use super::node::{Entry, Node};
use crate::text::span::Span;

/// A field that a rule asks about, set or not: its value and where to report it. Asking cannot fail.
///
/// The path may name several levels (`resources.limits.memory`); the field is missing where any of them is.
/// As Kubernetes does, `null` counts as missing.
#[derive(Clone, Copy)]
pub struct Field<'d> {
    /// The mapping that the path starts from.
    pub parent: Node<'d>,
    path: &'static str,
    /// What [`digest`] makes of the path, unless it has several parts: known before the program runs wherever the path is.
    digest: Option<u32>,
}

impl<'d> Field<'d> {
    /// Returns the name of the field: the last part of its path.
    pub fn name(self) -> &'static str {
        self.path.rsplit('.').next().unwrap_or(self.path)
    }

    /// Returns the value, unless the field is missing or `null`.
    pub fn node(self) -> Option<Node<'d>> {
        self.written().filter(|node| !node.is_null())
    }

    /// Returns the value, `null` included.
    #[inline]
    pub fn written(self) -> Option<Node<'d>> {
        match self.digest {
            Some(digest) => self.parent.get_digested(digest, self.path.as_bytes()),
            None => self.written_below(),
        }
    }

    /// Returns the value at a path of several parts.
    fn written_below(self) -> Option<Node<'d>> {
        let mut parts = self.path.as_bytes().split(|&byte| byte == b'.');
        parts.try_fold(self.parent, |node, key| node.get_digested(digest(key), key))
    }

    /// Whether the field is not there or `null`.
    pub fn is_missing(self) -> bool {
        self.node().is_none()
    }

    /// Whether the field is there and not `null`.
    pub fn is_set(self) -> bool {
        self.node().is_some()
    }

    /// Returns the text of a string.
    pub fn text(self) -> Option<&'d str> {
        self.node()?.text()
    }

    /// Returns the number of an integer.
    pub fn integer(self) -> Option<i64> {
        self.node()?.integer()
    }

    /// Returns the truth value of a boolean.
    pub fn boolean(self) -> Option<bool> {
        self.node()?.boolean()
    }

    /// Whether the field holds just this text.
    pub fn is(self, text: &str) -> bool {
        self.text() == Some(text)
    }

    /// Returns the items of a list; none if the field is missing.
    pub fn items(self) -> impl DoubleEndedIterator<Item = Node<'d>> + ExactSizeIterator {
        self.parent.document.nodes_of(self.node().map_or(&[], Node::item_ids))
    }

    /// Returns the entries of a mapping in the order of the text; none if the field is missing.
    pub fn entries(self) -> impl DoubleEndedIterator<Item = Entry<'d>> + ExactSizeIterator {
        self.parent.document.entries_of(self.node().map_or(&[], Node::entry_data))
    }

    /// Returns the field's path from the root: `spec.backoffLimit`.
    pub fn path(self) -> String {
        let parent = self.parent.path();
        if parent.is_empty() { self.path.to_owned() } else { format!("{parent}.{}", self.path) }
    }

    /// Returns the deepest node of the path that is there, and the keys that are missing below it.
    pub fn deepest(self) -> (Node<'d>, Vec<&'static str>) {
        let mut node = self.parent;
        let mut keys = self.path.split('.');
        let mut missing = Vec::new();
        for key in keys.by_ref() {
            match node.get(key) {
                Some(next) => node = next,
                None => {
                    missing.push(key);
                    break;
                }
            }
        }
        missing.extend(keys);
        (node, missing)
    }

    /// Returns the value's place; for a missing field the key of the mapping that lacks it.
    pub fn span(self) -> Span {
        let mut node = self.parent;
        for key in self.path.split('.') {
            match node.get(key) {
                Some(next) if !next.is_null() => node = next,
                Some(null) => return null.head(),
                None => return node.head(),
            }
        }
        node.span()
    }
}

/// Whether a path has several parts, without a loop that the compiler could not do beforehand.
#[inline]
fn has_dot(path: &[u8]) -> bool {
    let is_in = |bytes: &[u8; 8]| bytes.iter().fold(false, |found, byte| found | (*byte == b'.'));
    match path.last_chunk() {
        Some(last) => is_in(last) || path.as_chunks().0.iter().any(is_in),
        None => path.iter().fold(false, |found, byte| found | (*byte == b'.')),
    }
}

impl<'d> Node<'d> {
    /// Returns the field at `path`, set or not, below the node.
    #[inline]
    pub fn field(self, path: &'static str) -> Field<'d> {
        let bytes = path.as_bytes();
        Field { parent: self, path, digest: (!has_dot(bytes)).then(|| digest(bytes)) }
    }
}
