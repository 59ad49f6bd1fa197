//! A text as the linter sees it: where it comes from, its name, and its lines.

use std::sync::OnceLock;

use crate::text::span::{LineIndex, Position, Span};

/// The name of standard input, unless the call gives it another one.
pub const STDIN: &str = "<stdin>";

/// Where a text comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A file or standard input.
    #[default]
    File,
    /// A file that a kustomization names as a patch: its objects are parts that others complete.
    Patch,
    /// An API server that sends an object, without a text.
    Server,
    /// The output of Helm or Kustomize.
    Rendered {
        /// The file that it was made of.
        file: String,
        /// Which document of the output that was made of this file, from 1.
        document: usize,
    },
}

/// A text with the name that people know it by.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Source {
    /// The path as given or found, with `/` between its parts; [`STDIN`] for standard input.
    pub name: String,
    /// The whole text; empty where there is none, or where it could not be read.
    pub text: String,
    /// Where it comes from.
    pub origin: Origin,
    lines: OnceLock<LineIndex>,
}

impl Source {
    /// Makes a source of a file's name and text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Source { name: name.into(), text: text.into(), origin: Origin::File, lines: OnceLock::new() }
    }

    /// Makes the source of an object that an API server sends.
    pub fn from_server() -> Self {
        Source { origin: Origin::Server, ..Source::default() }
    }

    /// Makes the source of a document that Helm or Kustomize made of a file, the first of them or another one.
    pub fn rendered(file: &str, document: usize, text: impl Into<String>) -> Self {
        let name = match document {
            1 => format!("{file} (rendered)"),
            number => format!("{file} (rendered, document {number})"),
        };
        Source { origin: Origin::Rendered { file: file.to_owned(), document }, ..Source::new(name, text) }
    }

    /// Makes the same source with another text.
    pub fn with_text(&self, text: impl Into<String>) -> Self {
        Source { origin: self.origin.clone(), ..Source::new(self.name.as_str(), text) }
    }

    /// Returns the file that people write: for what was rendered the one that it was made of.
    pub fn file(&self) -> &str {
        match &self.origin {
            Origin::Rendered { file, .. } => file,
            _ => &self.name,
        }
    }

    /// Whether an API server sends it.
    pub fn is_from_server(&self) -> bool {
        self.origin == Origin::Server
    }

    /// Returns the starts of the lines, found when first asked for.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Returns where `span` starts and ends.
    pub fn positions(&self, span: Span) -> (Position, Position) {
        let lines = self.lines();
        (lines.position(&self.text, span.start), lines.position(&self.text, span.end))
    }

    /// Returns the text of a line, from 1, without its end.
    pub fn line(&self, line: usize) -> &str {
        let lines = self.lines();
        let start = lines.start_of(line) as usize;
        let end = if line < lines.lines() { lines.start_of(line + 1) as usize } else { self.text.len() };
        self.text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }
}
