use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Flavour;
use crate::shell::Script;
use crate::shell::ignored_failures::{is_shown, is_within};
use crate::shell::pipeline_readers::{accepts_anything, needs_input, output_without_input, stops_early};
use crate::shell::step::{Fate, Step};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-pipefail",
        summary: "A pipeline succeeds even if a command before the last one fails",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let unseen = script.unseen_assignments();
    let reads_all = script.text().contains("PIPESTATUS");
    // The kubelet starts a sidecar again whatever its status is.
    let decides = !script.container().is_sidecar();
    let matters = |step: &&Step<'_>| {
        let last = step.pipeline.commands.last();
        // `$?` after the pipeline is the status of its last command too.
        let is_read = step.pipeline_fate == Fate::Checked
            && !step.context.in_condition
            && !step.context.in_function
            && !reads_all;
        let is_assigned = step.pipeline_fate == Fate::Guarded
            && is_within(&unseen, step.command.span)
            && !last.is_some_and(stops_early);
        let is_asked = !reads_all && last.is_some_and(accepts_anything) && is_checked(step);
        step.fate == Fate::Piped
            && (step.pipeline_fate == Fate::Guarded
                || step.pipeline_fate == Fate::Decides && decides
                || is_read
                || is_asked)
            && (!step.context.in_substitution || is_assigned)
            && (script.is_work(step.command) || script.lists_work(step) || script.lists_for_loop(step))
            && !last.is_some_and(needs_input)
            && (is_read || !is_shown(step))
    };
    let steps: Vec<_> = script.steps.iter().filter(matters).collect();
    let Some((first, others)) = steps.split_first() else { return };
    let last_command = first.pipeline.commands.last();
    let last = last_command.map_or_else(String::new, |it| script.title(it));
    let source = script.source_of(first);
    let name = script.title(source);
    let (name, last) = if name == last {
        (format!("the first `{name}`"), "the last one".to_owned())
    } else {
        (format!("`{name}`"), format!("`{last}`"))
    };
    let effect = match first.pipeline_fate {
        Fate::Decides => script.source.effect_of_success(),
        Fate::Checked if first.handler.is_some() => "what follows `||` does not run",
        Fate::Checked if first.context.in_condition => "the condition does not notice",
        Fate::Checked => "`$?` is 0",
        Fate::Skips => "what follows `&&` runs",
        _ if first.context.in_substitution => match last_command.and_then(output_without_input) {
            Some("") => "the script continues with an empty value",
            Some(_) => "the script continues with the value 0",
            None => "the script continues with the result for empty input",
        },
        _ => "the script continues",
    };
    let message = format!(
        "when {name} fails, the pipeline still succeeds and {effect}: only the exit \
        status of {last} counts"
    );
    let finding = reporter.report(script.name_place(source), message);
    let has_pipefail =
        matches!(script.source.shell.flavour, Flavour::Bash | Flavour::BusyBox | Flavour::OldBusyBox);
    let is_dash = script.source.shell.flavour == Flavour::Dash;
    let failed = script.failed_by_pipefail().filter(|_| has_pipefail || is_dash);
    let early = script.early_reader();
    if let Some(reader) = early {
        finding.help(format!(
            "write the output to a file first: `pipefail` would make a pipeline fail with 141, because `{}` stops \
             reading early",
            script.title(reader)
        ));
    } else if failed.is_some_and(|it| it.is("yes")) {
        finding.help(
            "write the output to a file first: `pipefail` would make a pipeline fail with 141, because `yes` writes \
             until the next command has ended",
        );
    } else if let Some(failed) = failed {
        let failed_name = script.title(failed);
        finding.help(format!(
            "write the output to a file first; no fix is offered because with `pipefail` the pipeline with `{failed_name}` \
             would fail whenever `{failed_name}` does"
        ));
        finding.related(script.name_place(failed), "with `pipefail` the pipeline fails when this does");
    } else if has_pipefail {
        finding.help("write `set -o pipefail` at the top of the script");
        let edits = Edit::set_option(script, "o pipefail");
        finding.fix("write `set -o pipefail` at the top of the script", Safety::Unsafe, edits);
    } else {
        finding.help(
            "run the script with `bash` and `set -o pipefail`, or write the output to a file first: not every \
            `sh` supports `pipefail`",
        );
        if is_dash {
            let title = "run the script with `bash` and `set -o pipefail`";
            finding.fix(title, Safety::Unsafe, Edit::run_with_bash(script));
        }
    }
    for step in others.iter().take(5) {
        finding.related(script.name_place(step.command), "a failure of this command is lost too");
    }
}

/// Whether the script acts on the status of a pipeline: with `||` or `&&`, or in a condition, unless that waits for something.
fn is_checked(step: &Step<'_>) -> bool {
    let context = step.context;
    let is_condition = step.pipeline_fate == Fate::Checked && context.in_condition;
    (is_condition || step.pipeline_fate == Fate::Skips)
        && !context.in_substitution
        && !context.in_loop_condition
        && !context.is_failing
}
