//! The exit codes that a script names.

use std::collections::BTreeSet;

use super::syntax::{AndOr, Command, CommandKind, List, Part, Word};
use super::traversal::commands_in;
use crate::shell::script::Script;

/// An `exit` or `return` with its code.
pub struct ScriptExit<'a> {
    /// The command.
    pub command: &'a Command<'a>,
    /// The code as written.
    pub code: i64,
    /// Whether a variable with a name stands for it.
    pub named: bool,
}

impl<'a> Script<'a> {
    /// Returns the `exit` commands whose code is known.
    pub fn exits(&self) -> Vec<ScriptExit<'a>> {
        let commands = self.commands();
        let value = |name: &str| {
            let mut values = commands.iter().flat_map(|it| it.assignments()).filter(|it| it.name == name);
            let first = values.next()?.value.literal()?;
            values.next().is_none().then(|| first.parse().ok())?
        };
        let exits = commands.iter().filter(|it| it.is("exit"));
        // A script with more is not written by hand.
        exits
            .take(100)
            .filter_map(|command| {
                let word = command.arguments().first()?;
                if let [Part::Variable(variable)] = word.parts.as_slice() {
                    return value(variable.name).map(|code| ScriptExit { command, code, named: true });
                }
                let code = word.literal()?.parse().ok()?;
                Some(ScriptExit { command, code, named: false })
            })
            .collect()
    }

    /// Returns the exits of which no comment says what their code means: none next to it or on the two lines above, and
    /// none with the number in it.
    pub fn undocumented_exits(&self) -> Vec<ScriptExit<'a>> {
        let text = self.text();
        let comments: Vec<&str> =
            text.lines().filter_map(|line| line.split_once('#').map(|(_, comment)| comment)).collect();
        let has_number = |code: i64| {
            let code = code.to_string();
            let names = |it: &&str| it.split(|it: char| !it.is_ascii_digit()).any(|it| it == code);
            comments.iter().any(names)
        };
        let is_beside = |exit: &ScriptExit<'_>| {
            let at = exit.command.span.start as usize;
            let line_start = text[..at].rfind('\n').map_or(0, |it| it + 1);
            let line_end = text[at..].find('\n').map_or(text.len(), |it| at + it);
            // The line above may be the `if` that the comment stands over.
            let mut above = text[..line_start].lines().rev().take(2);
            text[at..line_end].contains(" #") || above.any(|line| line.trim_start().starts_with('#'))
        };
        let mut exits = self.exits();
        exits.retain(|it| comments.is_empty() || !is_beside(it) && !has_number(it.code));
        exits
    }
}

/// Whether a command ends the script with a failure: `exit 1`.
pub(super) fn exits_with_failure(item: &AndOr<'_>) -> bool {
    let [command] = item.first.commands.as_slice() else { return false };
    item.rest.is_empty() && is_failing_exit(command)
}

fn is_failing_exit(command: &Command<'_>) -> bool {
    let code = command.arguments().first().and_then(Word::literal);
    command.is("exit") && code.is_some_and(|code| code != "0")
}

/// Returns the index of the first part of a script from which on every path ends with a failure, the number of parts if there
/// is none.
pub(super) fn failing_end(list: &List<'_>) -> usize {
    let count = list.items.len();
    if !list.items.last().is_some_and(exits_with_failure) {
        return count;
    }
    let mut all = Vec::new();
    commands_in(list, &mut all);
    let functions: BTreeSet<&str> = all
        .iter()
        .filter_map(|it| match &it.kind {
            CommandKind::Function { name, .. } => Some(*name),
            _ => None,
        })
        .collect();
    // A trap may change the status of the script wherever it ends.
    if all.iter().any(|it| it.is("trap")) {
        return count;
    }
    // A function may end the script, too.
    let can_succeed = |it: &Command<'_>| {
        let is_end = ["exit", "exec", "return"].iter().any(|name| it.is(name));
        is_end && !is_failing_exit(it) || it.name().is_some_and(|name| functions.contains(&*name))
    };
    let last = all.iter().filter(|it| can_succeed(it)).map(|it| it.span.start).max();
    last.map_or(0, |last| list.items.partition_point(|it| it.span().start <= last))
}

/// Whether a part of a list is `exit 0`.
pub(super) fn exits_with_0(item: &AndOr<'_>) -> bool {
    let [command] = item.first.commands.as_slice() else { return false };
    item.rest.is_empty() && command.is("exit") && command.has_argument("0")
}
