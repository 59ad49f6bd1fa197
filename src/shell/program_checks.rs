//! Commands that a script runs only where their program is there: `command -v aws && aws s3 cp …`.

use std::borrow::Cow;

use super::syntax::{AndOr, Command, CommandKind, List, Operator, Pipeline};
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
                    if let ([(condition, body)], None) = (branches.as_slice(), otherwise) {
                        let check = condition.items.last().and_then(question);
                        found.extend(check.filter(|it| runs_in(body, &it.program)));
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

/// Returns the question that makes all of `a && b` fail if its program is missing.
fn question<'a, 's>(item: &'a AndOr<'s>) -> Option<ProgramCheck<'a, 's>> {
    if item.rest.iter().any(|(operator, _)| *operator == Operator::Or) {
        return None;
    }
    let question = |pipeline: &'a Pipeline<'s>| match pipeline.commands.as_slice() {
        [question] if !pipeline.negated => {
            let mut names = asked(question).into_iter().filter(|it| !it.starts_with('-'));
            let program = names.next().filter(|_| names.next().is_none())?;
            Some(ProgramCheck { question, program })
        }
        _ => None,
    };
    item.pipelines().find_map(question)
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
