//! `for pod in $(kubectl get pods)`: without an assignment nobody has the status of a substitution.

use crate::rule::Reporter;
use crate::shell::Script;
use crate::shell::syntax::CommandKind;

/// Reports one.
pub(super) fn report(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let Some((client, reader)) = script.unnoticed_list() else { return };
    let name = script.title(client);
    let (what, help) = match &reader.kind {
        CommandKind::For { .. } => (
            "the loop has nothing to do",
            format!(
                "assign the output first, on a line of its own, `list=$({name} …)`, and loop over `$list`"
            ),
        ),
        CommandKind::Simple { .. } => (
            "the array is empty",
            format!(
                "write the output to a file first, on a line of its own, `{name} … > /tmp/list`, and end `{} …` with `< /tmp/list`{}",
                script.title(reader),
                script.tmp_advice()
            ),
        ),
        _ => (
            "the loop has nothing to do",
            format!(
                "write the output to a file first, on a line of its own, `{name} … > /tmp/list`, and end the loop with \
                 `done < /tmp/list`{}",
                script.tmp_advice()
            ),
        ),
    };
    let is_on = script.steps.iter().any(|it| std::ptr::eq(it.command, client) && it.options.errexit);
    let (in_spite, help) = if is_on {
        (" despite `set -e`", help)
    } else {
        ("", format!("write `set -e` at the top, and {help}"))
    };
    let message = format!("when `{name}` fails, {what}, and the script ignores the failure{in_spite}");
    reporter.report(script.name_place(client), message).help(help);
}
