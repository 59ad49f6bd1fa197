//! Who looks at the status of a command, and for more than a message.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::programs::Fact;
use super::syntax::{AndOr, Assignment, Command, CommandKind, List, Part, Tree, Word};
use super::traversal;

/// Whether a command only says something to people.
fn is_message(command: &Command<'_>) -> bool {
    let writes = command.redirections.iter().any(|it| traversal::is_file_output(it.operator, &it.target));
    !writes && (command.has(Fact::Prints) || command.is("logger"))
}

/// Whether a part reads the status of the last command.
fn is_status(part: &Part<'_>) -> bool {
    match part {
        Part::Variable(variable) => matches!(variable.name, "?" | "PIPESTATUS"),
        Part::Arithmetic(text) => text.contains("$?"),
        _ => false,
    }
}

/// Whether the first command of a part reads the status of what ran before: `rc=0` is not what `load || rc=$?` asks about.
pub(super) fn begins_with_status(item: &AndOr<'_>) -> bool {
    item.first.commands.first().is_some_and(starts_with_status)
}

fn starts_with_status(mut command: &Command<'_>) -> bool {
    loop {
        let list = match &command.kind {
            CommandKind::If { branches, .. } => branches.first().map(|(condition, _)| condition),
            CommandKind::Loop { condition, .. } => Some(condition),
            CommandKind::Group(list) | CommandKind::Subshell(list) => Some(list),
            _ => None,
        };
        let Some(inner) = list.and_then(|it| it.items.first()) else { break };
        command = &inner.first.commands[0];
    }
    if let CommandKind::Arithmetic(text) = &command.kind {
        return text.contains("$?");
    }
    let mut found = false;
    traversal::own_words(command, &mut |word| {
        found |= word.parts.iter().any(|part| match part {
            // `$(…)` starts with the status of what ran before.
            Part::Command { list, .. } => list.items.first().is_some_and(begins_with_status),
            part => is_status(part),
        });
    });
    found
}

/// Returns whether a test asks, of the status of the command before it, that it is 0, or that it is not.
pub(super) fn reads_success(command: &Command<'_>) -> Option<bool> {
    let words: &[Word<'_>] = match &command.kind {
        CommandKind::Test(words) => words,
        _ if command.is("[") || command.is("test") => command.arguments(),
        _ => return None,
    };
    let [status, operator, code, ..] = words else { return None };
    let is_status = matches!(status.parts.as_slice(), [part] if is_status(part)) && code.is("0");
    match operator.literal().as_deref() {
        Some("-eq" | "=" | "==") if is_status => Some(true),
        Some("-ne" | "!=" | "-gt") if is_status => Some(false),
        _ => None,
    }
}

/// Whether the last command of a part can fail: an assignment only does with a `$(…)`.
pub(super) fn can_fail(item: &AndOr<'_>) -> bool {
    item.first.commands.last().is_some_and(|command| {
        let mut parts = command.assignments().iter().flat_map(|it| &it.value.parts);
        !command.words().is_empty()
            || command.assignments().is_empty()
            || parts.any(|it| matches!(it, Part::Command { process: false, .. }))
    })
}

/// Who looks at the status of a command.
pub(super) struct StatusUse<'a> {
    tree: &'a Tree<'a>,
    /// The variables that more than a message uses.
    used: OnceCell<BTreeSet<&'a str>>,
}

impl<'a> StatusUse<'a> {
    /// Prepares to look at the commands of a script.
    pub(super) fn new(tree: &'a Tree<'a>) -> Self {
        StatusUse { tree, used: OnceCell::new() }
    }

    /// Whether a command reads the status of the one before it, for more than a message.
    pub(super) fn reads_status(&self, item: &'a AndOr<'a>) -> bool {
        let found = item.first.commands.iter().any(starts_with_status);
        let only = match item.first.commands.as_slice() {
            [command] if item.rest.is_empty() => Some(command),
            _ => None,
        };
        found && only.is_none_or(|command| !is_message(command) && !self.is_unused_assignment(command))
    }

    /// Whether a command reads the status of each command of the pipeline before it, for more than a message.
    pub(super) fn reads_each_status(&self, item: &'a AndOr<'a>) -> bool {
        let mut found = false;
        let is_each = |part: &Part<'_>| matches!(part, Part::Variable(it) if it.name == "PIPESTATUS");
        traversal::each_word(item, &mut |word| found |= word.parts.iter().any(is_each));
        found && self.reads_status(item)
    }

    /// Whether a command does nothing but assign to variables that no more than messages use.
    fn is_unused_assignment(&self, command: &Command<'_>) -> bool {
        let assignments = command.assignments();
        let is_used = |it: &Assignment<'_>| self.used().contains(it.name);
        command.words().is_empty() && !assignments.is_empty() && !assignments.iter().any(is_used)
    }

    fn used(&self) -> &BTreeSet<&'a str> {
        self.used.get_or_init(|| {
            let mut names = BTreeSet::new();
            uses(&self.tree.list, &mut names);
            self.tree.documents.iter().for_each(|word| names_in(&word.parts, &mut names));
            names
        })
    }

    /// Whether what `||` runs hides the failure: it does nothing that ends or marks it.
    pub(super) fn forces_success(&self, command: &Command<'_>) -> bool {
        match &command.kind {
            CommandKind::Group(list) => {
                let hides = |item: &AndOr<'_>| {
                    item.rest.is_empty() && item.first.commands.iter().all(|it| self.forces_success(it))
                };
                list.items.iter().all(hides)
            }
            CommandKind::Simple { assignments, words } if words.is_empty() => {
                let marks = |it: &Assignment<'_>| !it.value.parts.is_empty();
                !assignments.iter().any(marks) || self.is_unused_assignment(command)
            }
            CommandKind::Simple { .. } if command.is("exit") || command.is("return") => {
                command.arguments().first().is_some_and(|word| word.is("0"))
            }
            CommandKind::Simple { .. } => command.has(Fact::Succeeds),
            _ => false,
        }
    }
}

/// Adds the names that the commands of a list use for more than a message.
fn uses<'a>(list: &'a List<'a>, names: &mut BTreeSet<&'a str>) {
    for pipeline in list.items.iter().flat_map(AndOr::pipelines) {
        for (index, command) in pipeline.commands.iter().enumerate() {
            // What another command reads is not a message.
            let is_last = index + 1 == pipeline.commands.len();
            let is_said = is_last && is_message(command);
            traversal::own_words(command, &mut |word| {
                if !is_said {
                    names_in(&word.parts, names);
                }
                word.parts.iter().for_each(|part| {
                    if let Part::Command { list, .. } = part {
                        uses(list, names);
                    }
                });
            });
            match &command.kind {
                CommandKind::Arithmetic(text) | CommandKind::For { arithmetic: Some(text), .. } => {
                    names.extend(words_of(text))
                }
                _ => {}
            }
            for list in traversal::lists_of(command) {
                uses(list, names);
            }
        }
    }
}

/// Adds the names that a word uses; the shell may read any text in it later, as `trap` does.
fn names_in<'a>(parts: &'a [Part<'a>], names: &mut BTreeSet<&'a str>) {
    for part in parts {
        match part {
            Part::Variable(variable) => {
                names.insert(variable.name);
                names_in(&variable.argument, names);
            }
            Part::Arithmetic(text) => names.extend(words_of(text)),
            Part::Text { text, .. } if text.contains('$') => names.extend(words_of(text)),
            Part::Text { .. } | Part::Command { .. } => {}
        }
    }
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_ascii_alphanumeric() && it != '_').filter(|it| !it.is_empty())
}
