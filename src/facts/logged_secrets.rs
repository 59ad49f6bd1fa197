//! Credentials from Secrets that a container prints into its log.

use std::collections::HashMap;

use super::secret_variables::{SecretVariables, references};
use crate::manifest::document::Node;
use crate::manifest::place::Place;
use crate::shell::streams::Run;
use crate::shell::syntax::{Command, Part, Word, set_options};
use crate::shell::traversal::own_words;
use crate::shell::variables::has_fallback;
use crate::shell::{Invocation, Script};
use crate::value::program::{ShellOptions, base_name};

/// A credential that gets into the log.
#[derive(Debug)]
pub struct LoggedSecret<'d> {
    /// How it gets there.
    pub way: Way,
    /// The command that prints it.
    pub command: String,
    /// What is printed: one of the variables, if it is not known which.
    pub source: Source<'d>,
    /// The place of the command.
    pub place: Place,
    /// The places of other commands that do the same.
    pub others: Vec<Place>,
}

/// How a credential gets into the log.
#[derive(Clone, Debug, PartialEq)]
pub enum Way {
    /// A command prints the variable.
    Printed,
    /// A command prints all variables.
    Dumped,
    /// The shell prints the commands that it runs; where the script turns that on, if the shell is not started so.
    Traced(Option<Place>),
}

/// Where a credential comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Source<'d> {
    /// The variable of the container; `None` for all keys of a Secret.
    pub variable: Option<&'d str>,
    /// The Secret.
    pub secret: &'d str,
    /// The variable of the script that contains it.
    pub copy: Option<&'d str>,
}

/// Finds a credential that a program without a shell prints: `command: [printenv]`, `command: [echo, $(TOKEN)]`.
pub fn logged_by_program<'d>(invocation: &Invocation<'d>) -> Option<LoggedSecret<'d>> {
    if invocation.shell.is_some() {
        return None;
    }
    let at = invocation.program();
    // Without `command` they are the arguments of the image's program.
    let command = invocation.word(at).filter(|_| at < invocation.commands).map(base_name)?;
    // Most programs are others, and their variables are not read.
    let prints = matches!(command, "env" | "printenv" | "echo" | "printf");
    let secrets = prints.then(|| SecretVariables::of(invocation.container)).filter(|it| !it.is_empty())?;
    let mut words = invocation.words.iter().skip(at + 1).filter_map(|node| Some((*node, node.text()?)));
    let named =
        |name: &'d str| Some(Source { variable: Some(name), secret: secrets.secret_of(name)?, copy: None });
    let (way, source, node): (Way, Source<'d>, Node<'d>) = match command {
        "env" | "printenv" if words.clone().all(|(_, word)| is_zero_option(word)) => {
            (Way::Dumped, any_of(&secrets)?, invocation.words[at])
        }
        "printenv" => words.find_map(|(node, word)| Some((Way::Printed, named(word)?, node)))?,
        "echo" | "printf" => words.find_map(|(node, word)| {
            references(word).find_map(|name| Some((Way::Printed, named(name)?, node)))
        })?,
        _ => return None,
    };
    Some(LoggedSecret { way, command: command.to_owned(), source, place: node.into(), others: Vec::new() })
}

/// Finds the credentials that a script prints, each once.
pub fn logged_by_script<'d>(script: &Script<'d>) -> Vec<LoggedSecret<'d>> {
    let secrets = SecretVariables::of(script.container());
    // A program around the shell can give it other variables.
    if secrets.is_empty() || script.source.shell.wrapped {
        return Vec::new();
    }
    let assigned = assignments(script);
    let known = script.set_variables().into_iter().flatten();
    let secrets = secrets.without(known.chain(assigned.keys().copied()));
    let mut look = Look { script, copies: HashMap::new(), secrets, assigned };
    let is_elsewhere = look.assigned.contains_key("BASH_XTRACEFD");
    let mut found: Vec<LoggedSecret<'d>> = Vec::new();
    let mut since = None;
    for Run { command, is_logged, is_traced } in script.runs() {
        if turns_trace_on(command) {
            since = Some(script.place(command.span));
        }
        let printed = if is_logged { look.printed(command) } else { None };
        let traced = || {
            let source = look.source_in(command).filter(|_| is_traced && !is_elsewhere)?;
            Some((Way::Traced(since.clone()), source))
        };
        if let Some((way, source)) = printed.or_else(traced) {
            let place = script.name_place(command);
            let is_same = |it: &&mut LoggedSecret<'_>| match (&it.way, &way) {
                (Way::Printed, Way::Printed) => it.source == source,
                (Way::Dumped, Way::Dumped) | (Way::Traced(_), Way::Traced(_)) => true,
                _ => false,
            };
            if let Some(known) = found.iter_mut().find(is_same) {
                let is_new = known.place != place && !known.others.contains(&place);
                if is_new && known.others.len() < MAX_OTHERS {
                    known.others.push(place);
                }
            } else if found.len() < MAX_FOUND {
                let command = script.title(command);
                found.push(LoggedSecret { way, command, source, place, others: Vec::new() });
            }
        }
        look.follow(command);
    }
    found
}

/// So many places of the same defect are named.
const MAX_OTHERS: usize = 5;

/// So many credentials of a script are told apart.
const MAX_FOUND: usize = 50;

/// What is known of the variables of a script.
struct Look<'s, 'd> {
    script: &'s Script<'d>,
    secrets: SecretVariables<'d>,
    /// The variables of the script that contain a credential.
    copies: HashMap<&'d str, Source<'d>>,
    /// How often the script sets each of its variables.
    assigned: HashMap<&'d str, usize>,
}

impl<'d> Look<'_, 'd> {
    /// Returns what a command prints of the credentials.
    fn printed(&self, command: &Command<'d>) -> Option<(Way, Source<'d>)> {
        let name = command.name()?;
        let arguments = command.arguments();
        if self.script.function(&name).is_some() {
            return None;
        }
        // `printf '%.3s…'` prints the start of it.
        let is_cut = name == "printf" && arguments.first().is_some_and(|it| it.prefix().contains("%."));
        if command.prints() {
            let source = arguments.iter().find_map(|word| self.source_of(word)).filter(|_| !is_cut)?;
            return Some((Way::Printed, source));
        }
        let are = |options: &[&str]| arguments.iter().all(|word| options.iter().any(|it| word.is(it)));
        let dumps = match &*name {
            "env" | "printenv" => {
                arguments.iter().all(|it| it.literal().is_some_and(|it| is_zero_option(&it)))
            }
            "set" => arguments.is_empty(),
            "export" | "declare" | "typeset" => are(&["-p", "-x", "-px"]),
            "cat" => arguments.iter().any(|it| it.is("/proc/self/environ") || it.is("/proc/1/environ")),
            _ => false,
        };
        if dumps {
            return Some((Way::Dumped, any_of(&self.secrets)?));
        }
        if name == "cat" && arguments.iter().all(|it| it.is("-")) {
            return Some((Way::Printed, self.source_in_document(command)?));
        }
        let named =
            arguments.iter().filter(|_| name == "printenv").filter_map(|it| match it.parts.as_slice() {
                [Part::Text { text, .. }] => self.source_named(text),
                _ => None,
            });
        Some((Way::Printed, named.into_iter().next()?))
    }

    /// Returns the first credential in the here-document that a command reads.
    fn source_in_document(&self, command: &Command<'d>) -> Option<Source<'d>> {
        let mut inputs = command.redirections.iter().filter(|it| it.operator.starts_with('<'));
        let input = inputs.next_back().filter(|it| matches!(it.operator, "<<" | "<<-"))?;
        let tree = &self.script.tree;
        let text = tree.texts.get(tree.texts.partition_point(|it| it.start < input.span.end))?;
        let document = tree.documents.iter().find(|it| it.span.start == text.start)?;
        self.source_in_parts(&document.parts)
    }

    /// Returns the first credential in the words of a command, as the shell's trace prints them.
    fn source_in(&self, command: &'d Command<'d>) -> Option<Source<'d>> {
        let mut found = None;
        let redirected: Vec<_> = command.redirections.iter().map(|it| it.target.span).collect();
        own_words(command, &mut |word| {
            if !redirected.contains(&word.span) {
                found = found.or_else(|| self.source_of(word));
            }
        });
        found
    }

    /// Returns the credential whose value is in a word.
    fn source_of(&self, word: &Word<'d>) -> Option<Source<'d>> {
        let original = self.script.source.original_text(word.span);
        let put_in = || references(original).find_map(|name| self.source_named(name));
        self.source_in_parts(&word.parts).or_else(put_in)
    }

    fn source_in_parts(&self, parts: &[Part<'d>]) -> Option<Source<'d>> {
        parts.iter().find_map(|part| {
            let Part::Variable(variable) = part else { return None };
            // `${#TOKEN}`, `${TOKEN:0:4}` and `${TOKEN//?/*}` are not the value.
            let is_value =
                variable.operator.is_empty() || has_fallback(variable) && !is_alternative(variable.operator);
            let own = if is_value { self.source_named(variable.name) } else { None };
            own.or_else(|| has_fallback(variable).then(|| self.source_in_parts(&variable.argument))?)
        })
    }

    fn source_named(&self, name: &'d str) -> Option<Source<'d>> {
        let own = || Some(Source { variable: Some(name), secret: self.secrets.secret_of(name)?, copy: None });
        self.copies.get(name).copied().or_else(own)
    }

    /// Keeps what a command puts into variables that nothing else sets.
    fn follow(&mut self, command: &'d Command<'d>) {
        for (name, value) in assignments_of(command) {
            if self.assigned.get(name) == Some(&1)
                && let Some(source) = self.source_in_parts(value)
            {
                self.copies.insert(name, Source { copy: Some(name), ..source });
            }
        }
    }
}

/// Returns one of the credentials among the variables.
fn any_of<'d>(secrets: &SecretVariables<'d>) -> Option<Source<'d>> {
    let (variable, secret) = match secrets.first() {
        Some((name, secret)) => (Some(name), secret),
        None => (None, secrets.whole_secret()?),
    };
    Some(Source { variable, secret, copy: None })
}

/// Returns how often a script sets each of its variables.
fn assignments<'d>(script: &Script<'d>) -> HashMap<&'d str, usize> {
    let mut found = HashMap::new();
    for command in script.commands() {
        assignments_of(command).for_each(|(name, _)| *found.entry(name).or_default() += 1);
    }
    found
}

/// Returns what a command sets: `A=1`, `export A=1`.
fn assignments_of<'d>(command: &'d Command<'d>) -> impl Iterator<Item = (&'d str, &'d [Part<'d>])> {
    let plain = command.assignments().iter().map(|it| (it.name, it.value.parts.as_slice()));
    let declares = ["export", "declare", "typeset", "readonly", "local"].iter().any(|it| command.is(it));
    let words = command.arguments().iter().filter(move |_| declares);
    plain.chain(words.filter_map(|word| Some((word.prefix().split_once('=')?.0, word.parts.as_slice()))))
}

/// Whether a command makes the shell print what it runs.
fn turns_trace_on(command: &Command<'_>) -> bool {
    let mut options = ShellOptions::default();
    set_options(command.arguments(), &mut options);
    command.is("set") && options.xtrace
}

/// Whether an option of `env` only ends each line with another character.
fn is_zero_option(word: &str) -> bool {
    matches!(word, "-0" | "--null")
}

/// Whether an operator replaces the value by something else: `${TOKEN:+set}`.
fn is_alternative(operator: &str) -> bool {
    matches!(operator, ":+" | "+")
}
