//! What turns a failure into a success at the end: `exit $?` after a message, a `trap`, an empty answer.

use super::ending::ending;
use crate::rule::Reporter;
use crate::shell::Script;
use crate::shell::lost_status::SkippedWork;
use crate::shell::queries::WorkIfAnswered;
use crate::shell::step::Fate;
use crate::shell::syntax::Command;

/// Reports each of them.
pub(super) fn report(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let effect = script.source.effect_of_success();
    if let Some((exit, said)) = script.exit_after_message() {
        let message = format!(
            "`{} $?` returns the status of `{}` before it, which is 0: the failure is lost",
            script.title(exit),
            script.title(said)
        );
        let finding = reporter.report(script.place(exit.span), message);
        finding
            .help("write `exit 1`, or write `status=$?` before the message and `exit \"$status\"` after it");
    }
    if let Some(trap) =
        script.successful_exit_trap().filter(|_| script.steps.iter().any(|it| script.is_work(it.command)))
    {
        let message = format!("the `EXIT` trap exits with 0 no matter what has failed, and {effect}");
        let finding = reporter.report(script.name_place(trap), message);
        finding.help("remove `exit 0` from the trap: without it the script keeps its own status");
    }
    if let Some(SkippedWork { asked, name: variable, condition, counts }) =
        script.work_skipped_after_failure()
    {
        let name = script.title(asked);
        let answer = if counts { "0" } else { "empty" };
        let message =
            format!("when `{name}` fails, `${variable}` is {answer}, the `if` skips the work, and {effect}");
        let finding = reporter.report(script.name_place(asked), message);
        // Without `set -e` nothing has to hide the failure.
        let is_on = script.steps.iter().any(|it| std::ptr::eq(it.command, asked) && it.options.errexit);
        finding.help(fail_with(script, asked, is_on.then_some("what hides its failure inside `$(…)`")));
        finding.related(
            script.place(condition.span),
            format!("if the variable is {answer}, this skips the work"),
        );
    }
    if let Some((asked, exit)) = script.failure_taken_for_nothing() {
        let name = script.title(asked);
        let message = format!(
            "when `{name}` fails, its output is empty, as if there were nothing to do: the script ends with `exit 0`, and {effect}"
        );
        let finding = reporter.report(script.place(exit.span), message);
        let is_silent = asked.redirections.iter().any(|it| it.target.is("/dev/null"));
        finding.help(fail_with(script, asked, is_silent.then_some("`2>/dev/null`")));
        finding.related(script.name_place(asked), "its failure is lost");
    }
    if let Some(WorkIfAnswered { asked, skips }) = script.work_if_answered() {
        let name = script.title(asked);
        let message =
            format!("when the database does not answer `{name}`, {skips} skips the work, and {effect}");
        let finding = reporter.report(script.name_place(asked), message);
        finding.help(format!(
            "end the script with a failure: write `{name} … || exit 1`, and the work on the lines after it"
        ));
    }
}

/// Returns what lets a script fail with a command: whose failure a pipeline hides, `|| true`, something else, or the lack of `set -e`.
fn fail_with(script: &Script<'_>, command: &Command<'_>, hidden_by: Option<&str>) -> String {
    let step = script.steps.iter().find(|it| std::ptr::eq(it.command, command));
    let name = script.title(command);
    match step {
        Some(step) if step.fate == Fate::Piped && step.pipeline_fate == Fate::Swallowed => {
            return format!(
                "assign the output of `{name}` first, on a line of its own, and let the pipeline read that"
            );
        }
        Some(step) if step.fate == Fate::Piped => {
            return script.source.shell.flavour.pipefail_advice().to_owned();
        }
        _ => {}
    }
    let at_top = step.is_none_or(|it| !it.options.errexit).then_some("write `set -e` at the top");
    let removed = match step.and_then(|it| it.handler) {
        Some(handler) => Some(format!("remove `|| {}`", ending(script, handler))),
        None => hidden_by.map(|it| format!("remove {it}")),
    };
    let steps: Vec<_> = at_top.map(str::to_owned).into_iter().chain(removed).collect();
    format!("let the script fail when `{name}` does: {}", steps.join(", and "))
}
