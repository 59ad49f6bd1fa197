//! Where something is in an object and in its text.

use crate::manifest::document::Entry;
use crate::manifest::document::Field;
use crate::manifest::document::Node;
use crate::text::span::Span;

/// A path in an object with its bytes in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The field path from the object on, as Kubernetes writes it; empty for the document as a whole.
    pub path: String,
    /// The bytes, empty at 0 where the object has no text.
    pub span: Span,
}

impl From<Node<'_>> for Place {
    fn from(node: Node<'_>) -> Self {
        Place { path: node.path(), span: node.span() }
    }
}

impl From<Field<'_>> for Place {
    fn from(field: Field<'_>) -> Self {
        Place { path: field.path(), span: field.span() }
    }
}

impl From<Entry<'_>> for Place {
    /// Makes the place of an entry's key.
    fn from(entry: Entry<'_>) -> Self {
        Place { path: entry.value.path(), span: entry.key_span }
    }
}
