mod list;

use std::collections::BTreeSet;

use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::ignored_failures::is_quiet;
use crate::shell::script::{IgnoredFailureCause, IgnoredFailures};
use crate::shell::step::{Fate, Step};
use crate::shell::syntax::{Command, CommandKind, Part};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "masked-exit-status",
        summary: "The script continues after a failed command and can still exit with 0",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    if let Some(IgnoredFailures { steps: ignored, cause: IgnoredFailureCause::Masked(last) }) =
        script.ignored_failures()
    {
        report_last(script, ignored, *last, reporter);
    }
    report_condition(script, reporter);
    report_skipped(script, reporter);
    list::report(script, reporter);
    let declares: Vec<_> =
        script.steps.iter().filter(|it| it.options.errexit && declares(it.command)).collect();
    if declares.is_empty() {
        return;
    }
    let mut looked_at = script.tested_variables();
    looked_at.extend(script.inspected_variables());
    let declares: Vec<_> = declares.into_iter().filter(|it| masks(script, it, &looked_at)).collect();
    let Some((first, others)) = declares.split_first() else { return };
    let keyword = script.title(first.command);
    let message = format!(
        "`{keyword}` returns 0 even when the command in `$(…)` fails, and the script continues despite `set \
         -e`"
    );
    let finding = reporter.report(script.name_place(first.command), message);
    let order = if keyword == "export" || keyword == "readonly" {
        format!("assign the variable on its own line and `{keyword}` it on the next")
    } else {
        format!("write `{keyword}` with only the name, and assign the value on the next line")
    };
    finding.help(format!("{order}: a plain assignment returns the exit status of its command"));
    others.iter().for_each(|step| {
        finding.related(script.name_place(step.command), "a failure is hidden here too");
    });
}

fn report_last<'a>(script: &Script<'a>, ignored: &[Step<'a>], last: Step<'a>, reporter: &mut Reporter<'_>) {
    let [first, ..] = ignored else { return };
    // The kubelet starts a sidecar again whatever its status is.
    if script.container().is_sidecar() {
        return;
    }
    // What its own pipeline does not even check is named only if there is nothing else.
    let is_main = |it: &&Step<'_>| !is_quiet(it.command) && it.fate == Fate::Ignored;
    let failing =
        ignored.iter().rev().find(is_main).or_else(|| ignored.iter().rev().find(|it| !is_quiet(it.command)));
    let failing = failing.unwrap_or(first);
    // In a branch that is what ends the branch.
    let start = failing.command.span.start;
    let ends = script.steps.iter().filter(|it| it.fate == Fate::Decides && it.command.span.start > start);
    let last = ends.min_by_key(|it| it.command.span.start).copied().unwrap_or(last);
    let is_pipeline = failing.fate == Fate::Piped
        || !std::ptr::eq(script.source_of(failing), failing.command)
        || assigns_pipeline(failing.command);
    let is_in_loop = failing.context.in_loop;
    let failing = script.title(script.source_of(failing));
    let ending = script.title(last.command);
    let effect = script.source.effect_of_success();
    let message = format!(
        "when `{failing}` fails, the script continues and ends with `{ending}`, which exits with 0, so {effect}"
    );
    let finding = reporter.report(script.name_place(last.command), message);
    let (shell, option) = (script.source.shell.name, script.source.errexit_option());
    finding.help(if is_pipeline {
        script.source.shell.flavour.pipefail_advice().to_owned()
    } else if is_in_loop {
        // With `done && echo` only the last iteration would count.
        format!("write `set -e` at the top, or start the script with `{shell} {option}`")
    } else {
        format!(
            "write `set -e` at the top, start the script with `{shell} {option}`, or join the commands with `&&`"
        )
    });
    for step in ignored.iter().take(5) {
        finding.related(script.name_place(step.command), "its failure is lost");
    }
}

/// Whether a command assigns what a pipeline prints: `count=$(list | wc -l)`.
fn assigns_pipeline(command: &Command<'_>) -> bool {
    let values = command.assignments().iter().flat_map(|it| &it.value.parts);
    let lists = values.filter_map(|part| match part {
        Part::Command { list, process: false, .. } => Some(list),
        _ => None,
    });
    let mut pipelines = lists.flat_map(|list| &list.items).flat_map(|item| item.pipelines());
    command.words().is_empty() && pipelines.any(|it| it.commands.len() > 1)
}

/// `work || exit 1`, where `work` is a function or a group: in a condition `set -e` does nothing.
fn report_condition(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let ignored = script.ignored_in_conditions();
    let Some(((first, around), others)) = ignored.split_first() else { return };
    let failing = script.title(first.command);
    let in_spite = if first.options.errexit { " despite `set -e`" } else { "" };
    let (what, help) = match &around.kind {
        CommandKind::Simple { .. } => {
            let name = script.function_around(first.command).unwrap_or_default();
            (
                format!(
                    "the function `{name}` continues{in_spite}, and only its last command decides whether it fails"
                ),
                format!("add `|| return 1` after each command in `{name}` that must succeed"),
            )
        }
        CommandKind::Loop { .. } | CommandKind::For { .. } => (
            format!("the loop continues{in_spite}, and only its last iteration decides whether it fails"),
            "exit from inside the loop: write `|| exit 1` after each command that must succeed".to_owned(),
        ),
        _ => (
            format!(
                "the commands after it run{in_spite}, and only the last one decides whether the group \
                fails"
            ),
            "join the commands with `&&`".to_owned(),
        ),
    };
    let finding =
        reporter.report(script.name_place(first.command), format!("when `{failing}` fails, {what}"));
    finding.help(help);
    let is_substituted =
        script.steps.iter().any(|it| std::ptr::eq(it.command, *around) && it.context.in_substitution);
    finding.related(
        script.name_place(around),
        if is_substituted {
            "in `$(…)` Bash turns `set -e` off, unless `shopt -s inherit_errexit` is set"
        } else {
            "this is a condition, in which `set -e` has no effect"
        },
    );
    for (step, _) in others.iter().take(5) {
        finding.related(script.name_place(step.command), "its failure is lost too");
    }
}

/// `fetch && load` in the middle of a script: where `&&` follows, `set -e` does not end the script (POSIX, `set`).
fn report_skipped(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let mut skipped = script.skipped_lists();
    let Some(first) = skipped.next() else { return };
    let failing = script.title(first.command);
    let message = format!(
        "when `{failing}` fails, the commands after `&&` are skipped and the script continues despite `set -e`"
    );
    let finding = reporter.report(script.name_place(first.command), message);
    finding
        .help("write the commands on lines of their own: `set -e` ends the script at the first that fails");
    for step in skipped.take(5) {
        finding.related(script.name_place(step.command), "a failure here is lost too");
    }
}

fn declares(command: &Command<'_>) -> bool {
    ["export", "local", "readonly", "declare", "typeset"].iter().any(|it| command.is(it))
}

/// Whether a declaration hides the status of a command that does work, and of which nothing else is looked at.
fn masks<'a>(script: &Script<'a>, step: &Step<'a>, looked_at: &BTreeSet<&str>) -> bool {
    let words = step.command.arguments().iter().filter(|word| {
        // `local answer=$(ask)` with `[ "$answer" = yes ]` later sees the failure all the same.
        let name = word.prefix().trim_end_matches('=');
        !looked_at.contains(name)
    });
    let lists = words.flat_map(|word| &word.parts).filter_map(|part| match part {
        Part::Command { list, process: false, .. } => list.items.last(),
        _ => None,
    });
    let pipelines = lists.flat_map(|item| item.pipelines());
    let mut deciding = pipelines.flat_map(|pipeline| {
        // Without `pipefail` the last of a pipeline decides alone.
        let skipped = if step.options.pipefail { 0 } else { pipeline.commands.len() - 1 };
        &pipeline.commands[skipped..]
    });
    deciding.any(|it| matches!(it.kind, CommandKind::Simple { .. }) && script.is_work(it))
}
