//! `if ! work; then echo failed; fi` at the end of the script, or of a loop.

use crate::rule::Reporter;
use crate::shell::Script;
use crate::shell::reported_failures::ReportedFailure;

/// Reports work whose failure the script only prints; returns whether there is any.
pub(super) fn report(script: &Script<'_>, reporter: &mut Reporter<'_>) -> bool {
    let Some(ReportedFailure { command, in_loop, is_skipped }) = script.only_reported_failure() else {
        return false;
    };
    let name = script.title(command);
    let effect = script.source.effect_of_success();
    let (continues, help) = if in_loop {
        let help = "write `failed=1` in the branch for failures, and `exit \"${failed:-0}\"` after the loop";
        (", the loop continues", help)
    } else {
        ("", "write `exit 1` in the branch that runs when the command has failed")
    };
    let message = if is_skipped {
        format!("when `{name}` fails, the loop continues with the next item, and {effect}")
    } else {
        format!("when `{name}` fails, the `if` still returns 0{continues}, and {effect}")
    };
    reporter.report(script.name_place(command), message).help(help);
    true
}
