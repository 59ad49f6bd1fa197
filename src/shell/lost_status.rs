//! Failures that a script turns into a success on its way out.

use super::empty_results::is_question;
use super::exits::exits_with_0;
use super::ignored_failures::is_quiet;
use super::pipeline_readers::passes_nothing;
use super::programs::{CLIENTS, Fact};
use super::queries::{asks_for_list, is_variable};
use super::readiness_probes::is_probe;
use super::step::{Fate, Step};
use super::syntax::{AndOr, Command, CommandKind, List, Operator, Part, Word, has_short_option};
use super::traversal::lists_of;
use crate::shell::script::Script;
use crate::text::span::Span;
use crate::text::word_list::has_word;

/// Work that a script skips when a question fails.
pub struct SkippedWork<'a> {
    /// The command that asks.
    pub asked: &'a Command<'a>,
    /// The variable that holds its answer.
    pub name: &'a str,
    /// The condition on which the work is done.
    pub condition: &'a Command<'a>,
    /// Whether the answer is a number, which is 0 after a failure, and not empty.
    pub counts: bool,
}

impl<'a> Script<'a> {
    /// Returns an `exit $?` that runs after a failure but returns the status of a message, with that message:
    /// `work || { echo failed; exit $?; }`.
    pub fn exit_after_message(&self) -> Option<(&'a Command<'a>, &'a Command<'a>)> {
        let failed = self.commands().iter().flat_map(|command| failure_branches(command));
        let handlers = self.lists().into_iter().flat_map(|list| &list.items).flat_map(handlers);
        failed.chain(handlers).find_map(|list| {
            let [.., before, last] = list.items.as_slice() else { return None };
            let [exit] = last.first.commands.as_slice() else { return None };
            let message = before.first.commands.last().filter(|_| before.rest.is_empty())?;
            let is_exit = (exit.is("exit") || exit.is("return")) && last.rest.is_empty();
            let is_status = matches!(exit.arguments(), [it] if is_variable(it, "?"));
            (is_exit && is_status && message.has(Fact::Prints)).then_some((exit, message))
        })
    }

    /// Returns a `trap` for the end of the script whose command ends with `exit 0`.
    pub fn successful_exit_trap(&self) -> Option<&'a Command<'a>> {
        self.commands().iter().copied().find(|command| {
            let arguments = command.arguments();
            let is_for_end = arguments.iter().skip(1).any(|it| it.is("EXIT") || it.is("0"));
            let Some(action) = arguments.first().and_then(Word::literal) else { return false };
            if !command.is("trap") || !is_for_end {
                return false;
            }
            let ends = |list: &List<'_>| list.items.last().is_some_and(exits_with_0);
            match self.function(action.trim()) {
                Some(body) => lists_of(body).last().is_some_and(|list| ends(list)),
                None => super::parse(&action).is_ok_and(|tree| ends(&tree.list)),
            }
        })
    }

    /// Returns a command that fails in silence, and the `exit 0` that takes its empty answer for nothing to do:
    /// `list=$(kubectl get … 2>/dev/null); if [ -z "$list" ]; then exit 0; fi`.
    pub fn failure_taken_for_nothing(&self) -> Option<(&'a Command<'a>, &'a Command<'a>)> {
        let silent = self.steps.iter().filter(|it| self.answers_nothing(it));
        // Of more than a few the first will do.
        silent.take(20).find_map(|step| {
            let assignment = self.assignment_of(step)?;
            let exit = self.lists().into_iter().flat_map(|list| &list.items).find_map(|item| {
                (item.first.span().start > step.command.span.start).then_some(())?;
                exit_if_empty(item, assignment.name, counts(step), self.text())
            })?;
            Some((step.command, exit))
        })
    }

    /// Returns a command that answers nothing when it fails, where the only work of the script is in an `if` that asks for
    /// its answer, or in several: `pod=$(kubectl get … || true); if [ -n "$pod" ]; then …; fi`.
    pub fn work_skipped_after_failure(&self) -> Option<SkippedWork<'a>> {
        let silent = self.steps.iter().filter(|it| self.answers_nothing(it));
        // Of more than a few the first will do.
        let skipped = silent.take(20).filter_map(|step| {
            let assignment = self.assignment_of(step)?;
            let (condition, guarded) = self.tree.list.items.iter().find_map(|item| {
                (item.span().start > step.command.span.start).then_some(())?;
                guarded_if_set(item, assignment.name, counts(step))
            })?;
            Some((step, assignment, condition, guarded))
        });
        let skipped: Vec<_> = skipped.collect();
        let (first, assignment, condition, _) = skipped.first()?;
        let is_asking = |place: Span| skipped.iter().any(|(_, it, ..)| it.span.contains(place));
        let does = |it: &&Step<'a>| self.is_work(it.command) && !is_asking(it.command.span);
        let mut work: Vec<_> = self.steps.iter().filter(does).collect();
        // Where nothing else is done, what is deleted is the work.
        if work.iter().any(|it| !is_quiet(it.command))
            || !skipped.iter().all(|(it, ..)| asks_for_list(it.command))
        {
            work.retain(|it| !is_quiet(it.command));
        }
        let is_guarded = |it: &Step<'a>| skipped.iter().any(|(.., place)| place.contains(it.command.span));
        let is_all = !work.is_empty() && work.iter().all(|it| is_guarded(it));
        let counts = counts(first);
        is_all.then_some(SkippedWork { asked: first.command, name: assignment.name, condition, counts })
    }

    /// Whether a client in `$(…)` prints nothing when it fails, and the script continues.
    pub(super) fn answers_nothing(&self, step: &Step<'a>) -> bool {
        let is_silent =
            step.command.redirections.iter().any(|it| it.span.text(self.text()).starts_with("2>"));
        let prints_nothing = |it: &Command<'_>| {
            let is_empty = |word: &Word<'_>| word.literal().is_some_and(|it| it.trim().is_empty());
            it.is("true") || it.is(":") || it.is("echo") && it.arguments().iter().all(is_empty)
        };
        let is_swallowed = step.fate == Fate::Swallowed
            && step.handler.is_some_and(|it| it.commands.iter().all(prints_nothing));
        let is_client = || step.command.name().is_some_and(|it| has_word(CLIENTS, &it));
        let is_piped = || {
            let before =
                step.pipeline.commands.iter().take_while(|it| !std::ptr::eq(*it, step.command)).count();
            // `curl -s` asks what may not be there.
            let asks = step.command.is("curl") || step.command.is("wget");
            // Where `set -e` is not on, it does not matter that `grep` has found nothing.
            let is_decisive = step.options.errexit && step.pipeline_fate != Fate::Swallowed;
            let others = &step.pipeline.commands[before + 1..];
            let is_passed = |(at, it): (usize, &Command<'_>)| {
                passes_nothing(it) || it.is("wc") || it.is("grep") && !(is_decisive && at + 1 == others.len())
            };
            step.fate == Fate::Piped && !asks && others.iter().enumerate().all(is_passed)
        };
        step.context.in_substitution
            && (is_silent && !step.options.errexit && is_probe(step.command)
                || Self::is_unseen_list(step)
                || (is_swallowed || is_piped()) && is_client())
    }

    /// Returns the work after whose failure the script does not come to the call that ends a sidecar, and that call:
    /// `work && curl …/quitquitquit`.
    pub fn quits_only_on_success(&self) -> Option<(&'a Command<'a>, &'a Command<'a>)> {
        let calls = |it: &&Step<'a>| {
            let mut words = it.command.arguments().iter().filter_map(Word::literal);
            words.any(|word| word.contains("quitquitquit"))
        };
        let mut calling = self.steps.iter().filter(calls);
        let (call, None) = (calling.next()?, calling.next()) else { return None };
        if call.context.in_function || self.commands().iter().any(|it| it.is("trap")) {
            return None;
        }
        let is_joined = self.tree.list.items.iter().any(|item| {
            let at =
                item.pipelines().position(|it| it.span().contains(call.command.span)).unwrap_or_default();
            at > 0 && item.rest[..at].iter().all(|(operator, _)| *operator == Operator::And)
        });
        // What is joined by `&&`, or what `set -e` watches.
        let is_watched = |it: &&Step<'a>| {
            it.command.span.start < call.command.span.start
                && self.is_work(it.command)
                && (is_joined || it.fate == Fate::Guarded)
        };
        let work = self.steps.iter().rev().find(is_watched)?;
        Some((work.command, call.command))
    }

    /// Returns the last command of a script that is a test with work behind `&&`: false, it fails the Job.
    pub fn deciding_test(&self) -> Option<&'a AndOr<'a>> {
        let mut item = self.tree.list.items.last()?;
        loop {
            if let ([command], []) = (item.first.commands.as_slice(), item.rest.as_slice()) {
                item = match &command.kind {
                    CommandKind::Group(list) | CommandKind::For { body: list, .. } => list.items.last()?,
                    _ => return None,
                };
                continue;
            }
            let [test] = item.first.commands.as_slice() else { return None };
            let is_test = matches!(test.kind, CommandKind::Test(_)) || test.is("[") || test.is("test");
            let joined = item.rest.iter().all(|(operator, _)| *operator == Operator::And);
            let works = |it: &Command<'_>| matches!(it.kind, CommandKind::Simple { .. }) && self.is_work(it);
            let has_work = item.rest.iter().flat_map(|(_, it)| &it.commands).any(works);
            return (is_test && joined && has_work && !item.background && !item.first.negated)
                .then_some(item);
        }
    }
}

/// Returns the groups that run when a command of a list has failed: `work || { …; }`.
fn handlers<'a>(item: &'a AndOr<'a>) -> impl Iterator<Item = &'a List<'a>> {
    let failed = item.rest.iter().filter(|(operator, _)| *operator == Operator::Or);
    failed.filter_map(|(_, pipeline)| match pipeline.commands.as_slice() {
        [Command { kind: CommandKind::Group(list), .. }] => Some(list),
        _ => None,
    })
}

/// Returns the branches of an `if` that run when something has failed.
fn failure_branches<'a>(command: &'a Command<'a>) -> Vec<&'a List<'a>> {
    let CommandKind::If { branches, otherwise } = &command.kind else { return Vec::new() };
    let [(condition, body)] = branches.as_slice() else { return Vec::new() };
    let Some(item) = condition.items.last().filter(|it| it.rest.is_empty()) else { return Vec::new() };
    let [asked] = item.first.commands.as_slice() else { return Vec::new() };
    let words: &[Word<'_>] = match &asked.kind {
        CommandKind::Test(words) => words,
        _ => asked.words(),
    };
    let is_test = matches!(asked.kind, CommandKind::Test(_)) || asked.is("[") || asked.is("test");
    let reads_status = words.iter().any(|it| is_variable(it, "?"));
    let has = |operators: &[&str]| words.iter().any(|word| operators.iter().any(|it| word.is(it)));
    let (if_true, if_false) = match (is_test, reads_status) {
        (false, _) => (item.first.negated, !item.first.negated),
        (true, true) => (has(&["-ne", "!=", "-gt"]), has(&["-eq", "=", "=="])),
        (true, false) => (false, false),
    };
    let body = if_true.then_some(body);
    body.into_iter().chain(otherwise.iter().filter(|_| if_false)).collect()
}

/// Whether what a step prints is counted: `kubectl get pods | wc -l`.
fn counts(step: &Step<'_>) -> bool {
    let last = step.pipeline.commands.last().filter(|it| !std::ptr::eq(*it, step.command));
    last.is_some_and(|it| it.is("wc") || it.is("grep") && has_short_option(it.arguments(), &['c']))
}

/// Returns the `exit 0` that a part of a list comes to when a variable is empty, or 0 where it `counts`.
pub(super) fn exit_if_empty<'a>(
    item: &'a AndOr<'a>,
    name: &str,
    counts: bool,
    text: &str,
) -> Option<&'a Command<'a>> {
    let is_empty = |item: &AndOr<'_>| {
        let asked = item.first.commands.first();
        let mut pairs = asked.map_or(&[][..], test_words).windows(2);
        !item.first.negated && pairs.any(|pair| pair[0].is("-z") && is_variable(&pair[1], name))
            || is_question(item, name, true)
            || counts && !item.first.negated && asked.is_some_and(|it| asks_if_none(it, name))
    };
    let exit_of = |list: &'a List<'a>| {
        let last = list.items.last()?;
        exits_with_0(last).then(|| last.first.commands.first()).flatten()
    };
    let [asked] = item.first.commands.as_slice() else { return None };
    match &asked.kind {
        CommandKind::If { branches, .. } => {
            let (condition, body) = branches.first()?;
            let asked = condition.items.last().filter(|it| it.first.commands.len() == 1)?;
            return if is_empty(asked) { exit_of(body) } else { None };
        }
        CommandKind::Case { subject, arms } if is_variable(subject, name) => {
            return arms.iter().filter(|it| is_arm_for_nothing(it, text)).find_map(exit_of);
        }
        _ => {}
    }
    let [(Operator::And, then)] = item.rest.as_slice() else { return None };
    let [command] = then.commands.as_slice() else { return None };
    match &command.kind {
        _ if !is_empty(item) => None,
        CommandKind::Group(list) => exit_of(list),
        _ => (command.is("exit") && command.has_argument("0")).then_some(command),
    }
}

/// Whether a branch of `case` is the one for an empty text: `"")`.
fn is_arm_for_nothing(arm: &List<'_>, text: &str) -> bool {
    let start = arm.items.first().map_or(0, |it| it.span().start as usize);
    let before = text.get(..start).unwrap_or_default().trim_end();
    let pattern = before.strip_suffix("\"\")").or_else(|| before.strip_suffix("'')"));
    pattern.is_some_and(|it| it.ends_with(|it: char| it.is_whitespace() || "(;".contains(it)))
}

/// Returns the words of a test, but for the brackets around them.
pub(super) fn test_words<'w, 's>(command: &'w Command<'s>) -> &'w [Word<'s>] {
    match &command.kind {
        CommandKind::Test(words) => words,
        _ if command.is("[") => command.arguments().split_last().map_or(&[], |(_, words)| words),
        _ if command.is("test") => command.arguments(),
        _ => &[],
    }
}

/// Whether a test asks whether a number is 0: `[ "$count" -eq 0 ]`, `[ "${#pods[@]}" -eq 0 ]`.
fn asks_if_none(command: &Command<'_>, name: &str) -> bool {
    let is_length = |word: &Word<'_>| matches!(word.parts.as_slice(), [Part::Variable(it)] if it.name == name && it.operator == "#" && it.is_element);
    match test_words(command) {
        [it, operator, number] if is_variable(it, name) || is_length(it) => {
            number.is("0") && ["-eq", "=", "==", "-le"].iter().any(|it| operator.is(it))
                || number.is("1") && operator.is("-lt")
        }
        _ => false,
    }
}

/// Whether a test asks whether a number is above 0.
fn asks_if_some(command: &Command<'_>, name: &str) -> bool {
    match test_words(command) {
        [it, operator, number] if is_variable(it, name) => {
            number.is("0") && ["-gt", "-ne", "!="].iter().any(|it| operator.is(it))
        }
        _ => false,
    }
}

/// Returns the condition and the place of an `if` that does something only when a variable is not empty, or not 0 where it
/// `counts`, and says so at most when it is.
fn guarded_if_set<'a>(item: &'a AndOr<'a>, name: &str, counts: bool) -> Option<(&'a Command<'a>, Span)> {
    let [command] = item.first.commands.as_slice() else { return None };
    let CommandKind::If { branches, otherwise } = &command.kind else { return None };
    let [(condition, body)] = branches.as_slice() else { return None };
    let [asked] = condition.items.as_slice() else { return None };
    let [test] = asked.first.commands.as_slice() else { return None };
    let (if_set, if_empty) = match test_words(test) {
        [option, word] if option.is("-n") && is_variable(word, name) => (Some(body), otherwise.as_ref()),
        [option, word] if option.is("-z") && is_variable(word, name) => (otherwise.as_ref(), Some(body)),
        _ if counts && asks_if_some(test, name) => (Some(body), otherwise.as_ref()),
        _ if counts && asks_if_none(test, name) => (otherwise.as_ref(), Some(body)),
        _ => return None,
    };
    let prints = |it: &AndOr<'_>| it.pipelines().flat_map(|it| &it.commands).all(|it| it.has(Fact::Succeeds));
    let is_plain = item.rest.is_empty() && asked.rest.is_empty() && !asked.first.negated;
    let is_silent = if_empty.is_none_or(|list| list.items.iter().all(prints));
    let items = &if_set.filter(|_| is_plain && is_silent)?.items;
    Some((test, Span { start: items.first()?.span().start, end: items.last()?.span().end }))
}
