//! `create … || true` as the only work of a script.

use super::ending::ending;
use crate::rule::Reporter;
use crate::shell::Script;
use crate::shell::programs::Fact;
use crate::shell::step::{Fate, Step};

/// Reports work that only creates something, where every failure counts as "exists already"; returns whether it is so.
pub(super) fn report(script: &Script<'_>, work: &[&Step<'_>], reporter: &mut Reporter<'_>) -> bool {
    let creates = |it: &Step<'_>| {
        it.fate == Fate::Swallowed && it.command.arguments().iter().take(4).any(|it| it.is("create"))
    };
    // Whatever asks the server fails, too, if that does not answer.
    let is_silent = |it: &Step<'_>| {
        it.command.has(Fact::Succeeds) || it.command.has(Fact::Prints) || it.command.words().is_empty()
    };
    let is_all = script.steps.iter().all(|it| creates(it) || is_silent(it));
    let Some((first, others)) = work.split_first().filter(|_| is_all) else { return false };
    let Some(handler) = first.handler else { return false };
    let name = script.title(first.command);
    let ending = ending(script, handler);
    let message = format!(
        "when `{name}` does not reach its server, `|| {ending}` hides that along with \"exists already\", and {}",
        script.source.effect_of_success()
    );
    let finding = reporter.report(script.place(handler.span()), message);
    let too = if first.options.errexit { "" } else { ", write `set -e` at the top" };
    finding.help(format!(
        "remove `|| {ending}`{too}, and use a form of `{name}` that accepts what exists already; or keep it, and ask afterwards whether it exists"
    ));
    finding.related(script.name_place(first.command), "its failure is lost");
    for step in others.iter().take(5) {
        finding.related(script.name_place(step.command), "its failure is lost too");
    }
    true
}
