//! Why a document cannot be read.

use super::data::MAX_DEPTH;
use crate::text::span::Span;

/// Why a document cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong, as half a sentence without a full stop.
    pub message: String,
    /// What to write, where it is known.
    pub help: Option<String>,
    /// The place at which reading stopped.
    pub span: Span,
    /// The line of the document that kubectl names, which may be the one above; 0 where it names none.
    pub line: u32,
}

impl SyntaxError {
    pub(super) fn new(message: impl Into<String>, span: Span) -> Self {
        SyntaxError { message: message.into(), help: None, span, line: 0 }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        SyntaxError { help: Some(help.into()), ..self }
    }

    pub(super) fn too_deep(span: Span) -> Self {
        SyntaxError::new(format!("nesting is deeper than {MAX_DEPTH} levels"), span)
    }
}
