//! Commands that a script runs only where their program is there: `command -v aws && aws s3 cp …`.

use std::borrow::Cow;

use super::programs::Fact;
use super::syntax::{AndOr, Command, CommandKind, List, Operator, Part, Pipeline, Word};
use super::traversal::{commands_with_substitutions, lists_of};
use crate::text::word_list::has_word;

/// A question for a program on which commands depend, with nothing to run otherwise.
pub struct ProgramCheck<'a, 's> {
    /// `command -v aws`
    pub question: &'a Command<'s>,
    /// What it asks for.
    pub program: Cow<'s, str>,
}

/// Returns the programs that a command asks for.
pub fn asked<'s>(command: &Command<'s>) -> Vec<Cow<'s, str>> {
    let asks = command.name().is_some_and(|it| has_word("command which type hash", &it));
    let words = if asks { command.arguments() } else { &[] };
    words.iter().filter_map(|it| it.literal()).collect()
}

/// Finds the questions without which some commands do not run, and nothing runs in their place.
pub fn program_checks<'a, 's>(list: &'a List<'s>, found: &mut Vec<ProgramCheck<'a, 's>>) {
    for item in &list.items {
        let last = item.rest.last().map_or(&item.first, |(_, pipeline)| pipeline);
        found.extend(question(item).filter(|it| runs(&last.commands, &it.program)));
        for command in item.pipelines().flat_map(|it| &it.commands) {
            match &command.kind {
                CommandKind::If { branches, otherwise } => {
                    if let [(condition, body)] = branches.as_slice() {
                        found.extend(if_check(condition, body, otherwise.as_ref()));
                    }
                    branches
                        .iter()
                        .map(|(_, body)| body)
                        .chain(otherwise)
                        .for_each(|it| program_checks(it, found));
                }
                CommandKind::Loop { body, .. } => program_checks(body, found),
                _ => lists_of(command).into_iter().for_each(|it| program_checks(it, found)),
            }
        }
    }
}

/// Returns the question of an `if` that decides whether its program runs: where it is missing, nothing runs but what prints.
fn if_check<'a, 's>(
    condition: &'a List<'s>,
    body: &'a List<'s>,
    otherwise: Option<&'a List<'s>>,
) -> Option<ProgramCheck<'a, 's>> {
    let last = condition.items.last()?;
    let is_negated = last.rest.is_empty() && last.first.negated;
    let (runs, other) = if is_negated { (otherwise?, Some(body)) } else { (body, otherwise) };
    let check = if is_negated { question_in(&last.first) } else { question(last) };
    check.filter(|it| other.is_none_or(only_prints) && runs_in(runs, &it.program))
}

/// Returns the question that makes all of `a && b` fail if its program is missing.
fn question<'a, 's>(item: &'a AndOr<'s>) -> Option<ProgramCheck<'a, 's>> {
    if item.rest.iter().any(|(operator, _)| *operator == Operator::Or) {
        return None;
    }
    item.pipelines().filter(|it| !it.negated).find_map(question_in)
}

/// Returns the question that a pipeline is, also within a test: `[ -x "$(command -v aws)" ]`.
fn question_in<'a, 's>(pipeline: &'a Pipeline<'s>) -> Option<ProgramCheck<'a, 's>> {
    let [command] = pipeline.commands.as_slice() else { return None };
    let question = match command.arguments() {
        [operator, Word { parts, .. }, ..] if command.is("[") && (operator.is("-x") || operator.is("-n")) => {
            let [Part::Command { list, .. }] = parts.as_slice() else { return None };
            let [AndOr { first, rest, .. }] = list.items.as_slice() else { return None };
            first.commands.first().filter(|_| rest.is_empty() && first.commands.len() == 1)?
        }
        _ => command,
    };
    let mut names = asked(question).into_iter().filter(|it| !it.starts_with('-'));
    let program = names.next().filter(|_| names.next().is_none())?;
    Some(ProgramCheck { question, program })
}

/// Whether commands only print, so that they do nothing in a program's place.
fn only_prints(list: &List<'_>) -> bool {
    let prints = |it: &Command<'_>| it.has(Fact::Prints) || it.is(":") || it.is("true");
    list.items.iter().flat_map(AndOr::pipelines).flat_map(|it| &it.commands).all(prints)
}

fn runs_in(list: &List<'_>, program: &str) -> bool {
    list.items.iter().flat_map(AndOr::pipelines).any(|it| runs(&it.commands, program))
}

/// Whether one of the commands, or one that they hold, is the program.
fn runs(commands: &[Command<'_>], program: &str) -> bool {
    commands.iter().any(|command| {
        let mut all = Vec::new();
        commands_with_substitutions(command, &mut all);
        all.iter().any(|it| it.is(program))
    })
}
