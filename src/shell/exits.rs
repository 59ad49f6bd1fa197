//! The exit codes that a script names.

use super::syntax::{Command, Part};
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
