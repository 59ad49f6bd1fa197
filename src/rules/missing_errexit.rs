mod directory;

use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Style;
use crate::manifest::edit::{Edit, Safety};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::flow::steps;
use crate::shell::ignored_failures::{is_listing, is_quiet, is_shown, quits_sidecar};
use crate::shell::importance::most_important;
use crate::shell::parse;
use crate::shell::script::{IgnoredFailureCause, IgnoredFailures};
use crate::shell::step::{Fate, Step};
use crate::shell::syntax::{Command, set_options};
use crate::shell::traversal::is_trivial;
use crate::shell::{Flavour, Script};
use crate::value::program::{ShellOptions, base_name, is_shell, script_of};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-errexit",
        summary: "The script continues when one of its commands fails",
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
    report_inner(script, reporter);
    let Some(IgnoredFailures { steps: ignored, cause: IgnoredFailureCause::NoErrexit }) =
        script.ignored_failures()
    else {
        return directory::report(script, reporter);
    };
    // Such a script has looked at all work; what only lists something may fail, and what writes a file from the script hardly does.
    let is_minor = |it: &Step<'_>| {
        is_quiet(it.command) || it.command.is("cat") || is_listing(it.command) || is_shown(it)
    };
    if script.keeps_account() && ignored.iter().all(is_minor) {
        return directory::report(script, reporter);
    }
    // What tidies up, or reads another script, is named only along with the rest.
    let is_main = |it: &Step<'_>| !is_quiet(it.command);
    let Some(named) = most_important(ignored, is_main) else { return };
    // Where the shell may have no `pipefail`, what `set -e` sees comes first.
    let flavour = script.source.shell.flavour;
    let has_pipefail = matches!(flavour, Flavour::Bash | Flavour::BusyBox | Flavour::OldBusyBox);
    let seen = most_important(ignored, |it| is_main(it) && is_seen(script, it)).filter(|_| !has_pipefail);
    let at = seen.unwrap_or(named);
    let others = ignored.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, step)| step);
    let name = script.title(script.source_of(&ignored[at]));
    let (shell, option) = (script.source.shell.name, script.source.errexit_option());
    // Of another script, or of a sidecar, the Job does not see the status.
    let is_inner = script.source.caller.is_some() || script.container().is_sidecar();
    let whole = if is_inner { "the script" } else { "the Job" };
    let later = later_errexit(script, &ignored[at]);
    let reason = match later {
        Some(later) => format!("`{}` comes only further down", later.span.text(script.text())),
        None => format!("only the last command that it runs decides whether {whole} fails"),
    };
    let message = format!("when `{name}` fails, the script continues: {reason}");
    let finding = reporter.report(script.name_place(ignored[at].command), message);
    if let Some(later) = later {
        finding.related(script.name_place(later), "from here on, a failure ends the script");
    }
    // What `set -e` alone would not see is not found by another rule until it is there.
    let lenient = script.steps.iter().filter(|it| it.fate == Fate::Ignored);
    for (step, client) in lenient.filter_map(|it| Some((it, script.lenient_client(it)?))).take(3) {
        let label = format!("{}: with `set -e`, {}", client.fact, client.help);
        finding.related(script.name_place(step.command), label);
    }
    // `set -e` would end the script before it ends the sidecar.
    if script.commands().iter().any(|it| ends_sidecar(it)) {
        let exit = "`exit \"$status\"` after the call that ends the sidecar";
        finding.help(if ignored.iter().filter(|it| is_main(it)).count() > 1 {
            format!("write `&&` between the commands before that call and `status=$?` after them, and {exit}")
        } else {
            format!("write `status=$?` right after `{name}`, and {exit}")
        });
        return;
    }
    let is_piped: Vec<_> = ignored.iter().map(|it| !is_seen(script, it)).collect();
    let early = script.early_reader();
    let needs_pipefail = is_piped[at] && early.is_none();
    let failed =
        || Some((script.failed_by_pipefail().filter(|_| needs_pipefail)?, "which need not be an error"));
    if let Some((ended, reason)) = script.expected_failure().or_else(failed) {
        let ended_name = script.title(ended);
        let options = if needs_pipefail { "set -eo pipefail" } else { "set -e" };
        finding.help(format!(
            "write `|| exit 1` after each command that must succeed; no fix is offered because `{options}` would also end \
             the script when `{ended_name}` fails, {reason}"
        ));
        finding
            .related(script.name_place(ended), format!("`{options}` would end the script when this fails"));
        return;
    }
    finding.help(if needs_pipefail {
        flavour.pipefail_advice().to_owned()
    } else if let Some(reader) = early.filter(|_| is_piped.iter().all(|it| *it)) {
        format!(
            "write `set -e` at the top, and let each command write its output to a file that the next one reads: only the \
             last command of a pipeline counts, and with `pipefail` the pipeline would fail with 141, because `{}` stops reading early",
            script.title(reader)
        )
    } else if let Some(later) = later {
        format!("move `{}` to the top of the script", later.span.text(script.text()))
    } else {
        format!("write `set -e` at the top, or start the script with `{shell} {option}`")
    });
    if needs_pipefail && has_pipefail {
        let edits = Edit::set_option(script, "eo pipefail");
        finding.fix("stop the script when a command fails: `set -eo pipefail`", Safety::Unsafe, edits);
    } else if needs_pipefail && flavour == Flavour::Dash {
        let title = "run the script with `bash`, where every command in a pipeline counts: `set -o pipefail`";
        finding.fix(title, Safety::Unsafe, Edit::run_with_bash(script));
    } else if is_piped.contains(&false) {
        let edits = match script.source.node.style() {
            Style::Literal => Edit::set_option(script, "e"),
            _ => Edit::shell_option(script.source, 'e'),
        };
        finding.fix("stop the script when a command fails: `set -e`", Safety::Unsafe, edits);
    }
    for step in others.take(5) {
        finding.related(script.name_place(step.command), "a failure here goes unnoticed too");
    }
}

/// Returns the `set -e` of the script itself that a step does not get to.
fn later_errexit<'a>(script: &Script<'a>, step: &Step<'a>) -> Option<&'a Command<'a>> {
    let after = script.tree.list.items.iter().filter(|it| it.first.span().start > step.command.span.start);
    let mut commands = after.filter_map(|it| it.first.commands.first()).filter(|it| it.is("set"));
    commands.find(|it| {
        let mut options = ShellOptions::default();
        set_options(it.arguments(), &mut options);
        options.errexit
    })
}

/// Whether a command tells a sidecar to end, after what would end the script with `set -e`; a trap for `EXIT` does so even then.
fn ends_sidecar(command: &Command<'_>) -> bool {
    let verbs = ["exit", "kill", "quit", "shutdown", "stop", "terminate"];
    let has_verb = |text: &str| verbs.iter().any(|it| text.contains(it));
    let says_so = command.arguments().iter().any(|it| it.literal().is_some_and(|text| has_verb(&text)));
    quits_sidecar(command) && says_so && !command.is("trap")
}

/// Whether `set -e` sees a failure: `pipefail` is needed for what is not the last of its pipeline.
fn is_seen<'a>(script: &Script<'a>, step: &Step<'a>) -> bool {
    step.fate != Fate::Piped && std::ptr::eq(script.source_of(step), step.command)
}

/// `bash -c "fetch; load"` in a script: the inner shell does not have the options of the outer one.
fn report_inner(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    for step in &script.steps {
        let words: Option<Vec<_>> = step.command.words().iter().map(|it| it.literal()).collect();
        let Some(words) = words else { continue };
        let words: Vec<&str> = words.iter().map(|it| &**it).collect();
        let found = match words.as_slice() {
            // It runs in this shell, with its options.
            ["eval", _] => Some((step.options, 1)),
            [shell, ..] if is_shell(shell) => script_of(&words),
            _ => None,
        };
        let Some((options, at)) = found else { continue };
        let Ok(tree) = parse(words[at]) else { continue };
        let steps = steps(&tree, options, false);
        let is_lost = |it: &&Step<'_>| {
            it.fate == Fate::Ignored
                && !it.context.in_substitution
                && !is_trivial(it.command)
                && !is_quiet(it.command)
        };
        let Some(lost) = steps.iter().find(is_lost) else { continue };
        let (name, shell) = (lost.command.name().unwrap_or_default(), base_name(words[0]));
        let (inner, help) = match shell {
            "eval" => ("`eval`".to_owned(), "write `set -e` at the top".to_owned()),
            _ => {
                let help = format!("write `{shell} -ec`: the inner shell does not inherit `set -e`");
                (format!("the inner `{shell}`"), help)
            }
        };
        let message = format!(
            "when `{name}` fails, {inner} continues: only the last command that it runs decides whether it fails"
        );
        reporter.report(script.place(step.command.words()[at].span), message).help(help);
        return;
    }
}
