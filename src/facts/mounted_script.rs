//! Scripts in ConfigMaps of the same file that a container runs from a volume.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::finding::Finding;
use crate::facts::volume_file::{VolumeFile, volume_file};
use crate::manifest::document::{Document, Node};
use crate::shell::install::wrapped_command;
use crate::shell::programs::Fact;
use crate::shell::script::Caller;
use crate::shell::step::{Fate, Step};
use crate::shell::syntax::{Part, Word};
use crate::shell::{Invocation, Script, ScriptSource, Shell, flavour};
use crate::text::span::Span;
use crate::value::program::{ShellOptions, base_name, is_plain, is_shell, script_file_of};

/// The ConfigMaps of a file, and its Secrets.
#[derive(Default)]
pub struct ConfigMaps<'d> {
    /// All, in the order of the file, each with the item of a `List` that it is.
    all: Vec<(Node<'d>, Option<usize>)>,
    by_name: HashMap<&'d str, Vec<Node<'d>>>,
    by_namespace: HashMap<(&'d str, Option<&'d str>), Vec<Node<'d>>>,
    secrets: HashMap<&'d str, Vec<Node<'d>>>,
    /// The rules that have reported a place in one of them.
    reported: HashSet<(&'static str, Span)>,
}

impl<'d> ConfigMaps<'d> {
    /// Finds those in documents of one file.
    pub fn of(documents: impl Iterator<Item = &'d Document>) -> Self {
        let mut maps = ConfigMaps::default();
        for document in documents {
            for (number, node) in document.numbered_objects() {
                if node.field("kind").is("ConfigMap") && node.field("apiVersion").is("v1") {
                    maps.add(node, document.item(number));
                } else if node.field("kind").is("Secret")
                    && let Some(name) = node.field("metadata.name").text()
                {
                    maps.secrets.entry(name).or_default().push(node);
                }
            }
        }
        maps.all.sort_by_key(|(node, _)| node.span().start);
        maps
    }

    fn add(&mut self, node: Node<'d>, item: Option<usize>) {
        self.all.push((node, item));
        if let Some(name) = node.field("metadata.name").text() {
            let namespace = node.field("metadata.namespace").text();
            self.by_name.entry(name).or_default().push(node);
            self.by_namespace.entry((name, namespace)).or_default().push(node);
        }
    }

    /// Gives a finding in one of the ConfigMaps the position of that; returns whether it is the first of its rule there, as
    /// several objects may run one script.
    pub fn locate(&mut self, finding: &mut Finding) -> bool {
        let start = finding.place.span.start;
        let before = self.all.partition_point(|(node, _)| node.span().start <= start);
        let Some((node, item)) = self.all[..before].last().filter(|(node, _)| start < node.span().end) else {
            return true;
        };
        (finding.document, finding.item) = (node.document.index, *item);
        self.reported.insert((finding.rule.id, finding.place.span))
    }

    /// Returns the only Secret with a name that may be in a namespace.
    pub(super) fn secret(&self, name: &str, namespace: Option<&str>) -> Option<Node<'d>> {
        let is_there = |it: &&Node<'d>| {
            let own = it.field("metadata.namespace").text();
            own.is_none() || namespace.is_none() || own == namespace
        };
        let mut found = self.secrets.get(name)?.iter().filter(is_there);
        found.next().filter(|_| found.next().is_none()).copied()
    }

    /// Returns the text under a key of the only ConfigMap with a name that may be in a namespace.
    fn text(&self, name: &str, key: &str, namespace: Option<&str>) -> Option<Node<'d>> {
        self.data(name, namespace)?.get(key).filter(|it| it.text().is_some())
    }

    /// Returns the `data` of the only ConfigMap with a name that may be in a namespace.
    pub(super) fn data(&self, name: &str, namespace: Option<&str>) -> Option<Node<'d>> {
        let mut found: Vec<Node<'d>> = Vec::new();
        match namespace {
            None => found.extend(self.by_name.get(name).into_iter().flatten().take(2)),
            Some(_) => {
                for namespace in [namespace, None] {
                    found.extend(self.by_namespace.get(&(name, namespace)).into_iter().flatten().take(2));
                }
            }
        }
        let [map] = found.as_slice() else { return None };
        map.get("data")
    }
}

/// What runs a file: the shell with its options, where one is named, and the position of the word that says so.
struct Call<'w> {
    shell: Option<(&'w str, ShellOptions)>,
    path: &'w str,
    word: usize,
    /// The shell around the command, which runs a file without `#!` itself.
    outer: Option<&'w str>,
}

/// Returns the script that a container runs, if a volume has it from one of the ConfigMaps.
pub fn mounted_script<'d>(invocation: &'d Invocation<'d>, maps: &ConfigMaps<'d>) -> Option<ScriptSource<'d>> {
    if maps.all.is_empty() {
        return None;
    }
    file_source(invocation, maps, call(invocation)?)
}

/// Returns the scripts from the ConfigMaps that a container's script runs among its commands, each once.
///
/// One whose status the script ignores on purpose, or of which only the output counts, is not among them.
pub fn called_scripts<'a>(script: &Script<'a>, maps: &ConfigMaps<'a>) -> Vec<ScriptSource<'a>> {
    let invocation = script.source.invocation;
    if maps.all.is_empty() || mounted_volumes(invocation).next().is_none() {
        return Vec::new();
    }
    let mut found: Vec<ScriptSource<'a>> = Vec::new();
    let is_idle = |it: &Step<'_>| it.command.assignments().is_empty() && it.command.has(Fact::Succeeds);
    let has_others = script.steps.iter().filter(|it| !is_idle(it)).nth(1).is_some();
    let changes_directory = script.commands().iter().any(|it| it.is("cd"));
    for step in script.steps.iter().filter(|it| counts(it)).take(MAX_CALLS) {
        let words: Vec<&str> = after_timeout(wrapped_command(step.command)).map_while(plain_text).collect();
        // Where the container has no such word, nothing can be changed there.
        let Some(call) = call_of(&words, invocation.words.len()) else { continue };
        let is_moved = changes_directory && !call.path.starts_with('/');
        let call = Call { outer: Some(script.source.shell.name), ..call };
        let Some(source) = file_source(invocation, maps, call).filter(|_| !is_moved) else { continue };
        let is_known = found.iter().any(|it| it.node.id == source.node.id);
        if is_known || source.node.id == script.source.node.id || found.len() >= MAX_CALLED {
            continue;
        }
        let shell = Shell { first: false, wrapped: has_others, ..source.shell };
        let decides = step.fate == Fate::Decides && !step.context.in_condition;
        let caller = Caller { names: script.set_variables(), decides };
        found.push(source.called_by(caller, shell));
    }
    found
}

/// So many scripts that another one runs are read.
const MAX_CALLED: usize = 20;

/// Of so many commands of a script it is asked whether they run another.
const MAX_CALLS: usize = 500;

/// Whether a script is run for what it does, and its status is looked at or lost by mistake.
fn counts(step: &Step<'_>) -> bool {
    matches!(step.fate, Fate::Decides | Fate::Checked | Fate::Guarded | Fate::Skips | Fate::Ignored)
        && !step.context.in_substitution
        && !step.context.in_loop_condition
}

/// Returns the words after `timeout` with its options and its duration; all if it is not there.
fn after_timeout<'w, 's>(words: &'w [Word<'s>]) -> impl Iterator<Item = &'w Word<'s>> {
    let is_timed = words.first().is_some_and(|it| it.is("timeout"));
    let options = words.iter().skip(1).take_while(|it| it.prefix().starts_with("--")).count();
    words.iter().skip(if is_timed { options + 2 } else { 0 })
}

/// Returns the text of a word without expansions and without quotes inside.
fn plain_text<'s>(word: &Word<'s>) -> Option<&'s str> {
    match word.parts.as_slice() {
        [Part::Text { text, .. }] => Some(text),
        _ => None,
    }
}

fn mounted_volumes<'d>(invocation: &Invocation<'d>) -> impl Iterator<Item = Node<'d>> {
    invocation.container.volume_mounts().items()
}

/// Returns the file that a call runs, if a volume has it from one of the ConfigMaps.
fn file_source<'d>(
    invocation: &'d Invocation<'d>,
    maps: &ConfigMaps<'d>,
    call: Call<'d>,
) -> Option<ScriptSource<'d>> {
    let Call { shell, path, word, outer } = call;
    let container = invocation.container;
    let file = volume_file(container, &absolute(path, container.node.field("workingDir").text())?)?;
    if shell.is_none() && !file.is_executable() {
        return None;
    }
    let VolumeFile { content: Some((name, key)), .. } = file else { return None };
    let node = maps.text(name, &key, container.pod.job.object.namespace().text())?;
    let of_outer = || Some((outer?, ShellOptions::default()));
    let (name, options) = shell.or_else(|| shebang(node.text()?)).or_else(of_outer)?;
    let image = container.image().text().unwrap_or_default();
    let flavour = flavour(name, image);
    let shell = Shell { name, flavour, word, options, script: word, first: word == 0, wrapped: false };
    is_shell(name).then(|| ScriptSource::of_file(invocation, shell, node))
}

/// Finds out which file a container runs: `sh -e run.sh`, `/scripts/run.sh`, or one of these after the `-c` of a shell.
fn call<'d>(invocation: &Invocation<'d>) -> Option<Call<'d>> {
    let word = invocation.program();
    if let Some(shell) = invocation.shell {
        let script = invocation.word(shell.script).filter(|it| !shell.wrapped && is_plain(it))?;
        let words: Vec<&str> = script.split_whitespace().skip_while(|it| *it == "exec").collect();
        return call_of(&words, shell.word).map(|call| Call { outer: Some(shell.name), ..call });
    }
    let words: Vec<&str> = invocation.words[word..].iter().filter_map(|it| it.text()).collect();
    call_of(&words, word)
}

fn call_of<'w>(words: &[&'w str], word: usize) -> Option<Call<'w>> {
    let program = *words.first()?;
    if !is_shell(program) {
        return program.contains('/').then_some(Call { shell: None, path: program, word, outer: None });
    }
    let (options, at) = script_file_of(words)?;
    Some(Call { shell: Some((base_name(program), options)), path: words[at], word, outer: None })
}

/// Returns a path from the root directory, if the directory that it starts from is known.
fn absolute(path: &str, directory: Option<&str>) -> Option<String> {
    if path.starts_with('/') {
        return Some(path.to_owned());
    }
    let directory = directory?.trim_end_matches('/');
    Some(format!("{directory}/{}", path.trim_start_matches("./")))
}

/// Reads the first line of a file that names its shell: `#!/bin/sh -e`, `#!/usr/bin/env bash`.
fn shebang(text: &str) -> Option<(&str, ShellOptions)> {
    let mut words = text.lines().next()?.strip_prefix("#!")?.split_whitespace();
    let program = words.next()?;
    let name = if base_name(program) == "env" { words.find(|it| !it.starts_with('-'))? } else { program };
    let mut options = ShellOptions::default();
    options.set(words);
    Some((base_name(name), options))
}
