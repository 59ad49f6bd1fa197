//! A file as the linter sees it: its name, its text, and the lines of the text.

use std::sync::OnceLock;

use crate::text::span::{LineIndex, Position, Span};

/// A text with the name that people know it by.
#[derive(Debug, Default)]
pub struct Source {
    /// The path as given or found, with `/` between its parts; `<stdin>` for standard input.
    pub name: String,
    /// The whole text, empty for an admission object.
    pub text: String,
    /// Whether the file's objects are known to be parts that others complete: a kustomization names it as a patch.
    pub is_patch: bool,
    lines: OnceLock<LineIndex>,
}

impl Source {
    /// Makes a source of a name and a text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Source { name: name.into(), text: text.into(), is_patch: false, lines: OnceLock::new() }
    }

    /// Makes the same file with another text.
    pub fn with_text(&self, text: impl Into<String>) -> Self {
        Source { is_patch: self.is_patch, ..Source::new(self.name.as_str(), text) }
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
