//! Whether a script ends with a failure where a command fails whose status it looks at.

use super::expected_failures::is_hushed;
use super::step::{Fate, Step};
use super::syntax::{Command, CommandKind, List, Word};
use super::traversal::{is_trivial, lists_of};
use crate::shell::script::Script;

impl<'a> Script<'a> {
    /// Whether a command is meant to succeed: where its status is looked at, its failure ends the script with one.
    pub fn is_meant_to_succeed(&self, step: &Step<'a>) -> bool {
        let is_handler = |it: &&Step<'_>| {
            it.handler.is_some_and(|it| std::ptr::eq(it, step.pipeline)) && !is_trivial(it.command)
        };
        if let Some(handler) = step.handler {
            return handler.commands.last().is_some_and(|it| self.fails(it));
        }
        match step.fate {
            Fate::Decides | Fate::Checked | Fate::Guarded | Fate::Skips => {}
            Fate::Ignored if !is_hushed(step.command, self.text()) => {}
            _ => return false,
        }
        if step.context.in_loop_condition || self.steps.iter().any(|it| is_handler(&it)) {
            return false;
        }
        match self.branch_for_failure(step) {
            Some(branch) => branch.is_some_and(|it| self.ends_with_failure(it)),
            None => !step.pipeline.negated,
        }
    }

    /// Returns what the `if` around a command does where that fails, if the command is its condition.
    fn branch_for_failure(&self, step: &Step<'a>) -> Option<Option<&'a List<'a>>> {
        if !step.context.in_condition {
            return None;
        }
        let is_in = |list: &List<'_>| list.items.iter().any(|it| it.span().contains(step.command.span));
        self.commands().iter().rev().find_map(|command| {
            let CommandKind::If { branches, otherwise } = &command.kind else { return None };
            let at = branches.iter().position(|(condition, _)| is_in(condition))?;
            let next = (at + 1 == branches.len()).then_some(otherwise.as_ref()).flatten();
            Some(if step.pipeline.negated { Some(&branches[at].1) } else { next })
        })
    }

    fn ends_with_failure(&self, list: &List<'_>) -> bool {
        let last = list.items.last().and_then(|it| it.pipelines().last()).and_then(|it| it.commands.last());
        last.is_some_and(|it| self.fails(it))
    }

    /// Whether a command passes a failure on, or makes one.
    fn fails(&self, command: &Command<'_>) -> bool {
        let is_success = || command.arguments().first().and_then(Word::literal).is_some_and(|it| it == "0");
        match &command.kind {
            CommandKind::Group(list) | CommandKind::Subshell(list) => self.ends_with_failure(list),
            _ if command.is("exit") || command.is("return") => !is_success(),
            _ if command.is("false") => true,
            // One that calls itself is not followed.
            _ => command.name().and_then(|it| self.function(&it)).is_some_and(|body| {
                let last = lists_of(body).last().and_then(|it| it.items.last());
                let last = last.and_then(|it| it.first.commands.last());
                last.is_some_and(|it| it.is("exit") || it.is("return") || it.is("false"))
            }),
        }
    }
}
