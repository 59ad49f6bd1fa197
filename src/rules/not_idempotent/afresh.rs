//! What a script sets up itself, so that the next attempt starts as the first one did.

use crate::shell::Script;
use crate::shell::step::Step;
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

/// Whether a script, up to a command, drops what a statement in capital letters creates: it can do so again.
pub(super) fn is_dropped_before(script: &Script<'_>, step: &Step<'_>, statement: &str) -> bool {
    let end = step.command.span.end as usize;
    let before = script.text().get(..end).unwrap_or_default().to_ascii_uppercase();
    let bare =
        |it: &str| it.trim_matches(|it: char| !it.is_alphanumeric() && !"_-.$".contains(it)).to_owned();
    let words: Vec<String> = before.split_whitespace().map(bare).collect();
    let created: Vec<String> = statement.split_whitespace().map(bare).collect();
    let pairs = created.windows(3).filter(|it| it[0] == "CREATE");
    pairs.take(20).all(|pair| {
        let (kind, name) = (&pair[1], &pair[2]);
        words.iter().enumerate().any(|(at, word)| match word.as_str() {
            "DROP" => words.get(at + 1) == Some(kind) && words[at + 1..].iter().take(4).any(|it| it == name),
            "DROPDB" => words[at..].iter().take(12).any(|it| it == name),
            _ => false,
        })
    })
}

/// Whether a command adds to a log: to a file of that name, or a line with the time.
pub(super) fn logs(script: &Script<'_>, command: &Command<'_>, path: &str) -> bool {
    let text = command.span.text(script.text());
    path.ends_with(".log") || command.is("date") || text.contains("$(date") || text.contains("`date")
}
