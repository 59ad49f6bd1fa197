//! The programs in Python or JavaScript that a container runs, as far as the file has them.

use crate::facts::imports::Language;
use crate::facts::mounted_script::{ConfigMaps, mounted_file};
use crate::manifest::document::Node;
use crate::manifest::place::Place;
use crate::shell::install::wrapped_command;
use crate::shell::syntax::{Command, Word};
use crate::shell::traversal::every_command;
use crate::shell::{Flavour, Invocation, SourceMap, parse};
use crate::text::span::Span;
use crate::text::word_list::has_word;
use crate::value::program::{base_name, is_shell};

/// A program.
pub(super) struct Program<'d> {
    /// Its text.
    pub(super) text: String,
    /// The file that has it, if one does.
    pub(super) path: Option<String>,
    /// What starts it.
    pub(super) place: Place,
    /// The ConfigMap's files next to it.
    directory: Option<Node<'d>>,
}

impl Program<'_> {
    /// Whether a module of this name stands next to the program.
    pub(super) fn has_neighbor(&self, module: &str) -> bool {
        let is_module = |key: &str| key.split('.').next() == Some(module);
        self.directory.is_some_and(|it| it.entries().any(|entry| is_module(entry.key)))
    }
}

/// Where an interpreter has its program from.
enum Origin<'w> {
    /// The argument at this position.
    Argument(usize),
    File(&'w str),
}

/// Of a script so many programs are read.
const MAX_PROGRAMS: usize = 20;

/// Programs that run what is not in the script.
const SHELLS: &str = ". bash cd eval make sh source";

/// Returns the programs that a container runs, itself or by a script of its own.
pub(super) fn of<'d>(
    invocation: &Invocation<'d>,
    language: Language,
    maps: &ConfigMaps<'d>,
) -> Vec<Program<'d>> {
    let at = invocation.program();
    let words: Vec<&str> = invocation.words.iter().skip(at).filter_map(|it| it.text()).collect();
    let Some(program) = words.first() else { return Vec::new() };
    if is_shell(program) {
        return in_script(invocation, language, maps);
    }
    if at >= invocation.commands || !is_interpreter(language, program) {
        return Vec::new();
    }
    let found = match origin(language, &words[1..]) {
        Some(Origin::Argument(number)) => invocation.words.get(at + 1 + number).and_then(|node| {
            let text = node.text()?.to_owned();
            Some(Program { text, path: None, place: (*node).into(), directory: None })
        }),
        Some(Origin::File(path)) => file(invocation, maps, path, invocation.words[at].into()),
        None => None,
    };
    found.into_iter().collect()
}

fn in_script<'d>(invocation: &Invocation<'d>, language: Language, maps: &ConfigMaps<'d>) -> Vec<Program<'d>> {
    let shell = invocation.shell.filter(|it| !it.wrapped && it.flavour != Flavour::Other);
    let Some(node) = shell.and_then(|it| invocation.words.get(it.script)) else { return Vec::new() };
    let Some(text) = node.text() else { return Vec::new() };
    let Ok(tree) = parse(text) else { return Vec::new() };
    let mut commands = Vec::new();
    every_command(&tree.list, &mut commands);
    // What other scripts do is not known.
    let runs_script = |it: &Command<'_>| {
        wrapped_command(it).first().is_some_and(|word| {
            let Some(name) = word.literal() else { return true };
            has_word(SHELLS, &name) || name.contains('/') && !is_interpreter(language, &name)
        })
    };
    if commands.iter().any(|it| runs_script(it)) {
        return Vec::new();
    }
    let starts = |it: &&&Command<'_>| {
        let name = wrapped_command(it).first().and_then(Word::literal);
        name.is_some_and(|name| is_interpreter(language, &name))
    };
    let found = commands.iter().filter(starts).take(MAX_PROGRAMS).filter_map(|command| {
        let (name, arguments) = wrapped_command(command).split_first()?;
        let arguments: Vec<String> = arguments.iter().map(Word::known_text).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let place = Place { path: node.path(), span: SourceMap::new(*node).span(name.span) };
        match origin(language, &arguments) {
            Some(Origin::Argument(number)) => {
                let text = (*arguments.get(number)?).to_owned();
                // A program that does nothing else asks whether the module is there.
                let is_question = !text.trim().contains(['\n', ';', '(']);
                (!is_question).then_some(Program { text, path: None, place, directory: None })
            }
            Some(Origin::File(path)) => file(invocation, maps, path, place),
            None => {
                let reads = command.redirections.iter().any(|it| it.operator.starts_with("<<"));
                let after = |it: &&Span| it.start > command.span.start;
                let document = tree.texts.iter().filter(after).min_by_key(|it| it.start).filter(|_| reads)?;
                let text = document.text(text).to_owned();
                Some(Program { text, path: None, place, directory: None })
            }
        }
    });
    found.collect()
}

/// Returns the program at a path, if a ConfigMap of the file has it.
fn file<'d>(
    invocation: &Invocation<'d>,
    maps: &ConfigMaps<'d>,
    path: &str,
    place: Place,
) -> Option<Program<'d>> {
    let (directory, node) = mounted_file(invocation.container, maps, path)?;
    let text = node.text()?.to_owned();
    Some(Program { text, path: Some(path.to_owned()), place, directory: Some(directory) })
}

fn is_interpreter(language: Language, program: &str) -> bool {
    let is_own = !program.contains('/') || program.starts_with("/usr/");
    let name = base_name(program);
    is_own
        && match language {
            Language::Python => name == "python" || name == "python3",
            Language::JavaScript => name == "node",
        }
}

/// Finds the program among the arguments of an interpreter.
fn origin<'w>(language: Language, arguments: &[&'w str]) -> Option<Origin<'w>> {
    let texts: &[&str] = match language {
        Language::Python => &["-c"],
        Language::JavaScript => &["-e", "--eval", "-p", "--print"],
    };
    let mut at = 0;
    while let Some(word) = arguments.get(at) {
        if texts.contains(word) {
            return Some(Origin::Argument(at + 1));
        }
        match *word {
            "-m" | "-" => return None,
            "-W" | "-X" | "-r" | "--require" => at += 2,
            option if option.starts_with('-') => at += 1,
            path => return Some(Origin::File(path)),
        }
    }
    None
}
