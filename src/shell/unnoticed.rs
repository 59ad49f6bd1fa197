//! Failures that the shell does not notice: of what `find -exec` starts, in the words of a loop, in `test && work || other`.

use super::lost_status::{exit_if_empty, test_words};
use super::programs::{CLIENTS, Fact, holds};
use super::queries::asks_for_list;
use super::step::{Fate, Step};
use super::syntax::{Command, CommandKind, Operator, Part, Word};
use crate::shell::ignored_failures::is_quiet;
use crate::shell::script::Script;
use crate::text::word_list::has_word;
use crate::value::program::base_name;

impl<'a> Script<'a> {
    /// Returns a `find` that runs work and ignores its status, and the name of that: `find … -exec load {} \;`. With `+` at
    /// its end `find` fails with it (POSIX, `find`).
    pub fn unnoticed_by_find(&self) -> Option<(&'a Command<'a>, &'a Word<'a>)> {
        // What tidies up or only looks; a shell has a script of its own.
        const HARMLESS: &str = "rm rmdir unlink shred truncate chmod chown chgrp setfacl touch mkdir ln kill md5sum \
            sha1sum sha256sum sed sh bash ash dash env";
        let counts = |it: &&Step<'a>| {
            matches!(it.fate, Fate::Decides | Fate::Guarded | Fate::Ignored) && it.command.is("find")
        };
        self.steps.iter().filter(counts).find_map(|step| {
            let arguments = step.command.arguments();
            let at = arguments.iter().position(|it| it.is("-exec") || it.is("-execdir"))?;
            let program = arguments.get(at + 1)?;
            let end = arguments[at..].iter().find(|it| it.is(";") || it.is("+"))?;
            let text = program.literal()?;
            let name = base_name(&text);
            let is_harmless = has_word(HARMLESS, name) || holds(name, Fact::Trivial) || name == "cat";
            (end.is(";") && !is_harmless && !text.starts_with('{')).then_some((step.command, program))
        })
    }

    /// Returns a client whose output a loop or an array is made of, with the command that is, although `set -e` does not
    /// see it fail: `for pod in $(kubectl get pods)`, `mapfile -t pods < <(kubectl get pods)`.
    pub fn unnoticed_list(&self) -> Option<(&'a Command<'a>, &'a Command<'a>)> {
        // Where `set -e` is missing, that is said first.
        let is_only = self.ignored_failures().is_none();
        let asks = |it: &&Step<'a>| {
            let is_tolerated = it
                .command
                .redirections
                .iter()
                .any(|it| it.operator.contains('>') && it.target.is("/dev/null"));
            it.context.in_substitution
                && (it.options.errexit || is_only && asks_for_list(it.command))
                && !it.context.in_condition
                && it.handler.is_none()
                && it.command.name().is_some_and(|name| has_word(CLIENTS, &name))
                && !is_tolerated
        };
        let asking: Vec<_> = self.steps.iter().filter(asks).take(50).map(|it| it.command).collect();
        if asking.is_empty() {
            return None;
        }
        let mut looked_at = self.tested_variables();
        looked_at.extend(self.inspected_variables());
        self.commands().iter().find_map(|command| {
            let (words, names) = lists_read(command)?;
            let client = asking.iter().copied().find(|it| words.iter().any(|word| starts_with(word, it)))?;
            let mut inner = Vec::new();
            super::traversal::commands_with_substitutions(command, &mut inner);
            let set = inner.iter().flat_map(|it| it.assignments()).map(|it| it.name);
            // Of more than a few the first will do.
            let is_looked_at = |it: &str| looked_at.contains(it) || self.counts(it);
            let is_checked =
                names.into_iter().chain(set.take(20)).any(|it| is_looked_at(it) && !self.ends_if_none(it));
            let is_loop = !matches!(command.kind, CommandKind::Simple { .. });
            let works = |it: &&Command<'a>| {
                matches!(it.kind, CommandKind::Simple { .. })
                    && !it.words().is_empty()
                    && !words.iter().any(|word| word.span.contains(it.span))
                    && self.is_work(it)
            };
            (!is_checked && (!is_loop || inner.iter().any(works))).then_some((client, *command))
        })
    }

    /// Whether the script asks how many elements an array has.
    fn counts(&self, name: &str) -> bool {
        self.text().contains(&format!("${{#{name}["))
    }

    /// Whether the only question for the elements of an array ends the script with 0 if there are none.
    fn ends_if_none(&self, name: &str) -> bool {
        let mentions = self.text().matches(&format!("{{#{name}[")).count();
        let mut items = self.lists().into_iter().flat_map(|list| &list.items);
        let asked = self.commands().iter().filter(|it| tests(it, name)).count();
        mentions == 1 && asked == 1 && items.any(|it| exit_if_empty(it, name, true, self.text()).is_some())
    }

    /// Returns the two commands of `[ … ] && work || other`, of which the second also runs when the first has failed.
    pub fn unnoticed_choice(&self) -> Option<(&'a Command<'a>, &'a Command<'a>)> {
        const HANDLERS: &str = "abort bail die err error exit_with_error fail fatal usage warn";
        self.lists().into_iter().flat_map(|list| &list.items).find_map(|item| {
            let [test] = item.first.commands.as_slice() else { return None };
            let is_test = matches!(test.kind, CommandKind::Test(_)) || test.is("[") || test.is("test");
            let [(Operator::And, then), (Operator::Or, otherwise)] = item.rest.as_slice() else {
                return None;
            };
            let ([one], [other]) = (then.commands.as_slice(), otherwise.commands.as_slice()) else {
                return None;
            };
            let is_work = |it: &Command<'_>| {
                let name = it.name().unwrap_or_default();
                matches!(it.kind, CommandKind::Simple { .. })
                    && !it.words().is_empty()
                    && self.is_work(it)
                    && !is_quiet(it)
                    && self.function(&name).is_none()
                    && !has_word(HANDLERS, &name)
            };
            let is_plain = is_test && !item.background && !then.negated && !otherwise.negated;
            (is_plain && is_work(one) && is_work(other)).then_some((one, other))
        })
    }

    /// Returns work in the background whose process ID the script saves and never uses, where it waits for other work.
    pub fn unasked_job(&self) -> Option<(&'a Command<'a>, &'a str)> {
        let commands = self.commands();
        let others = ["jobs", "kill", "trap", "fg", "exec"];
        let variable = |it: &Word<'_>| match it.parts.as_slice() {
            [Part::Variable(it)] if it.operator.is_empty() => it.name != "!" && it.name != "@",
            _ => false,
        };
        let waits: Vec<_> = commands.iter().filter(|it| it.is("wait")).collect();
        let all_named =
            waits.iter().all(|it| !it.arguments().is_empty() && it.arguments().iter().all(variable));
        if waits.is_empty() || !all_named || commands.iter().any(|it| others.iter().any(|name| it.is(name))) {
            return None;
        }
        let jobs = self.steps.iter().filter(|it| {
            it.fate == Fate::Background
                && !it.context.in_loop
                && !it.context.in_function
                && self.is_work(it.command)
                && !is_quiet(it.command)
                && !self.is_server(it.command)
        });
        jobs.take(50).find_map(|step| {
            let mut saved = commands.iter().flat_map(|it| it.assignments());
            let saved = saved.find(|it| it.span.start > step.command.span.end)?;
            let is_id = matches!(saved.value.parts.as_slice(), [Part::Variable(it)] if it.name == "!");
            let text = self.text();
            let uses = text.matches(&format!("${}", saved.name)).count()
                + text.matches(&format!("${{{}", saved.name)).count();
            let is_next = !self.steps.iter().any(|it| {
                it.command.span.start > step.command.span.end && it.command.span.end < saved.span.start
            });
            (is_id && is_next && uses == 0).then_some((step.command, saved.name))
        })
    }
}

/// Returns the words that a loop or an array gets its elements from, and the variables that it sets.
fn lists_read<'a>(command: &'a Command<'a>) -> Option<(Vec<&'a Word<'a>>, Vec<&'a str>)> {
    let input = || {
        let inputs = command.redirections.iter().filter(|it| it.operator == "<");
        inputs.map(|it| &it.target).collect::<Vec<_>>()
    };
    match &command.kind {
        CommandKind::For { words, name, .. } => Some((words.iter().collect(), vec![name])),
        CommandKind::Loop { .. } => Some((input(), Vec::new())),
        CommandKind::Simple { .. } if command.is("mapfile") || command.is("readarray") => {
            let name = command.arguments().last()?.prefix();
            Some((input(), vec![name]))
        }
        _ => None,
    }
}

/// Whether a command is a test that names a variable.
fn tests(command: &Command<'_>, name: &str) -> bool {
    let words = test_words(command).iter();
    words.flat_map(|it| &it.parts).any(|it| matches!(it, Part::Variable(it) if it.name == name))
}

/// Whether a word is a substitution whose first command this is.
fn starts_with(word: &Word<'_>, command: &Command<'_>) -> bool {
    word.parts.iter().any(|part| {
        let Part::Command { list, .. } = part else { return false };
        let [item] = list.items.as_slice() else { return false };
        let first = item.first.commands.first();
        item.rest.is_empty() && first.is_some_and(|it| it.span == command.span)
    })
}
