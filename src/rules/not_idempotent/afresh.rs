//! What a script sets up itself, so that the next attempt starts as the first one did.

use crate::shell::Script;
use crate::shell::syntax::Command;

/// So many commands of a script are searched.
const MAX_COMMANDS: usize = 200;

/// Whether the script deletes, empties or replaces what is at a path: before a command, or in a trap.
pub(super) fn is_reset(script: &Script<'_>, path: &str, before: &Command<'_>) -> bool {
    // `rm -rf /data/*` deletes what is in the directory.
    let is_above = |text: &str| {
        let start = text.trim_end_matches(['*', '/']);
        start.starts_with('/') && path.starts_with(start)
    };
    let deletes = |it: &Command<'_>| {
        ["mv", "rm", "truncate"].iter().any(|name| it.is(name))
            && it.arguments().iter().any(|word| is_above(word.prefix()))
    };
    let replaces = |it: &Command<'_>| {
        ["cp", "install", "tee"].iter().any(|name| it.is(name))
            && !it.has_argument("-a")
            && it.arguments().last().is_some_and(|word| word.is(path))
    };
    let empties = |it: &Command<'_>| {
        it.redirections.iter().any(|it| matches!(it.operator, ">" | ">|") && it.target.is(path))
    };
    script.commands().iter().take(MAX_COMMANDS).any(|it| {
        let is_earlier = it.span.start < before.span.start;
        let is_in_trap = it.is("trap") && it.arguments().iter().any(|word| word.known_text().contains(path));
        is_in_trap || is_earlier && (deletes(it) || replaces(it) || empties(it))
    })
}

/// Whether the script drops tables or databases, perhaps those that it creates.
pub(super) fn drops(script: &Script<'_>) -> bool {
    script.commands().iter().take(MAX_COMMANDS).any(|it| {
        let is_drop = |text: &str| text.to_ascii_uppercase().contains("DROP ");
        it.is("dropdb") || it.arguments().iter().any(|word| is_drop(&word.known_text()))
    })
}

/// Whether a command adds to a log: to a file of that name, or a line with the time.
pub(super) fn logs(script: &Script<'_>, command: &Command<'_>, path: &str) -> bool {
    let text = command.span.text(script.text());
    path.ends_with(".log") || command.is("date") || text.contains("$(date") || text.contains("`date")
}
