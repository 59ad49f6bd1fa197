//! Reads which other configurations a configuration extends.

use std::sync::Arc;

use super::Reader;
use crate::diagnostic::registry::Registry;
use crate::manifest::document::{self, Node, Value};
use crate::text::source::Source;
use crate::text::span::Span;

/// The most files of which one configuration can be made.
pub const MAX_FILES: usize = 20;

/// A configuration that another one extends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// Its path, relative to the directory of the file that extends it.
    pub path: String,
    /// Where it is named.
    pub span: Span,
}

/// Returns what a configuration extends, in the order in which it is to be read; what cannot be meant is reported when the
/// file is read as a whole.
pub fn bases(source: &Arc<Source>, registry: Registry) -> Vec<Base> {
    let mut reader = Reader { source, registry, errors: Vec::new() };
    let stream = document::read(source);
    let extends = stream.documents.first().and_then(|it| it.root().get("extends"));
    extends.filter(|it| !it.is_null()).map_or(Vec::new(), |it| reader.extends(it))
}

impl Reader<'_> {
    /// Reads a path, or a list of paths.
    pub(super) fn extends(&mut self, node: Node<'_>) -> Vec<Base> {
        if node.value() != Value::List {
            return self.base(node).into_iter().collect();
        }
        if node.items().len() >= MAX_FILES {
            self.type_error(node, &too_many_files());
        }
        node.items().take(MAX_FILES).filter_map(|item| self.base(item)).collect()
    }

    fn base(&mut self, node: Node<'_>) -> Option<Base> {
        let path = self.text(node)?;
        let error = if path.contains("://") {
            "only files can be extended: fetch it first, and write the path of the file".to_owned()
        } else if path.trim().is_empty() || path.contains(char::is_control) {
            "this must be the path of a file, relative to the directory of this one".to_owned()
        } else if path.starts_with(['/', '\\', '~']) || path.chars().nth(1) == Some(':') {
            format!("`{path}` must be relative to the directory of this file, such as `../base.yaml`")
        } else {
            return Some(Base { path, span: node.span() });
        };
        self.type_error(node, &error);
        None
    }
}

/// Says that a configuration has too many files.
pub fn too_many_files() -> String {
    format!("a configuration can be made of at most {MAX_FILES} files")
}
