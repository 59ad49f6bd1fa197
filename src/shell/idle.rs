//! Parts of a script that change nothing outside its shell.

use super::syntax::{AndOr, Command, CommandKind, Part};
use super::traversal::own_words;

/// Whether a part of a script changes nothing outside its shell: it only defines functions, or sets options or variables.
pub fn does_nothing(item: &AndOr<'_>) -> bool {
    const SETTERS: &str = "declare export readonly set shopt typeset ulimit umask";
    let sets = |command: &Command<'_>| {
        let mut runs = false;
        let is_run = |part: &Part<'_>| !matches!(part, Part::Text { .. } | Part::Variable(_));
        own_words(command, &mut |word| runs |= word.parts.iter().any(is_run));
        let is_setter = command.words().is_empty() || SETTERS.split(' ').any(|it| command.is(it));
        matches!(command.kind, CommandKind::Simple { .. }) && is_setter && !runs
    };
    let is_idle = |command: &Command<'_>| {
        command.redirections.is_empty()
            && (matches!(command.kind, CommandKind::Function { .. }) || sets(command))
    };
    item.rest.is_empty() && item.first.commands.iter().all(is_idle)
}
