//! A place outside the text of a finding: in another document or file that was read in the same run.

use std::borrow::Cow;

use crate::text::source::{Origin, Source};
use crate::text::span::{Position, Span};

/// A place in another object that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Elsewhere {
    /// The name of the text, of which nothing else is kept.
    pub source: String,
    /// The file that people write, where the text was made of it.
    made_of: Option<String>,
    /// Where the place starts in the text.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
    /// What it has to do with the finding.
    pub text: Cow<'static, str>,
}

impl Elsewhere {
    /// Returns the place of a span, which has nothing to do with any finding yet.
    pub fn of(source: &Source, span: Span) -> Self {
        let (start, end) = source.positions(span);
        let made_of = match &source.origin {
            Origin::Rendered { file, .. } => Some(file.clone()),
            _ => None,
        };
        Elsewhere { source: source.name.clone(), made_of, start, end, text: Cow::Borrowed("") }
    }

    /// Returns the file that people write.
    pub fn file(&self) -> &str {
        self.made_of.as_deref().unwrap_or(&self.source)
    }

    /// Whether the lines are those of what was rendered, not of the file.
    pub fn is_rendered(&self) -> bool {
        self.made_of.is_some()
    }

    /// Moves the place to a line of the file that it was made of.
    pub fn move_to(&mut self, file: &Source, span: Span) {
        let text = std::mem::take(&mut self.text);
        *self = Elsewhere { text, ..Elsewhere::of(file, span) };
    }

    /// Writes the place as compilers do: `prod/limits.yaml:4:9`.
    pub fn written(&self) -> String {
        let note = if self.is_rendered() { " (rendered)" } else { "" };
        format!("{}:{}:{}{note}", self.file(), self.start.line, self.start.column)
    }
}
