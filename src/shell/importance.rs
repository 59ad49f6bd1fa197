//! Which of several commands a message names: the work, rather than what prepares it.

use super::install::{installs, is_package_manager};
use super::rotations::renames;
use super::step::Step;
use super::syntax::{Command, Word};

/// Returns the position of the first of the steps that matter most, among those that count.
pub fn most_important<'a>(steps: &[Step<'a>], counts: impl Fn(&Step<'a>) -> bool) -> Option<usize> {
    let rank = |it: &Step<'_>| match it.command {
        // What writes a file from the script hardly ever fails.
        command if command.is("cat") => 3,
        command if installs(command) || prepares(command) => 2,
        command if renames(command) => 1,
        _ => 0,
    };
    (0..steps.len()).filter(|at| counts(&steps[*at])).min_by_key(|at| rank(&steps[*at]))
}

/// Whether a command gets software ready: `apt-get update`, a download to where programs are.
fn prepares(command: &Command<'_>) -> bool {
    let is_target = |it: &Word<'_>| it.known_text().contains("/bin/");
    let is_manager = command.name().is_some_and(|it| is_package_manager(&it));
    is_manager || (command.is("curl") || command.is("wget")) && command.arguments().iter().any(is_target)
}
