use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::empty_results::LateQuestion;
use crate::shell::syntax::{AndOr, Command, CommandKind, Operator};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "late-status-check",
        summary: "The script checks for a failure that has already ended it",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let Some((step, check)) = script.steps.iter().find_map(|step| Some((step, step.late_check?))) else {
        return report_question(script, reporter);
    };
    // With `pipefail` any command of a pipeline makes it fail.
    let command = if step.options.pipefail { script.source_of(step) } else { step.command };
    let name = script.title(command);
    let asked = check.span().text(script.text());
    let status = if asked.contains("PIPESTATUS") && !asked.contains("$?") { "PIPESTATUS" } else { "$?" };
    let message = format!(
        "when `{name}` fails, `set -e` ends the script at once: this check of `{status}` only ever sees 0"
    );
    let finding = reporter.report(script.place(check.first.head()), message);
    let title = |it: &Command<'_>| {
        let name = script.title(it);
        if it.words().len() > 1 { format!("{name} …") } else { name }
    };
    let call = step.pipeline.commands.iter().map(title).collect::<Vec<_>>().join(" | ");
    let saved = format!(
        "`status=0; {call} || status=$?` and check `$status`: `set -e` ignores a failure there, so end the branch with \
         `exit 1` if the Job must fail"
    );
    // After `if ! work; then` the status is 0.
    finding.help(if needs_number(script, check) {
        format!("write {saved}")
    } else {
        let not = if asks_for_success(script, check) { "" } else { "! " };
        format!("write `if {not}{call}; then`, or {saved}")
    });
    finding.related(script.name_place(command), "the script ends here when this fails");
}

/// `name=$(grep … file); if [ -z "$name" ]`: what finds nothing fails.
fn report_question(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let Some(LateQuestion { command, name, question }) = script.late_question() else { return };
    let program = script.title(command);
    let message = format!(
        "when `{program}` finds nothing, it fails and `set -e` ends the script at once: this check never sees an empty `${name}`"
    );
    let finding = reporter.report(script.place(question.first.head()), message);
    finding.help(if command.is("kubectl") || command.is("oc") {
        format!(
            "write `{{.items[*]…}}` in place of `{{.items[0]…}}`, which prints nothing if there are no items, and take the first \
             word of `${name}`, `${{{name}%% *}}`; `|| true` would hide failed requests too"
        )
    } else {
        "add `|| true` at the end of `$(…)`, inside its parentheses: `set -e` ignores a failure there".to_owned()
    });
    finding.related(script.name_place(command), "the script ends here when this finds nothing");
}

/// Whether a check is true when the status is 0: `if [ $? -eq 0 ]; then`, and not `[ $? -eq 0 ] || exit 1`.
fn asks_for_success(script: &Script<'_>, check: &AndOr<'_>) -> bool {
    let text = check.span().text(script.text());
    let question = text.split(['\n', ';', '|', '&']).next().unwrap_or_default();
    let is_zero = ["-eq 0", "== 0", "==0", "= 0"].iter().any(|it| question.contains(it));
    let is_or = check.rest.first().is_some_and(|(operator, _)| *operator == Operator::Or);
    is_zero && !question.contains('!') && !is_or
}

/// Whether a check uses the status for more than one question whether it is 0.
fn needs_number(script: &Script<'_>, check: &AndOr<'_>) -> bool {
    let asks = check.first.commands.first().is_some_and(|it| {
        matches!(it.kind, CommandKind::If { .. } | CommandKind::Test(_)) || it.is("[") || it.is("test")
    });
    !asks || check.span().text(script.text()).matches("$?").count() > 1
}
