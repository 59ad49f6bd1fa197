//! Failures that a script counts, and on which it then fails.

use std::collections::HashMap;

use super::ignored_failures::is_quiet;
use super::step::{Fate, Step};
use super::syntax::{AndOr, Command, CommandKind, Operator, Pipeline, Word};
use super::variables::{arithmetic_names, variables};
use crate::shell::script::Script;
use crate::text::span::Span;

/// No more counting variables than this are followed.
const MAX_COUNTERS: usize = 20;

/// What scripts print where something is no failure.
const EXCUSES: [&str; 8] = [
    "are expected",
    "can be ignored",
    "is expected",
    "non-critical",
    "non-fatal",
    "not an error",
    "not fatal",
    "optional",
];

impl<'a> Script<'a> {
    /// Returns where work stands after which `&&` only counts, if the script then fails depending on the count:
    /// `load && loaded=$((loaded + 1))`, and later `[ "$loaded" -eq 2 ] || exit 1`; or says that less is no failure; or only sets a
    /// flag that it tests before other work.
    pub(super) fn counted_failures(&self) -> Vec<Span> {
        let (mut found, mut known, mut tested) = (Vec::new(), HashMap::new(), None);
        if !self.steps.iter().any(|it| it.fate == Fate::Skips) {
            return found;
        }
        let is_work = |it: &&Step<'_>| self.is_work(it.command) && !is_quiet(it.command);
        let last_work = self.steps.iter().rfind(is_work).map(|it| it.command.span.start);
        for item in self.lists().into_iter().flat_map(|list| &list.items) {
            let is_simple = |it: &Pipeline<'_>| {
                it.commands.iter().all(|it| matches!(it.kind, CommandKind::Simple { .. }))
            };
            // `stamp=$(date) && load` in the middle is a part of the work.
            let is_work = |(_, it): &(Operator, Pipeline<'_>)| counters(it).is_none();
            let at = item.rest.iter().rposition(is_work).map_or(0, |it| it + 1);
            if at == item.rest.len() {
                continue;
            }
            let (work, counts) = item.rest.split_at(at);
            let names: Option<Vec<_>> = counts
                .iter()
                .map(|(operator, it)| counters(it).filter(|_| *operator == Operator::And))
                .collect();
            let is_checked = |name: &'a str| {
                let is_known = known.len() < MAX_COUNTERS || known.contains_key(name);
                let is_looked_at = || self.fails_depending_on(name) || self.excuses(name);
                is_known && *known.entry(name).or_insert_with(is_looked_at)
            };
            // Work that is done in spite of a flag is meant to be; after a message nothing but success is left.
            let is_flag = counts.iter().all(|(_, it)| sets_constants(it))
                && last_work.is_some_and(|it| it > item.span().end);
            let is_tested =
                |name: &&str| tested.get_or_insert_with(|| self.tested_variables()).contains(name);
            let is_checked = names.is_some_and(|it| {
                let names: Vec<_> = it.into_iter().flatten().collect();
                is_flag && names.iter().all(is_tested) || names.into_iter().all(is_checked)
            });
            if is_checked && is_simple(&item.first) && work.iter().all(|(_, it)| is_simple(it)) {
                found.push(Span { start: item.span().start, end: counts[0].1.span().start });
            }
        }
        found.sort_unstable_by_key(|it| it.start);
        found
    }

    /// Whether an `if` with an `else` depends on a variable, and what it prints says that neither outcome is a failure.
    fn excuses(&self, name: &str) -> bool {
        self.commands().iter().any(|command| {
            let CommandKind::If { branches, otherwise: Some(_) } = &command.kind else { return false };
            let conditions = branches.iter().flat_map(|(condition, _)| &condition.items);
            let mut asked = conditions.flat_map(|it| it.pipelines()).flat_map(|it| &it.commands);
            let text = command.span.text(self.text()).to_ascii_lowercase();
            asked.all(|it| tests(it, name)) && EXCUSES.iter().any(|it| text.contains(it))
        })
    }

    /// Whether the script fails depending on a variable: a test of it leads to `exit 1`, or is the last command.
    fn fails_depending_on(&self, name: &str) -> bool {
        let tests = |command: &Command<'a>| tests(command, name);
        let fails = |command: &&&Command<'_>| {
            command.is("exit") && command.arguments().first().is_some_and(|it| !it.is("0"))
        };
        let mut exits: Vec<Span> = self.commands().iter().filter(fails).map(|it| it.span).collect();
        exits.sort_unstable_by_key(|it| it.start);
        let asks = |command: &Command<'a>, is_joined: bool| match &command.kind {
            CommandKind::If { branches, .. } => {
                let conditions = branches.iter().flat_map(|(condition, _)| &condition.items);
                conditions.flat_map(|it| it.pipelines()).flat_map(|it| &it.commands).any(tests)
            }
            _ => is_joined && tests(command),
        };
        let leads_to_exit = |item: &AndOr<'a>| {
            item.first.commands.iter().any(|it| asks(it, !item.rest.is_empty())) && {
                let at = exits.partition_point(|it| it.start < item.span().start);
                exits.get(at).is_some_and(|it| item.span().contains(*it))
            }
        };
        self.steps.iter().any(|it| it.fate == Fate::Decides && tests(it.command))
            || self.lists().into_iter().flat_map(|list| &list.items).any(leads_to_exit)
    }
}

/// Whether a command tests a variable.
fn tests(command: &Command<'_>, name: &str) -> bool {
    let words: &[Word<'_>] = match &command.kind {
        CommandKind::Test(words) => words,
        CommandKind::Arithmetic(text) => return arithmetic_names(text).any(|it| it == name),
        _ if command.is("[") || command.is("test") => command.words(),
        _ => return false,
    };
    let mut found = Vec::new();
    words.iter().for_each(|word| variables(&word.parts, &mut found));
    found.iter().any(|it| it.name == name)
}

/// Whether a pipeline sets variables to values that do not change: `loaded=true`.
fn sets_constants(pipeline: &Pipeline<'_>) -> bool {
    let mut values = pipeline.commands.iter().flat_map(|it| it.assignments());
    pipeline.commands.iter().all(|it| !it.assignments().is_empty())
        && values.all(|it| !it.append && it.value.literal().is_some())
}

/// Returns the variables of a pipeline that does nothing but set them.
fn counters<'a>(pipeline: &Pipeline<'a>) -> Option<Vec<&'a str>> {
    let [command] = pipeline.commands.as_slice() else { return None };
    match &command.kind {
        CommandKind::Simple { words, assignments } if words.is_empty() && !assignments.is_empty() => {
            Some(assignments.iter().map(|it| it.name).collect())
        }
        CommandKind::Arithmetic(text) => {
            Some(arithmetic_names(text).filter(|it| !it.starts_with(char::is_numeric)).collect())
        }
        _ => None,
    }
}
