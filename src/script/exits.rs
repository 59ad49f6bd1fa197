//! The exit codes that a script names.

use super::Script;
use super::syntax::{Command, Part};

/// An `exit` or `return` with its code.
pub struct Exit<'a> {
    /// The command.
    pub command: &'a Command<'a>,
    /// The code as written.
    pub code: i64,
    /// Whether a variable with a name stands for it.
    pub named: bool,
}

impl<'a> Script<'a> {
    /// Returns the `exit` commands whose code is known.
    pub fn exits(&self) -> Vec<Exit<'a>> {
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
                    return value(variable.name).map(|code| Exit { command, code, named: true });
                }
                let code = word.literal()?.parse().ok()?;
                Some(Exit { command, code, named: false })
            })
            .collect()
    }

    /// Says whether a comment explains a code: next to its use, or anywhere with the number in it.
    pub fn explains(&self, exit: &Exit<'_>) -> bool {
        let text = self.text();
        let at = exit.command.span.start as usize;
        let line_start = text[..at].rfind('\n').map_or(0, |it| it + 1);
        let line_end = text[at..].find('\n').map_or(text.len(), |it| at + it);
        // The line above may be the `if` that the comment stands over.
        let above = text[..line_start].lines().rev().take(2);
        let code = exit.code.to_string();
        let has_number = |comment: &str| comment.split(|it: char| !it.is_ascii_digit()).any(|it| it == code);
        let comments = text.lines().filter_map(|line| line.split_once('#').map(|(_, comment)| comment));
        let is_comment = |line: &str| line.trim_start().starts_with('#');
        text[at..line_end].contains(" #") || { above }.any(is_comment) || { comments }.any(has_number)
    }
}
