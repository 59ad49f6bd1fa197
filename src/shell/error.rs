//! Why scripts cannot be read.

use crate::text::span::Span;

/// Why a script cannot be read.
#[derive(Clone, Debug)]
pub struct ScriptError {
    /// What is wrong, in words.
    pub message: String,
    /// Where.
    pub span: Span,
    /// How sure that is.
    pub cause: UnreadableCause,
}

/// Why a script cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnreadableCause {
    /// The shell cannot read it either.
    Shell,
    /// The limits on length or nesting.
    Limit,
    /// It has syntax that this parser does not support.
    Unsupported,
    /// A backslash at the end of a line continues a word or an operator on the next one, which this parser does not support.
    Continued,
    /// A template engine has yet to fill it in.
    Template,
}

impl UnreadableCause {
    /// Whether the shell may well read the script: then it may do anything, and no rule has checked it.
    pub fn is_unread(self) -> bool {
        !matches!(self, UnreadableCause::Shell | UnreadableCause::Template)
    }
}

pub(super) type Parsed<T> = Result<T, ScriptError>;
