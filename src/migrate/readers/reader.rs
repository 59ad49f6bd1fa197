//! Reads the settings of another linter, with the place of every mistake.

use std::sync::Arc;

use crate::manifest::document::{self, Document, Entry, Node, Value};
use crate::migrate::notes::Note;
use crate::policy::config::file::ConfigError;
use crate::text::source::Source;
use crate::text::span::Span;

/// A name in a list.
pub(super) type Name<'d> = (&'d str, Span);

pub(super) struct Reader<'s> {
    source: &'s Source,
    pub(super) errors: Vec<ConfigError>,
}

impl<'s> Reader<'s> {
    /// Reads a file that has one document.
    pub(super) fn open(source: &'s Arc<Source>) -> (Self, Option<Document>) {
        let stream = document::read(source);
        let mut reader = Reader { source, errors: Vec::new() };
        for problem in &stream.problems {
            reader.error(problem.error.span, &problem.error.message);
        }
        let mut documents = stream.documents.into_iter();
        let first = documents.next();
        if let Some(second) = documents.next() {
            reader.error(second.root().span(), "the settings must be a single document");
        }
        if let Some(root) = first.as_ref().map(Document::root).filter(|it| !is_map_or_null(*it)) {
            reader.error(root.span(), "the settings must be a mapping");
        }
        (reader, first)
    }

    pub(super) fn finish(self) -> Result<(), Vec<ConfigError>> {
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors) }
    }

    pub(super) fn error(&mut self, span: Span, message: &str) {
        self.errors.push(ConfigError { span, message: message.to_owned() });
    }

    pub(super) fn note(&self, span: Span, subject: &str, text: &str) -> Note {
        Note::at(self.source, span, subject, text)
    }

    /// Returns the entries of a mapping.
    pub(super) fn map<'d>(&mut self, node: Option<Node<'d>>) -> impl Iterator<Item = Entry<'d>> + use<'d> {
        if let Some(node) = node.filter(|it| !is_map_or_null(*it)) {
            self.error(node.span(), "this must be a mapping");
        }
        node.into_iter().flat_map(Node::entries)
    }

    /// Returns the items of a list.
    pub(super) fn list<'d>(&mut self, node: Option<Node<'d>>) -> impl Iterator<Item = Node<'d>> + use<'d> {
        if let Some(node) = node.filter(|it| !it.is_null() && it.value() != Value::List) {
            self.error(node.span(), "this must be a list");
        }
        node.into_iter().flat_map(Node::items)
    }

    /// Returns the names in a list.
    pub(super) fn names<'d>(&mut self, node: Option<Node<'d>>) -> Vec<Name<'d>> {
        let items: Vec<Node<'d>> = self.list(node).collect();
        items.into_iter().filter_map(|it| Some((self.text(it)?, it.span()))).collect()
    }

    pub(super) fn text<'d>(&mut self, node: Node<'d>) -> Option<&'d str> {
        if node.text().is_none() {
            self.error(node.span(), "this must be a string");
        }
        node.text()
    }

    pub(super) fn boolean(&mut self, node: Option<Node<'_>>) -> bool {
        match node.filter(|it| !it.is_null()) {
            None => false,
            Some(node) => node.boolean().unwrap_or_else(|| {
                self.error(node.span(), "this must be `true` or `false`");
                false
            }),
        }
    }
}

/// Returns the value of a key, whose case does not matter, as for the libraries that both linters read their settings with.
pub(super) fn get<'d>(node: Option<Node<'d>>, key: &str) -> Option<Node<'d>> {
    node?.entries().find(|it| it.key.eq_ignore_ascii_case(key)).map(|it| it.value)
}

fn is_map_or_null(node: Node<'_>) -> bool {
    node.is_null() || node.value() == Value::Map
}
