//! Loops that may never end.

use super::constants::constant_status;
use super::ignored_failures::is_within;
use super::programs::Fact;
use super::readiness_probes::{is_probe, opens_connection};
use super::syntax::{AndOr, Command, CommandKind, List, Operator, Part, Pipeline, Tree, Variable, Word};
use super::traversal::{commands_in, commands_with_substitutions, words_in};
use crate::shell::script::Script;
use crate::text::span::{Span, keep_outermost};
use crate::text::word_list::has_word;
use std::borrow::Cow;

/// A loop that nothing but its condition ends.
pub struct EndlessLoop<'a> {
    /// The command that the end depends on.
    pub command: &'a Command<'a>,
    /// The place of `until` or `while`.
    pub keyword: Span,
    /// Whether the command only looks whether something is there.
    pub is_wait: bool,
    /// What has to be for the loop to continue.
    pub condition: Condition,
}

/// What keeps a loop going.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The command fails.
    Fails,
    /// The command succeeds.
    Succeeds,
    /// The test that stands here is not true.
    Untrue(Span),
    /// The test that stands here is true.
    True(Span),
}

impl Condition {
    /// Whether the test that stands here decides.
    pub fn asks(self, test: Span) -> bool {
        matches!(self, Condition::Untrue(it) | Condition::True(it) if it == test)
    }
}

impl<'a> Script<'a> {
    /// Finds the loops that continue until a command succeeds, however often it fails, or until a question has another answer.
    pub fn endless_loops(&self) -> Vec<EndlessLoop<'a>> {
        let words = &self.source.invocation.words;
        let is_timed = words
            .iter()
            .take(self.source.shell.word)
            .any(|it| it.text().is_some_and(|it| it.ends_with("timeout")));
        if is_timed || self.source.caller.as_ref().is_some_and(|it| it.is_timed) {
            return Vec::new();
        }
        let mut found: Vec<_> =
            self.commands().iter().filter_map(|command| self.endless_loop(command)).collect();
        let waits = || self.commands().iter().any(|it| it.is("wait") || it.is("fg"));
        // What is in the background ends along with a script that does not wait for it.
        if !found.is_empty() && !self.source.is_sourced && !waits() {
            let ended = self.background();
            found.retain(|it| !is_within(&ended, it.keyword));
        }
        found
    }

    /// Returns the places of what runs in the background, without those within another.
    fn background(&self) -> Vec<Span> {
        let items = self.lists().into_iter().flat_map(|it| &it.items).filter(|it| it.background);
        let mut places: Vec<Span> = items.map(AndOr::span).collect();
        keep_outermost(&mut places, |it| *it);
        places
    }

    fn endless_loop(&self, command: &'a Command<'a>) -> Option<EndlessLoop<'a>> {
        if let CommandKind::For { arithmetic: Some(head), body, .. } = &command.kind {
            let keyword = Span { start: command.span.start, end: command.span.start + 3 };
            let command = retried_in(body, command).filter(|_| is_endless_head(head) && !is_bounded(body))?;
            let (is_wait, condition) = (is_probe(command), Condition::Fails);
            return Some(EndlessLoop { command, keyword, is_wait, condition });
        }
        let CommandKind::Loop { condition: list, body, until } = &command.kind else { return None };
        if is_bounded(list) || is_bounded(body) {
            return None;
        }
        let keyword = Span { start: command.span.start, end: command.span.start + 5 };
        let item = list.items.last()?;
        let first = item.pipelines().last()?.commands.first()?;
        if constant_status(first).is_some() {
            let command = retried_in(body, first)?;
            return Some(EndlessLoop {
                command,
                keyword,
                is_wait: is_probe(command),
                condition: Condition::Fails,
            });
        }
        let (pipeline, asked) =
            item.pipelines().collect::<Vec<_>>().into_iter().rev().find_map(condition_commands)?;
        let test = asked.iter().copied().find(|it| is_test(it));
        let first = asked.iter().copied().find(|it| !is_test(it)).or(test)?;
        let goes_on = *until == pipeline.negated;
        // The status of a pipeline is that of its last command: `state | grep -q ready` asks, whatever comes before `grep`.
        let mut last = pipeline.commands.last().filter(|it| pipeline.commands.len() > 1 && can_fail(it));
        if last.is_some_and(succeeds_with_anything) {
            let has_pipefail =
                self.steps.iter().any(|it| std::ptr::eq(it.pipeline, pipeline) && it.options.pipefail);
            // `until fetch | tee FILE` ends after its first turn, even if `fetch` fails.
            if !has_pipefail && !goes_on {
                return None;
            }
            last = None;
        }
        let command = last.unwrap_or(first);
        let is_question =
            is_probe(first) || last.is_some_and(|it| searches(it) && has_command(body, &["sleep"]));
        let condition = match (test, goes_on) {
            (Some(test), true) => Condition::True(test.span),
            (Some(test), false) => Condition::Untrue(test.span),
            (None, true) => Condition::Succeeds,
            (None, false) => Condition::Fails,
        };
        let own = ["read", "getopts", "kill", "pgrep", "pidof", "ps", "jobs"];
        let is_own =
            asked.iter().any(|asked| own.iter().any(|name| asked.is(name))) || has_command(list, &own);
        let leaves = has_command(body, &["break", "exit", "return", "shift", "wait", "read"]);
        let sleeps = has_command(body, &["inotifywait"]) || has_idle_command(body) || test.is_some();
        // `while work` is a worker: it continues as long as there is something to do.
        let works = match condition {
            Condition::Succeeds => !is_question || has_work(body),
            Condition::True(_) if is_test(command) => !has_command(body, &["sleep"]) || has_work(body),
            _ => false,
        };
        let is_wait = test.is_some() || is_question;
        let is_endless = !is_own && !leaves && sleeps && !works;
        is_endless.then_some(EndlessLoop { command, keyword, is_wait, condition })
    }
}

/// Returns the commands of a pipeline in a condition, with those in its substitutions; `None` if it only prints.
fn condition_commands<'a>(pipeline: &'a Pipeline<'a>) -> Option<(&'a Pipeline<'a>, Vec<&'a Command<'a>>)> {
    let mut asked = Vec::new();
    pipeline.commands.iter().for_each(|it| commands_with_substitutions(it, &mut asked));
    asked.retain(|command| can_fail(command));
    (!asked.is_empty()).then_some((pipeline, asked))
}

/// Whether a command can fail, and is none that only holds others.
fn can_fail(command: &Command<'_>) -> bool {
    let is_program = match &command.kind {
        CommandKind::Simple { words, .. } if words.is_empty() => !command.redirections.is_empty(),
        // `$(ask)` as a command has no name of its own.
        CommandKind::Simple { words, .. } => !matches!(words[0].parts.as_slice(), [Part::Command { .. }]),
        _ => matches!(command.kind, CommandKind::Test(_)),
    };
    is_program && (!command.has(Fact::Succeeds) || command.redirections.iter().any(opens_connection))
}

pub(super) fn is_test(command: &Command<'_>) -> bool {
    matches!(command.kind, CommandKind::Test(_)) || command.is("[") || command.is("test")
}

/// Whether a command succeeds whatever it reads, also nothing, so that its status says nothing of what writes to it.
fn succeeds_with_anything(command: &Command<'_>) -> bool {
    const NAMES: &str = "cat cut head nl rev sed sort tac tail tee tr uniq wc";
    command.name().is_some_and(|name| has_word(NAMES, &name))
}

/// Whether a command looks for something in what it reads.
fn searches(command: &Command<'_>) -> bool {
    ["grep", "egrep", "fgrep"].iter().any(|name| command.is(name))
}

/// What continues forever does, to follow the container's name, and whether that is certain.
pub type EndlessReason = (String, bool);

/// Returns why a script runs forever: a loop without an end, or a last command that `describe` says never ends. Returns too
/// whether nothing in it can end it.
pub fn endless_reason<'a>(
    tree: &'a Tree<'a>,
    errexit: bool,
    describe: &dyn Fn(&[&str]) -> Option<EndlessReason>,
) -> Option<EndlessReason> {
    let mut all = Vec::new();
    commands_in(&tree.list, &mut all);
    let ends = ["trap", "kill", "pkill", "timeout"].iter().any(|name| all.iter().any(|it| it.is(name)));
    let items = &tree.list.items;
    let loops_forever = |holds: bool, body: &List<'_>| {
        let leaves = has_command(body, &["break", "exit", "return", "exec"]);
        let fails = errexit && has_work(body);
        (holds && !leaves).then(|| ("loops forever".to_owned(), !fails))
    };
    let run = |item: &AndOr<'a>| {
        let last = item.rest.last().map_or(&item.first, |(_, pipeline)| pipeline);
        let [command] = last.commands.as_slice() else { return None };
        match &command.kind {
            CommandKind::Loop { condition, body, until } => {
                let decisive = &condition.items.last()?.first;
                let [constant] = decisive.commands.as_slice() else { return None };
                let is_true = constant_status(constant)? != decisive.negated;
                loops_forever(is_true != *until, body)
            }
            CommandKind::For { arithmetic: Some(head), body, .. } => {
                loops_forever(is_endless_head(head), body)
            }
            CommandKind::Simple { .. } => {
                let words: Option<Vec<_>> = command.words().iter().map(word_or_product).collect();
                let words = words?;
                let mut words: Vec<&str> = words.iter().map(|it| &**it).collect();
                if words.first() == Some(&"exec") {
                    words.remove(0);
                }
                describe(&words)
            }
            _ => None,
        }
    };
    let runs = |item: &AndOr<'a>| run(item).map(|(what, is_certain)| (what, is_certain && !ends));
    // `work && tail -f log` never ends either, but `[ -n "$DEBUG" ] && sleep infinity` may not come to that.
    let goes_on = |it: &Pipeline<'_>| {
        let said = ["cd", "echo", "export", "printf", "set"];
        let command = it.commands.last();
        command.is_some_and(|it| {
            said.iter().any(|name| it.is(name)) || !super::traversal::is_trivial(it) && !is_probe(it)
        })
    };
    let alone = |item: &&AndOr<'a>| {
        let before = item.pipelines().take(item.rest.len());
        item.rest.iter().all(|(operator, _)| *operator == Operator::And) && before.into_iter().all(goes_on)
    };
    let endless = items.iter().filter(|item| !item.background).filter(alone).find_map(runs);
    // `sleep infinity & wait`, with which a shell can react to signals.
    let awaited = || {
        let wait = items.iter().position(|item| !item.background && is_wait(item))?;
        let in_background = items[..wait].iter().filter(|item| item.background).filter(alone);
        in_background.rev().find_map(runs)
    };
    let endless = endless.or_else(awaited)?;
    Some(endless).filter(|_| !ends || !all.iter().any(|it| it.is("timeout")))
}

/// Whether nothing ends `for ((…; …; …))`: its condition is empty or never false.
fn is_endless_head(head: &str) -> bool {
    head.split(';').nth(1).is_some_and(|it| matches!(it.trim(), "" | "1" | "true"))
}

/// Whether a command waits for all that is in the background, or for the last of it.
fn is_wait(item: &AndOr<'_>) -> bool {
    let [command] = item.first.commands.as_slice() else { return false };
    let is_last = |it: &Word<'_>| matches!(it.parts.as_slice(), [Part::Variable(Variable { name: "!", .. })]);
    command.is("wait") && command.arguments().iter().all(is_last)
}

/// Returns a word without expansions, or the product that `$((60*60*24))` is.
fn word_or_product<'s>(word: &Word<'s>) -> Option<Cow<'s, str>> {
    let [Part::Arithmetic(text)] = word.parts.as_slice() else { return word.literal() };
    let factors: Option<Vec<u64>> = text.split('*').map(|it| it.trim().parse().ok()).collect();
    let product = factors?.into_iter().try_fold(1_u64, u64::checked_mul)?;
    Some(product.to_string().into())
}

fn has_work(body: &List<'_>) -> bool {
    let mut found = Vec::new();
    commands_in(body, &mut found);
    found.iter().any(|it| matches!(it.kind, CommandKind::Simple { .. }) && !super::traversal::is_trivial(it))
}

/// Finds the command whose success alone ends `while true`: `work && break`, `if work; then break; fi`.
fn retried_in<'a>(body: &'a List<'a>, condition: &Command<'_>) -> Option<&'a Command<'a>> {
    let mut all = Vec::new();
    commands_in(body, &mut all);
    let ends = all.iter().filter(|it| ends_loop(it) || it.is("return")).count();
    let guards: Vec<_> = body.items.iter().filter_map(exit_condition).collect();
    let sleeps = condition.is("sleep") || has_command(body, &["sleep"]);
    let first = guards.first().filter(|_| guards.len() == ends && sleeps)?;
    match first.kind {
        CommandKind::Simple { .. } if !first.is("[") && !first.is("test") => Some(first),
        // What is tested is what the work before it has left.
        _ => {
            words_in(body, &mut |word| {
                for part in &word.parts {
                    if let Part::Command { list, .. } = part {
                        commands_in(list, &mut all);
                    }
                }
            });
            let is_work = |command: &&&Command<'_>| {
                matches!(command.kind, CommandKind::Simple { .. }) && !super::traversal::is_trivial(command)
            };
            Some(all.iter().find(is_work).copied().unwrap_or(first))
        }
    }
}

fn exit_condition<'a>(item: &'a AndOr<'a>) -> Option<&'a Command<'a>> {
    let is_passed_on =
        |it: &Pipeline<'_>| it.commands.len() > 1 && it.commands.last().is_some_and(succeeds_with_anything);
    let first = item.first.commands.first().filter(|_| !item.first.negated && !is_passed_on(&item.first))?;
    match (&first.kind, item.rest.as_slice()) {
        (_, [(Operator::And, end)]) => end.commands.iter().any(ends_loop).then_some(first),
        (CommandKind::If { branches, otherwise: None }, []) => match branches.as_slice() {
            [(condition, body)] => {
                let ends = body.items.iter().any(|it| it.first.commands.iter().any(ends_loop));
                let tested = &condition.items.last()?.first;
                tested.commands.first().filter(|_| ends && !tested.negated && !is_passed_on(tested))
            }
            _ => None,
        },
        _ => None,
    }
}

fn ends_loop(command: &Command<'_>) -> bool {
    command.is("break") || command.is("exit")
}

fn has_command(list: &List<'_>, names: &[&str]) -> bool {
    let mut found = Vec::new();
    commands_in(list, &mut found);
    found.iter().any(|it| names.iter().any(|name| it.is(name)))
}

/// Whether a list has a command that never fails, as bodies have that only sleep or print.
fn has_idle_command(body: &List<'_>) -> bool {
    let mut found = Vec::new();
    commands_in(body, &mut found);
    found.iter().any(|command| command.has(Fact::Succeeds))
}

/// Whether a list counts, or looks at a clock.
fn is_bounded(list: &List<'_>) -> bool {
    let mut counts = has_command(list, &["let", "expr", "seq", "shift"]);
    words_in(list, &mut |word| {
        counts |= word.parts.iter().any(|part| match part {
            Part::Arithmetic(_) => true,
            Part::Variable(it) => matches!(it.name, "SECONDS" | "EPOCHSECONDS"),
            _ => false,
        });
    });
    let mut commands = Vec::new();
    commands_in(list, &mut commands);
    counts
        || commands.iter().any(|it| {
            matches!(it.kind, CommandKind::Arithmetic(_)) || it.assignments().iter().any(|it| it.append)
        })
}
