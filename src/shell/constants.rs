//! Conditions whose answer never changes: `true`, `sleep 60`, `[ 1 -eq 1 ]`.

use super::syntax::{Command, CommandKind, Word};

/// Returns whether a command always succeeds or always fails; `None` where that depends on something.
pub(super) fn constant_status(command: &Command<'_>) -> Option<bool> {
    match &command.kind {
        CommandKind::Arithmetic(text) => return text.trim().parse::<i64>().ok().map(|it| it != 0),
        CommandKind::Test(words) => return test_of(words),
        _ => {}
    }
    match command.words() {
        [name, _] if name.is("sleep") => Some(true),
        [name] if name.is("true") || name.is(":") => Some(true),
        [name] if name.is("false") => Some(false),
        [name, words @ ..] if name.is("test") => test_of(words),
        [open, words @ .., close] if open.is("[") && close.is("]") => test_of(words),
        _ => None,
    }
}

/// Returns the answer of a test of literal texts, as POSIX has it for up to three of them and a `!`.
fn test_of(words: &[Word<'_>]) -> Option<bool> {
    // The shell can put the names of files in the place of a pattern.
    let is_fixed = |word: &Word<'_>| !word.has_bare(&['*', '?', '[', '~', '{']);
    let texts: Vec<_> =
        words.iter().map(|word| word.literal().filter(|_| is_fixed(word))).collect::<Option<_>>()?;
    let texts: Vec<&str> = texts.iter().map(|it| &**it).collect();
    match texts.as_slice() {
        [] => Some(false),
        [text] => Some(!text.is_empty()),
        ["!", text] => Some(text.is_empty()),
        ["-n", text] => Some(!text.is_empty()),
        ["-z", text] => Some(text.is_empty()),
        ["!", "-n", text] => Some(text.is_empty()),
        ["!", "-z", text] => Some(!text.is_empty()),
        [one, operator, other] => compare(one, operator, other),
        ["!", one, operator, other] => compare(one, operator, other).map(|it| !it),
        _ => None,
    }
}

fn compare(one: &str, operator: &str, other: &str) -> Option<bool> {
    let numbers = || Some((one.parse::<i64>().ok()?, other.parse::<i64>().ok()?));
    let ordering = || numbers().map(|(one, other)| one.cmp(&other));
    match operator {
        "=" | "==" => Some(one == other),
        "!=" => Some(one != other),
        "-eq" => ordering().map(|it| it.is_eq()),
        "-ne" => ordering().map(|it| it.is_ne()),
        "-lt" => ordering().map(|it| it.is_lt()),
        "-le" => ordering().map(|it| it.is_le()),
        "-gt" => ordering().map(|it| it.is_gt()),
        "-ge" => ordering().map(|it| it.is_ge()),
        _ => None,
    }
}
