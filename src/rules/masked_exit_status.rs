use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::script::Script;
use crate::script::flow::Step;
use crate::script::losses::{Cause, Losses, is_quiet};
use crate::script::syntax::{Kind, Part};

pub static RULE: Rule = Rule {
    id: "masked-exit-status",
    summary: "The last command hides that an earlier one failed",
    category: Category::Scripts,
    severity: Severity::Warning,
    confidence: Confidence::High,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/masked-exit-status.md"),
    options: &[],
    fix: None,
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    if let Some(Losses { lost, cause: Cause::Masked(last) }) = script.losses() {
        report_last(script, lost, *last, reporter);
    }
    let declares = script.steps.iter().filter(|step| step.options.errexit && masks(script, step));
    let declares: Vec<_> = declares.collect();
    let Some((first, others)) = declares.split_first() else { return };
    let keyword = script.title(first.command);
    let message = format!(
        "`{keyword}` exits 0 when the command in `$(…)` fails, and the script goes on in spite of `set -e`"
    );
    let finding = reporter.report(script.name_place(first.command), message);
    finding.help(format!(
        "assign first, then `{keyword}` the variable: an assignment alone has the status of its command"
    ));
    others.iter().for_each(|step| {
        finding.related(script.name_place(step.command), "the same here");
    });
}

fn report_last(script: &Script<'_>, lost: &[Step<'_>], last: Step<'_>, reporter: &mut Reporter<'_>) {
    let [first, ..] = lost else { return };
    let failing = lost.iter().rev().find(|it| !is_quiet(it.command)).unwrap_or(first);
    let failing = script.title(failing.command);
    let ending = script.title(last.command);
    let message = format!("when `{failing}` fails, `{ending}` exits 0 and the Job counts as Complete");
    let finding = reporter.report(script.name_place(last.command), message);
    let shell = script.source.shell.name;
    finding.help(format!(
        "write `set -e` at the top, start the script with `{shell} -ec`, or join the commands with `&&`"
    ));
    for step in lost.iter().take(5) {
        finding.related(script.name_place(step.command), "its failure is lost");
    }
}

/// Says whether a declaration hides the status of a command that does work, and of which nothing else is looked at.
fn masks<'a>(script: &Script<'a>, step: &Step<'a>) -> bool {
    let declares = ["export", "local", "readonly", "declare", "typeset"].iter().any(|it| step.command.is(it));
    let words = step.command.arguments().iter().filter(|word| {
        // `local answer=$(ask)` with `[ "$answer" = yes ]` later sees the failure all the same.
        let name = word.prefix().trim_end_matches('=');
        declares && !script.checked().contains(name)
    });
    let lists = words.flat_map(|word| &word.parts).filter_map(|part| match part {
        Part::Command { list, process: false, .. } => list.items.last(),
        _ => None,
    });
    let pipelines = lists.flat_map(|item| item.pipelines());
    let mut deciding = pipelines.flat_map(|it| {
        // Without `pipefail` the last of a pipeline decides alone.
        let skipped = if step.options.pipefail { 0 } else { it.commands.len() - 1 };
        &it.commands[skipped..]
    });
    deciding.any(|it| matches!(it.kind, Kind::Simple { .. }) && script.is_work(it))
}
