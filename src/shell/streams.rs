//! Where the output of commands goes: into the container's log, or elsewhere.

use std::collections::HashMap;

use super::programs::Fact;
use super::script::Script;
use super::syntax::{AndOr, Command, CommandKind, List, Part, Pipeline, Redirection, Word, set_options};
use super::traversal::{lists_of, own_words};
use crate::value::program::ShellOptions;

/// A command that runs, as often as its function is called from other places.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The command.
    pub command: &'a Command<'a>,
    /// Whether what it prints goes into the log.
    pub is_logged: bool,
    /// Whether the shell prints it into the log, as `set -x` makes it do.
    pub is_traced: bool,
}

/// What holds before a command of the script runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct State {
    /// Whether the standard output goes into the log.
    out: bool,
    /// Whether the standard error does.
    err: bool,
    /// Whether the shell prints the commands that it runs.
    trace: bool,
}

impl State {
    /// Returns what holds for sure after either of two ways.
    fn or(self, other: State) -> State {
        State { out: self.out && other.out, err: self.err && other.err, trace: self.trace && other.trace }
    }
}

/// Functions that call each other deeper than this are not followed.
const MAX_CALLS: usize = 8;

impl<'a> Script<'a> {
    /// Returns the commands of the script in the order in which they run, with those in substitutions and, where they are
    /// called, in functions.
    pub fn runs(&self) -> Vec<Run<'a>> {
        let mut walk = Walk {
            text: self.text(),
            functions: &self.functions,
            calls: HashMap::new(),
            depth: 0,
            state: State { out: true, err: true, trace: self.source.shell.options.xtrace },
            runs: Vec::new(),
        };
        walk.list(&self.tree.list);
        walk.runs
    }
}

struct Walk<'s, 'a> {
    text: &'a str,
    functions: &'s HashMap<&'a str, &'a Command<'a>>,
    /// What held before and after a call, so that each function is followed a few times at most.
    calls: HashMap<(&'a str, State), State>,
    depth: usize,
    state: State,
    runs: Vec<Run<'a>>,
}

impl<'a> Walk<'_, 'a> {
    fn list(&mut self, list: &'a List<'a>) {
        for item in &list.items {
            let before = self.state;
            self.and_or(item);
            if item.background {
                self.state = before;
            }
        }
    }

    fn and_or(&mut self, item: &'a AndOr<'a>) {
        self.pipeline(&item.first);
        for (_, pipeline) in &item.rest {
            // `[ "$DEBUG" ] && set -x` turns it on for some runs only.
            let before = self.state;
            self.pipeline(pipeline);
            self.state = self.state.or(before);
        }
    }

    fn pipeline(&mut self, pipeline: &'a Pipeline<'a>) {
        let [.., last] = pipeline.commands.as_slice() else { return };
        if pipeline.commands.len() == 1 {
            return self.command(last);
        }
        let before = self.state;
        let mut is_logged = vec![before.out; pipeline.commands.len()];
        for (at, reader) in pipeline.commands.iter().enumerate().skip(1).rev() {
            let read = State { out: is_logged[at], ..before };
            is_logged[at - 1] = passes_on(reader) && self.redirected(reader, read).out;
        }
        for (command, out) in pipeline.commands.iter().zip(is_logged) {
            self.state = State { out, ..before };
            self.command(command);
        }
        self.state = before;
    }

    fn command(&mut self, command: &'a Command<'a>) {
        let outer = self.state;
        let inner = self.redirected(command, outer);
        if !matches!(command.kind, CommandKind::Function { .. }) {
            let is_step = matches!(command.kind, CommandKind::Simple { .. } | CommandKind::Test(_));
            let is_traced = is_step && outer.trace && outer.err;
            self.runs.push(Run { command, is_logged: inner.out, is_traced });
            own_words(command, &mut |word| self.parts(&word.parts, outer));
        }
        self.state = inner;
        match &command.kind {
            CommandKind::Simple { words, .. } => self.simple(command, words),
            CommandKind::Function { .. } => {}
            CommandKind::Group(list) => self.list(list),
            CommandKind::Subshell(list) => {
                self.list(list);
                self.state = inner;
            }
            _ => {
                for list in lists_of(command) {
                    let before = self.state;
                    self.list(list);
                    self.state = self.state.or(before);
                }
            }
        }
        // `exec >file` stays.
        let stays = command.redirections.is_empty() || command.is("exec") && command.arguments().is_empty();
        if !stays {
            self.state = State { trace: self.state.trace, ..outer };
        }
    }

    fn simple(&mut self, command: &'a Command<'a>, words: &'a [Word<'a>]) {
        let Some(name) = command.name() else { return };
        if name == "set" {
            let mut options = ShellOptions { xtrace: self.state.trace, ..ShellOptions::default() };
            set_options(&words[1..], &mut options);
            self.state.trace = options.xtrace;
        }
        let Some((&name, &body)) = self.functions.get_key_value(&*name) else { return };
        if let Some(after) = self.calls.get(&(name, self.state)) {
            self.state = *after;
        } else if self.depth < MAX_CALLS {
            let before = self.state;
            self.calls.insert((name, before), State { trace: false, ..before });
            self.depth += 1;
            self.command(body);
            self.depth -= 1;
            self.calls.insert((name, before), self.state);
        } else {
            self.state.trace = false;
        }
    }

    /// Follows the commands in a word, whose output becomes text or goes to another program.
    fn parts(&mut self, parts: &'a [Part<'a>], state: State) {
        for part in parts {
            match part {
                Part::Command { list, .. } => {
                    self.state = State { out: false, ..state };
                    self.list(list);
                    self.state = state;
                }
                Part::Variable(variable) => self.parts(&variable.argument, state),
                Part::Text { .. } | Part::Arithmetic(_) => {}
            }
        }
    }

    /// Returns where the streams of a command go once the shell has opened its files.
    fn redirected(&self, command: &Command<'_>, before: State) -> State {
        command.redirections.iter().fold(before, |state, it| self.redirect(it, state))
    }

    fn redirect(&self, redirection: &Redirection<'_>, state: State) -> State {
        let target = redirection.target.literal().unwrap_or_default();
        let stream = |name: &str| match name {
            "1" | "/dev/stdout" | "/dev/fd/1" | "/proc/self/fd/1" => state.out,
            "2" | "/dev/stderr" | "/dev/fd/2" | "/proc/self/fd/2" => state.err,
            "/proc/1/fd/1" | "/proc/1/fd/2" => true,
            _ => false,
        };
        let is_logged = stream(&target);
        let text = redirection.span.text(self.text);
        let descriptor = &text[..text.find(['<', '>', '&']).unwrap_or_default()];
        match (redirection.operator, descriptor) {
            (">" | ">>" | ">|" | ">&", "1") | (">" | ">>" | ">|", "") => State { out: is_logged, ..state },
            (">" | ">>" | ">|" | ">&", "2") => State { err: is_logged, ..state },
            (">&", "") if matches!(&*target, "1" | "2" | "-") => State { out: is_logged, ..state },
            (">&" | "&>" | "&>>", "") => State { out: is_logged, err: is_logged, ..state },
            _ => state,
        }
    }
}

/// Whether a program prints all that it reads, as it is or in another form that anyone can read.
fn passes_on(command: &Command<'_>) -> bool {
    let is_option = |it: &Word<'_>| it.prefix().starts_with('-');
    match command.name().as_deref() {
        Some("tee") => true,
        Some("cat" | "nl" | "base64") => command.arguments().iter().all(is_option),
        Some("sort") => command.arguments().iter().all(|it| is_option(it) && !it.prefix().starts_with("-o")),
        _ => false,
    }
}

impl Command<'_> {
    /// Whether the command prints its arguments and does nothing else.
    pub fn prints(&self) -> bool {
        // `printf -v` sets a variable.
        self.has(Fact::Prints) && !self.arguments().first().is_some_and(|it| it.is("-v"))
    }
}
