//! Variables that a part of a pipeline sets: it runs in a subshell, and what it sets is lost with that.

use super::syntax::{Assignment, Command, CommandKind, Part, Pipeline, Variable};
use super::traversal::commands_in;
use crate::shell::Flavour;
use crate::shell::script::Script;
use crate::text::span::Span;

/// A variable that is used after a pipeline in which it was set in vain.
pub struct LostVariable<'a> {
    /// Its name.
    pub name: &'a str,
    /// The value from before, which it still has.
    pub value: String,
    /// Where the pipeline sets it.
    pub set: Span,
    /// The loop or group that does.
    pub part: &'a Command<'a>,
    /// Where it is used then.
    pub used: &'a Variable<'a>,
}

/// More pipelines than this are not looked at.
const MAX_PIPELINES: usize = 50;

impl<'a> Script<'a> {
    /// Returns the first counter or flag that a loop or group at the end of a pipeline sets and that is used afterwards.
    ///
    /// POSIX leaves it open whether the last command has a subshell; in Bash without `lastpipe`, dash and BusyBox it has.
    pub fn variable_lost_in_pipeline(&self) -> Option<LostVariable<'a>> {
        let has_subshell = matches!(
            self.source.shell.flavour,
            Flavour::Bash | Flavour::Dash | Flavour::BusyBox | Flavour::OldBusyBox
        ) || self.source.shell.name == "bash";
        if !has_subshell || self.text().contains("lastpipe") {
            return None;
        }
        let pipelines =
            self.lists().into_iter().flat_map(|list| &list.items).flat_map(|item| item.pipelines());
        let mut candidates =
            pipelines.filter(|it| it.commands.len() > 1).filter_map(|it| Some((it, set_in(it)?)));
        let first = candidates.next()?;
        let used = self.used_variables();
        std::iter::once(first).chain(candidates).take(MAX_PIPELINES).find_map(|(pipeline, (part, set))| {
            set.into_iter().find_map(|it| self.lost(pipeline, part, it, &used))
        })
    }

    fn lost(
        &self,
        pipeline: &Pipeline<'a>,
        part: &'a Command<'a>,
        set: &'a Assignment<'a>,
        used: &[&'a Variable<'a>],
    ) -> Option<LostVariable<'a>> {
        let span = pipeline.span();
        let assigned = || {
            let commands = self.commands().iter().filter(|it| it.words().is_empty());
            commands.flat_map(|it| it.assignments()).filter(|it| it.name == set.name)
        };
        let before = assigned().filter(|it| it.span.start < span.start).max_by_key(|it| it.span.start)?;
        let value = before.value.literal()?.into_owned();
        let after = assigned().map(|it| it.span.start).filter(|it| *it >= span.end).min().unwrap_or(u32::MAX);
        let is_other_function = |it: Span| {
            let mut functions =
                self.commands().iter().filter(|it| matches!(it.kind, CommandKind::Function { .. }));
            functions.any(|function| function.span.contains(it) != function.span.contains(span))
        };
        let is_loop =
            |it: &Command<'_>| matches!(&it.kind, CommandKind::For { name, .. } if *name == set.name);
        let used = used
            .iter()
            .copied()
            .filter(|it| it.name == set.name && (span.end..after).contains(&it.span.start));
        let used = used.min_by_key(|it| it.span.start).filter(|it| !is_other_function(it.span))?;
        let is_changed = is_change(set, &value) && !self.commands().iter().any(|it| is_loop(it));
        is_changed.then_some(LostVariable { name: set.name, value, set: set.span, part, used })
    }
}

/// Returns the loop or group at the end of a pipeline, with what it sets.
fn set_in<'a>(pipeline: &'a Pipeline<'a>) -> Option<(&'a Command<'a>, Vec<&'a Assignment<'a>>)> {
    let last = pipeline.commands.last()?;
    let (CommandKind::Loop { body, .. } | CommandKind::For { body, .. } | CommandKind::Group(body)) =
        &last.kind
    else {
        return None;
    };
    let mut inner = Vec::new();
    commands_in(body, &mut inner);
    let set: Vec<_> =
        inner.into_iter().filter(|it| it.words().is_empty()).flat_map(|it| it.assignments()).collect();
    (!set.is_empty()).then_some((last, set))
}

/// Whether an assignment counts or collects, or sets a flag that had another value: others may be of use in the loop alone.
fn is_change(set: &Assignment<'_>, value: &str) -> bool {
    let counts = set.value.parts.iter().any(|part| match part {
        Part::Arithmetic(text) => super::variables::arithmetic_names(text).any(|it| it == set.name),
        Part::Variable(variable) => variable.name == set.name,
        _ => false,
    });
    let is_flag = || set.value.literal().is_some_and(|it| it != value && !it.is_empty());
    set.append || counts || is_flag()
}
