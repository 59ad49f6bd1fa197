//! A part of an object that is kept when its document is gone.

use std::sync::{Arc, OnceLock};

use crate::manifest::document::{Document, Node, Stream, read};
use crate::text::source::Source;

/// A part of an object: short while nobody asks for it, and read once.
#[derive(Debug)]
pub struct Specification {
    json: Box<str>,
    read: OnceLock<Stream>,
}

impl Specification {
    /// Keeps a part of an object.
    pub(super) fn of(part: Node<'_>) -> Self {
        Specification { json: part.to_json().to_string().into(), read: OnceLock::new() }
    }

    /// Returns the outermost mapping.
    pub fn root(&self) -> Option<Node<'_>> {
        let stream = self.read.get_or_init(|| read(&Arc::new(Source::new("kept.json", &*self.json))));
        stream.documents.first().map(Document::root)
    }
}
