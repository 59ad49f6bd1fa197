//! Scripts in which a backslash at the end of a line continues a word or an operator on the next one.

use super::error::{Parsed, ScriptError, UnreadableCause};
use super::parse::parse_as_written;
use super::syntax::Tree;

/// Reads a whole script as every shell does.
pub fn parse(text: &str) -> Parsed<Tree<'_>> {
    parse_for(text, false)
}

/// Reads a whole script as Bash does: it reads past what it cannot expand.
pub fn parse_for_bash(text: &str) -> Parsed<Tree<'_>> {
    parse_for(text, true)
}

fn parse_for(text: &str, is_for_bash: bool) -> Parsed<Tree<'_>> {
    parse_as_written(text, is_for_bash).map_err(|error| {
        // Shells take these away before anything else: `|\` and `|` on the next line are `||` (POSIX, XCU 2.2.1).
        let is_continued = error.cause == UnreadableCause::Shell
            && text.contains("\\\n")
            && parse_as_written(&text.replace("\\\n", ""), is_for_bash).is_ok();
        if !is_continued {
            return error;
        }
        let message =
            "a backslash splits a word or an operator across lines, which batchlint does not support"
                .to_owned();
        ScriptError { message, cause: UnreadableCause::Continued, ..error }
    })
}
