//! Loops that may never end.

use super::Script;
use super::known::{commands_in, words_in};
use super::syntax::{AndOr, Command, Kind, List, Operator, Part};
use crate::span::Span;

/// A loop that only the success of a command ends.
pub struct Endless<'a> {
    /// The command that has to succeed.
    pub command: &'a Command<'a>,
    /// The place of `until` or `while`.
    pub keyword: Span,
    /// Whether the command only looks whether something is there.
    pub waits: bool,
}

impl<'a> Script<'a> {
    /// Finds the loops that go on until a command succeeds, however often it fails.
    pub fn endless(&self) -> Vec<Endless<'a>> {
        let words = &self.source.invocation.words;
        let is_timed = words
            .iter()
            .take(self.source.shell.word)
            .any(|it| it.text().is_some_and(|it| it.ends_with("timeout")));
        if is_timed {
            return Vec::new();
        }
        self.commands().iter().filter_map(|command| self.endless_loop(command)).collect()
    }

    fn endless_loop(&self, command: &'a Command<'a>) -> Option<Endless<'a>> {
        let (condition, body, until) = match &command.kind {
            Kind::Loop { condition, body, until } => (condition, body, *until),
            _ => return None,
        };
        if is_bounded(condition) || is_bounded(body) {
            return None;
        }
        let len = 5;
        let keyword = Span { start: command.span.start, end: command.span.start + len };
        let item = condition.items.last()?;
        let last = item.rest.last().map_or(&item.first, |(_, it)| it);
        let decisive =
            last.commands.iter().find(|it| matches!(it.kind, Kind::Simple { .. } | Kind::Test(_)))?;
        if is_constant(decisive) {
            return retried_in(body).map(|it| Endless { command: it, keyword, waits: is_probe(it) });
        }
        let tests = matches!(decisive.kind, Kind::Test(_)) || decisive.is("[") || decisive.is("test");
        let mut inner = Vec::new();
        if tests {
            words_in(condition, &mut |word| {
                for part in &word.parts {
                    if let Part::Command { list, .. } = part {
                        commands_in(list, &mut inner);
                    }
                }
            });
        }
        // `while cmd` goes on as long as something is there: a worker, not a wait.
        if !until && !last.negated && inner.is_empty() {
            return None;
        }
        let reads =
            ["read", "getopts", "kill", "pgrep", "pidof", "ps", "jobs"].iter().any(|it| decisive.is(it));
        let sleeps = has_command(body, &["sleep", "wait", "inotifywait"]) || body_prints(body);
        if reads || has_command(body, &["break", "exit", "return", "shift"]) || !sleeps && !tests {
            return None;
        }
        let command = inner.first().copied().unwrap_or(decisive);
        Some(Endless { command, keyword, waits: tests || is_probe(command) })
    }
}

/// Finds the command whose success alone ends `while true`: `work && break`, `if work; then break; fi`.
fn retried_in<'a>(body: &'a List<'a>) -> Option<&'a Command<'a>> {
    let mut all = Vec::new();
    commands_in(body, &mut all);
    let ends = all.iter().filter(|it| ends_loop(it) || it.is("return")).count();
    let guards: Vec<_> = body.items.iter().filter_map(guard).collect();
    let first = guards.first().filter(|_| guards.len() == ends && has_command(body, &["sleep"]))?;
    match first.kind {
        Kind::Simple { .. } if !first.is("[") && !first.is("test") => Some(first),
        // What is tested is what the work before it has left.
        _ => {
            words_in(body, &mut |word| {
                for part in &word.parts {
                    if let Part::Command { list, .. } = part {
                        commands_in(list, &mut all);
                    }
                }
            });
            let is_work =
                |it: &&&Command<'_>| matches!(it.kind, Kind::Simple { .. }) && !super::known::is_trivial(it);
            Some(all.iter().find(is_work).copied().unwrap_or(first))
        }
    }
}

fn guard<'a>(item: &'a AndOr<'a>) -> Option<&'a Command<'a>> {
    let first = item.first.commands.first().filter(|_| !item.first.negated)?;
    match (&first.kind, item.rest.as_slice()) {
        (_, [(Operator::And, end)]) => end.commands.iter().any(ends_loop).then_some(first),
        (Kind::If { branches, otherwise: None }, []) => match branches.as_slice() {
            [(condition, body)] => {
                let ends = body.items.iter().any(|it| it.first.commands.iter().any(ends_loop));
                let tested = &condition.items.last()?.first;
                tested.commands.first().filter(|_| ends && !tested.negated)
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

fn body_prints(body: &List<'_>) -> bool {
    has_command(body, &["echo", "printf", "date", "true", ":"])
}

/// Says whether a list counts, or looks at a clock.
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
        || commands
            .iter()
            .any(|it| matches!(it.kind, Kind::Arithmetic(_)) || it.assignments().iter().any(|it| it.append))
}

/// Says whether a condition never changes: `true`, `:`, `[ 1 ]`.
fn is_constant(command: &Command<'_>) -> bool {
    match command.words() {
        [name] => ["true", ":", "false"].iter().any(|it| name.is(it)),
        [open, _, close] => open.is("[") && close.is("]"),
        _ => false,
    }
}

/// Says whether a command asks whether something is there.
fn is_probe(command: &Command<'_>) -> bool {
    const PROBES: &str = "nc ncat netcat curl wget ping nslookup dig host getent pg_isready mysqladmin redis-cli test [ ls stat \
        grep timeout telnet cat mongo mongosh psql mysql true false etcdctl vault kubectl oc bash sh rabbitmqctl openssl find";
    let name = command.name().unwrap_or_default();
    // Who asks how something else is doing waits for it.
    let asks = ["describe", "get", "list", "show", "status"].iter().any(|verb| command.has_argument(verb));
    let checks = asks
        || ["wait", "check", "ready", "health", "status", "ping", "alive"].iter().any(|it| name.contains(it));
    let acts = ["apply", "create", "patch", "delete", "replace", "annotate", "label"];
    let changes = matches!(&*name, "kubectl" | "oc") && acts.iter().any(|verb| command.has_argument(verb));
    (checks || PROBES.split_whitespace().any(|it| it == name) || matches!(command.kind, Kind::Test(_)))
        && !changes
}
