//! Failures that a script turns into a success on its way out.

use super::ignored_failures::is_quiet;
use super::programs::{CLIENTS, Fact};
use super::readiness_probes::is_probe;
use super::step::{Fate, Step};
use super::syntax::{AndOr, Assignment, Command, CommandKind, List, Operator, Part, Word, has_short_option};
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
}

impl<'a> Script<'a> {
    /// Returns an `exit $?` that runs after a failure but returns the status of a message, with that message:
    /// `work || { echo failed; exit $?; }`.
    pub fn exit_after_message(&self) -> Option<(&'a Command<'a>, &'a Command<'a>)> {
        let failed = self.commands().iter().flat_map(|command| failure_branches(command));
        let handlers = lists(self).into_iter().flat_map(|list| &list.items).flat_map(handlers);
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
            let exit = lists(self).into_iter().flat_map(|list| &list.items).find_map(|item| {
                (item.first.span().start > step.command.span.start).then_some(())?;
                exit_if_empty(item, assignment.name)
            })?;
            Some((step.command, exit))
        })
    }

    /// Returns a command that answers nothing when it fails, where the only work of the script is in an `if` that asks for
    /// its answer: `pod=$(kubectl get … || true); if [ -n "$pod" ]; then …; fi`.
    pub fn work_skipped_after_failure(&self) -> Option<SkippedWork<'a>> {
        let is_real = |it: &&Step<'a>| self.is_work(it.command) && !is_quiet(it.command);
        let silent = self.steps.iter().filter(|it| self.answers_nothing(it));
        // Of more than a few the first will do.
        silent.take(20).find_map(|step| {
            let assignment = self.assignment_of(step)?;
            let (condition, guarded) = self.tree.list.items.iter().find_map(|item| {
                (item.span().start > step.command.span.start).then_some(())?;
                guarded_if_set(item, assignment.name)
            })?;
            let work: Vec<Span> = self.steps.iter().filter(is_real).map(|it| it.command.span).collect();
            let is_guarded = |it: &Span| guarded.contains(*it);
            let is_all = work.iter().all(|it| is_guarded(it) || assignment.span.contains(*it));
            let name = assignment.name;
            (is_all && work.iter().any(is_guarded)).then_some(SkippedWork {
                asked: step.command,
                name,
                condition,
            })
        })
    }

    /// Whether a client in `$(…)` prints nothing when it fails, and the script continues.
    fn answers_nothing(&self, step: &Step<'a>) -> bool {
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
            step.fate == Fate::Piped
                && !asks
                && step.pipeline.commands[before + 1..].iter().all(passes_nothing)
        };
        step.context.in_substitution
            && (is_silent && !step.options.errexit && is_probe(step.command)
                || (is_swallowed || is_piped()) && is_client())
    }

    /// Returns the assignment in whose `$(…)` a command stands.
    fn assignment_of(&self, step: &Step<'a>) -> Option<&'a Assignment<'a>> {
        let assigning = self.commands().iter().filter(|it| it.words().is_empty());
        assigning.flat_map(|it| it.assignments()).find(|it| it.span.contains(step.command.span))
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

/// Returns all lists of a script.
pub(super) fn lists<'a>(script: &Script<'a>) -> Vec<&'a List<'a>> {
    let inner = script.commands().iter().flat_map(|command| lists_of(command));
    std::iter::once(&script.tree.list).chain(inner).collect()
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

/// Returns the `exit 0` that a part of a list comes to when a variable is empty.
fn exit_if_empty<'a>(item: &'a AndOr<'a>, name: &str) -> Option<&'a Command<'a>> {
    let is_empty = |command: &Command<'_>| {
        let words: &[Word<'_>] = match &command.kind {
            CommandKind::Test(words) => words,
            _ if command.is("[") || command.is("test") => command.arguments(),
            _ => return false,
        };
        words.windows(2).any(|pair| pair[0].is("-z") && is_variable(&pair[1], name))
    };
    let exit_of = |list: &'a List<'a>| {
        let last = list.items.last()?;
        exits_with_0(last).then(|| last.first.commands.first()).flatten()
    };
    let [asked] = item.first.commands.as_slice() else { return None };
    if let CommandKind::If { branches, .. } = &asked.kind {
        let (condition, body) = branches.first()?;
        let [asked] = condition.items.last()?.first.commands.as_slice() else { return None };
        return if is_empty(asked) { exit_of(body) } else { None };
    }
    let [(Operator::And, then)] = item.rest.as_slice() else { return None };
    let [command] = then.commands.as_slice() else { return None };
    match &command.kind {
        _ if !is_empty(asked) => None,
        CommandKind::Group(list) => exit_of(list),
        _ => (command.is("exit") && command.has_argument("0")).then_some(command),
    }
}

/// Returns the condition and the place of an `if` that does something only when a variable is not empty, and says so at most
/// when it is.
fn guarded_if_set<'a>(item: &'a AndOr<'a>, name: &str) -> Option<(&'a Command<'a>, Span)> {
    let [command] = item.first.commands.as_slice() else { return None };
    let CommandKind::If { branches, otherwise } = &command.kind else { return None };
    let [(condition, body)] = branches.as_slice() else { return None };
    let [asked] = condition.items.as_slice() else { return None };
    let [test] = asked.first.commands.as_slice() else { return None };
    let words: &[Word<'_>] = match &test.kind {
        CommandKind::Test(words) => words,
        _ if test.is("[") => test.arguments().split_last()?.1,
        _ if test.is("test") => test.arguments(),
        _ => return None,
    };
    let (if_set, if_empty) = match words {
        [option, word] if option.is("-n") && is_variable(word, name) => (Some(body), otherwise.as_ref()),
        [option, word] if option.is("-z") && is_variable(word, name) => (otherwise.as_ref(), Some(body)),
        _ => return None,
    };
    let prints = |it: &AndOr<'_>| it.pipelines().flat_map(|it| &it.commands).all(|it| it.has(Fact::Succeeds));
    let is_plain = item.rest.is_empty() && asked.rest.is_empty() && !asked.first.negated;
    let is_silent = if_empty.is_none_or(|list| list.items.iter().all(prints));
    let items = &if_set.filter(|_| is_plain && is_silent)?.items;
    Some((test, Span { start: items.first()?.span().start, end: items.last()?.span().end }))
}

/// Whether a part of a list is `exit 0`.
fn exits_with_0(item: &AndOr<'_>) -> bool {
    let [command] = item.first.commands.as_slice() else { return false };
    item.rest.is_empty() && command.is("exit") && command.has_argument("0")
}

/// Whether a word is the value of a variable and nothing else, in quotes or not.
fn is_variable(word: &Word<'_>, name: &str) -> bool {
    matches!(word.parts.as_slice(), [Part::Variable(it)] if it.name == name && it.operator.is_empty())
}

/// Whether a command prints nothing and succeeds if it reads nothing.
fn passes_nothing(command: &Command<'_>) -> bool {
    let texts = || command.arguments().iter().map(Word::known_text);
    match command.name().as_deref() {
        Some("cut" | "head" | "sed" | "sort" | "tail" | "tr" | "uniq") => true,
        Some("awk") => !texts().any(|it| it.contains("END") || it.contains("BEGIN")),
        // `-e` fails without a result.
        Some("jq") => {
            !has_short_option(command.arguments(), &['e', 'n']) && !texts().any(|it| it.starts_with("--exit"))
        }
        _ => false,
    }
}
