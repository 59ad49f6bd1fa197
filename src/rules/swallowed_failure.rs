mod creations;
mod ending;
mod on_the_way_out;
mod python;
mod told;
mod unnoticed;

use self::ending::ending;
use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Flavour;
use crate::shell::Script;
use crate::shell::ignored_failures::{is_listing, is_quiet, is_within};
use crate::shell::notifications::is_message;
use crate::shell::programs::Fact;
use crate::shell::script::{IgnoredFailureCause, IgnoredFailures};
use crate::shell::step::{Fate, Step};
use crate::shell::syntax::Command;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "swallowed-failure",
        summary: "The script hides a failure",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    // The kubelet starts a sidecar again whatever its status is.
    if script.container().is_sidecar() {
        return;
    }
    if script.source.shell.flavour == Flavour::Python {
        return python::report(script, reporter);
    }
    on_the_way_out::report(script, reporter);
    unnoticed::report(script, reporter);
    let (place, cause, hides, ignored) = match script.ignored_failures() {
        Some(IgnoredFailures { steps: ignored, cause: IgnoredFailureCause::Exit(exit) }) => {
            (exit.command.span, "the script still ends with `exit 0`", "exit 0", ignored)
        }
        Some(IgnoredFailures { steps: ignored, cause: IgnoredFailureCause::TurnedOff(set) }) => {
            (set.command.span, "`set +e` lets the script continue", "set +e", ignored)
        }
        _ if told::report(script, reporter) => return,
        _ => return or_true(script, reporter),
    };
    let [first, ..] = ignored.as_slice() else { return };
    let name = script.title(first.command);
    let effect = script.source.effect_of_success();
    let message = format!("when `{name}` fails, {cause}, and {effect}");
    let finding = reporter.report(script.place(place), message);
    // Of a pipeline, `set -e` sees only the last command.
    finding.help(if ignored.iter().any(|it| it.fate == Fate::Piped) {
        format!("remove `{hides}`, and {}", script.source.shell.flavour.pipefail_advice())
    } else {
        format!(
            "let the script exit with the status of its work: write `set -e` at the top, and remove `{hides}`"
        )
    });
    for step in ignored.iter().take(5) {
        finding.related(script.name_place(step.command), "its failure is lost");
    }
}

/// `work || true`, where that work is the last of the script.
fn or_true(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    // Of a substitution only an assignment has the status.
    let is_work = |step: &&Step<'_>| {
        script.is_work(step.command)
            && !(step.context.in_substitution && step.pipeline_fate == Fate::Argument)
    };
    // What a function does runs where it is called, and the call itself is not work.
    let calls = script.last_calls();
    let is_call = |it: &Command<'_>| it.name().is_some_and(|name| script.function(&name).is_some());
    let telling = calls.telling(script);
    let is_own = |it: &&Step<'_>| !is_call(it.command) && !is_within(&telling, it.command.span);
    let mut work: Vec<_> = script.steps.iter().filter(is_work).filter(is_own).collect();
    // Next to work, what is shown in the log is none, unless its failure counts: then it checks the work.
    let is_shown = |it: &Step<'_>| it.fate == Fate::Swallowed && is_listing(it.command);
    if !work.iter().all(|it| is_shown(it)) {
        work.retain(|it| !is_shown(it));
    }
    let placed = work.iter().filter_map(|step| Some((calls.place_of(step)?, *step)));
    let Some(((_, context), last)) = placed.max_by_key(|((at, _), step)| (*at, step.command.span.start))
    else {
        return;
    };
    work.retain(|step| calls.place_of(step).is_some());
    if creations::report(script, &work, reporter) {
        return;
    }
    // `try() { "$@" || true; }` says for each call that its failure does not matter.
    if last.context.in_function && last.command.name().is_none() {
        return;
    }
    // In a loop others can continue, and a retry leaves it.
    let leaves =
        ["break", "exit", "return"].iter().any(|name| script.commands().iter().any(|it| it.is(name)));
    let is_every = !context.in_loop_condition
        && !leaves
        && last.handler.is_some_and(|it| it.commands.iter().all(|it| it.has(Fact::Succeeds)))
        && work.iter().all(|it| it.fate == Fate::Swallowed && it.context.in_loop);
    if last.fate != Fate::Swallowed
        || is_quiet(last.command)
        || context.in_loop && !is_every
        || context.in_substitution
    {
        return;
    }
    // The rest of the work is checked: what is left is a branch of it, or a message to somebody.
    let others = work.iter().any(|step| {
        matches!(step.fate, Fate::Guarded | Fate::Skips | Fate::Checked | Fate::Decides)
            && !is_quiet(step.command)
    });
    let fails = script.steps.iter().any(|step| {
        step.fate == Fate::Decides
            && step.command.is("exit")
            && step.command.arguments().iter().any(|it| !it.is("0"))
    });
    // Of several at the end, the first is the one from which on nothing counts.
    let is_equal =
        |it: &Step<'_>| it.fate == Fate::Swallowed && it.handler.is_some() && !is_quiet(it.command);
    work.sort_by_key(|it| calls.place_of(it).map(|(at, _)| (at, it.command.span.start)));
    let at_end = || work.iter().rev().take_while(|it| is_equal(it)).copied();
    // A branch at the end may be the second attempt.
    let is_second = context.in_branch && at_end().any(|it| !it.context.in_branch && !is_message(it.command));
    if fails || others && (context.in_branch && !is_second || is_message(last.command)) {
        return;
    }
    let named = at_end().last().unwrap_or(last);
    let Some(handler) = named.handler else { return };
    let (name, ending) = (script.title(named.command), ending(script, handler));
    let effect = script.source.effect_of_success();
    let message = format!("when `{name}` fails, `|| {ending}` turns that into a success, and {effect}");
    let finding = reporter.report(script.place(handler.span()), message);
    // Without `set -e` the script continues after it all the same, and so does a loop or a branch at its end.
    let mut at_the_end =
        script.tree.list.items.last().into_iter().flat_map(|it| it.pipelines()).flat_map(|it| &it.commands);
    let is_last = at_the_end.any(|it| it.span == named.command.span);
    let too = if named.options.errexit || is_last { "" } else { " and write `set -e` at the top" };
    finding.help(format!("remove `|| {ending}`{too}, or exit with a failure: `|| {{ echo …; exit 1; }}`"));
    finding.related(script.name_place(named.command), "its failure is lost");
    let is_other =
        |it: &&&Step<'_>| it.fate == Fate::Swallowed && !std::ptr::eq(**it, named) && !is_quiet(it.command);
    for step in work.iter().filter(is_other).take(5) {
        finding.related(script.name_place(step.command), "its failure is lost too");
    }
}
