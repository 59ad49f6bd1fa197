//! A command that reads a file that another one still writes in the background.

use crate::shell::Script;
use crate::shell::step::{Fate, Step};
use crate::shell::syntax::Command;

/// Finds a command in the background that writes a file, and a later one that has the file among its arguments.
pub(super) fn read_too_early<'a>(script: &Script<'a>) -> Option<(&'a Command<'a>, &'a Command<'a>)> {
    script.steps.iter().filter(|it| it.fate == Fate::Background).take(50).find_map(|step| {
        let file_option =
            step.command.arguments().windows(2).find(|pair| pair[0].is("-f") || pair[0].is("--file"));
        let named = file_option.and_then(|pair| pair[1].literal().map(|it| it.into_owned()));
        let written = step.command.redirections.iter().find(|it| matches!(it.operator, ">" | ">>"));
        let file = written.and_then(|it| it.target.literal().map(|it| it.into_owned())).or(named)?;
        if !file.contains('/') || file.starts_with("/dev/") {
            return None;
        }
        let reads = |it: &&Step<'a>| {
            it.command.span.start > step.command.span.end
                && it.fate != Fate::Background
                && script.is_work(it.command)
                && it.command.has_argument(&file)
        };
        script.steps.iter().find(reads).map(|it| (step.command, it.command))
    })
}
