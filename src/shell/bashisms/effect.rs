//! What shells do with a feature that they lack.

use crate::shell::flavour::Lack;

/// What a shell that lacks a feature does where the script uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It reads no further.
    Syntax,
    /// It stops with `Bad substitution`.
    Substitution,
    /// It stops: a special builtin refuses an option.
    Stops,
    /// The command fails, and the script may continue.
    Fails,
    /// It does something else.
    Differs,
    /// It does not expand braces.
    Unexpanded,
    /// It does not expand the only word of a loop, which then runs once.
    RunsOnce,
    /// It expands it to nothing.
    Empty,
    /// It reads no further: a function cannot have such a name.
    Name,
}

/// A feature with the shells that lack it and what they do.
pub(super) type Feature = (&'static str, Lack, Effect);
