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
    // What a loop in a pipeline sets is lost after it.
    let is_piped = script
        .steps
        .iter()
        .any(|it| it.pipeline.commands.len() > 1 && it.pipeline.span().contains(command.span));
    let (continues, help) = match (in_loop, is_piped) {
        (true, true) => (
            ", the loop continues",
            "let the loop read a file, because a variable that it sets in a pipeline is lost; write `failed=1` in the branch \
             for failures, and `exit \"${failed:-0}\"` after the loop",
        ),
        (true, false) => (
            ", the loop continues",
            "write `failed=1` in the branch for failures, and `exit \"${failed:-0}\"` after the loop",
        ),
        (false, _) => {
            ("", "write `exit 1` in the branch for failures, or add `else exit 1` if there is none")
        }
    };
    let message = if is_skipped {
        format!("when `{name}` fails, the loop continues with the next item, and {effect}")
    } else {
        format!("when `{name}` fails, the `if` hides it{continues}, and {effect}")
    };
    reporter.report(script.name_place(command), message).help(help);
    true
}
