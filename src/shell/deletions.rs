//! Scripts whose only work is to delete something.

use super::ignored_failures::is_quiet;
use super::step::{Fate, Step};
use super::syntax::{Command, Word, has_short_option, has_start};
use crate::shell::expected_failures::is_hushed;
use crate::shell::script::Script;

impl<'a> Script<'a> {
    /// Returns the deletions of a script that does no other work, unless their failure may mean that there was nothing to
    /// delete.
    pub(super) fn only_deletions(&self) -> Vec<Step<'a>> {
        if self.steps.iter().any(|it| self.is_work(it.command) && !is_quiet(it.command)) {
            return Vec::new();
        }
        let is_lost = |step: &&Step<'a>| {
            step.fate == Fate::Ignored
                && step.pipeline_fate == Fate::Ignored
                && !step.context.in_substitution
                && !step.context.is_failing
                && deletes(step.command)
                && !is_hushed(step.command, self.text())
        };
        self.steps.iter().filter(is_lost).copied().collect()
    }
}

/// Whether a command deletes something, and fails only if it cannot.
fn deletes(command: &Command<'_>) -> bool {
    let arguments = command.arguments();
    let has = |start: &str| has_start(arguments, start);
    let has_letter = |letter: char| has_short_option(arguments, &[letter]);
    let has_verb = || arguments.iter().take(4).any(|it| it.is("delete") || it.is("rm") || it.is("remove"));
    let Some(name) = command.name() else { return false };
    match &*name {
        "rm" | "shred" => has_letter('f') || has("--force"),
        "find" => {
            has("-delete")
                || arguments.windows(2).any(|it| it[0].prefix().starts_with("-exec") && it[1].is("rm"))
        }
        // Without anything to delete it runs its command all the same.
        "xargs" => (has_letter('r') || has("--no-run-if-empty")) && has_verb(),
        // An object of this name may be gone already; a selector that finds nothing does not fail.
        "kubectl" | "oc" => {
            const SELECTORS: [&str; 6] =
                ["-l", "--selector", "--field-selector", "--all", "--ignore-not-found", "--filename"];
            let is_given = |it: &Word<'_>| it.literal().is_none();
            has_verb() && (SELECTORS.iter().any(|it| has(it)) || arguments.iter().skip(1).any(is_given))
        }
        _ => is_quiet(command) && has_verb(),
    }
}
