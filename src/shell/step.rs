//! A command of a script, where it stands and what becomes of its status.

use super::syntax::{AndOr, Command, Pipeline};
use crate::value::program::ShellOptions;

/// What becomes of the status of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is the status of the whole script.
    Decides,
    /// The script looks at it.
    Checked,
    /// `set -e` ends the script when it is a failure.
    Guarded,
    /// When it is a failure, `&&` skips the rest of its list and the script continues, in spite of `set -e`.
    Skips,
    /// Nobody looks, and the script continues.
    Ignored,
    /// Nobody looks, and `set -e` would do nothing there: what it stands in is a condition.
    Unguarded,
    /// `||` replaces it by a success.
    Swallowed,
    /// It is the status of a part of a pipeline that is not the last.
    Piped,
    /// It is the status of a substitution of which only the output counts.
    Argument,
    /// The command runs in the background.
    Background,
}

/// A command without commands in it, with what becomes of its status.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The command.
    pub command: &'a Command<'a>,
    /// What becomes of its status.
    pub fate: Fate,
    /// What becomes of the status of the pipeline it is a part of.
    pub pipeline_fate: Fate,
    /// What the shell is set to when it runs.
    pub options: ShellOptions,
    /// Where it stands.
    pub context: Context,
    /// The pipeline it is a part of.
    pub pipeline: &'a Pipeline<'a>,
    /// What `||` runs when it fails.
    pub handler: Option<&'a Pipeline<'a>>,
    /// What it stands in that is a condition as a whole: `{ …; } && work`, a loop, or the call of a function.
    pub enclosing: Option<&'a Command<'a>>,
    /// What reads its status next, though `set -e` has ended the script before that can be a failure.
    pub late_check: Option<&'a AndOr<'a>>,
}

/// Where a command stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context {
    /// In a loop.
    pub in_loop: bool,
    /// In the body of a function.
    pub in_function: bool,
    /// In `$(…)` or backquotes.
    pub in_substitution: bool,
    /// In a condition, where `set -e` does nothing.
    pub in_condition: bool,
    /// In the condition of a loop, which asks again and again.
    pub in_loop_condition: bool,
    /// In a branch of `if` or `case`.
    pub in_branch: bool,
    /// After `||`, or after `&&` and a command that only looks.
    pub is_guarded: bool,
    /// Where every path ends the script with a failure.
    pub is_failing: bool,
}
