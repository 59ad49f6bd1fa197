//! Why scripts cannot be read.

use crate::text::span::Span;

/// Why a script cannot be read.
#[derive(Clone, Debug)]
pub struct SyntaxError {
    /// What is wrong, in words.
    pub message: String,
    /// Where.
    pub span: Span,
    /// How sure that is.
    pub cause: Cause,
}

/// Why a script cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The shell cannot read it either.
    Shell,
    /// The limits on length or nesting.
    Limit,
    /// It has syntax that this parser does not support.
    Unsupported,
    /// A template engine has yet to fill it in.
    Template,
}

impl Cause {
    /// Whether the shell may well read the script: then it may do anything, and no rule has checked it.
    pub fn is_unread(self) -> bool {
        matches!(self, Cause::Limit | Cause::Unsupported)
    }
}

pub(super) type Parsed<T> = Result<T, SyntaxError>;
