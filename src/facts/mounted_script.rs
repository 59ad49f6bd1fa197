//! Scripts in ConfigMaps of the same file that a container runs from a volume.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::finding::Finding;
use crate::facts::copied_file::copied_file;
use crate::facts::handed_file::handed_file;
use crate::facts::volume_file::{VolumeFile, volume_file};
use crate::facts::working_directory::{path_in_container, path_in_script};
use crate::manifest::document::{Document, Node};
use crate::manifest::workload::Container;
use crate::shell::file_names::is_known;
use crate::shell::install::{only_asks, wrapped_command};
use crate::shell::programs::Fact;
use crate::shell::script::Caller;
use crate::shell::step::{Fate, Step};
use crate::shell::syntax::{Part, Word};
use crate::shell::{Invocation, Script, ScriptSource, Shell, flavour};
use crate::text::span::Span;
use crate::value::program::{ShellOptions, base_name, is_plain, is_shell, script_file_of};
use crate::value::wrapper::wrapped_program;

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
    pub fn secret(&self, name: &str, namespace: Option<&str>) -> Option<Node<'d>> {
        let is_there = |it: &&Node<'d>| {
            let own = it.field("metadata.namespace").text();
            own.is_none() || namespace.is_none() || own == namespace
        };
        let mut found = self.secrets.get(name)?.iter().filter(is_there);
        found.next().filter(|_| found.next().is_none()).copied()
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
    /// Which of the words is the path of the file.
    path: usize,
    word: usize,
    /// The shell around the command with its options: it runs a file without `#!` itself.
    outer: Option<(&'w str, ShellOptions)>,
    /// Whether that shell reads the file with `.`.
    is_sourced: bool,
}

/// Returns the script that a container runs, if a volume has it from one of the ConfigMaps.
pub fn mounted_script<'d>(invocation: &'d Invocation<'d>, maps: &ConfigMaps<'d>) -> Option<ScriptSource<'d>> {
    if maps.all.is_empty() {
        return None;
    }
    let (call, path) = call(invocation)?;
    // What a shell cannot start is among the scripts that it calls.
    let starts = call.outer.is_none() || call.is_read_by_shell();
    let path = path_in_container(invocation.container, path)?;
    let is_started = |it: &VolumeFile<'_>| starts || it.is_executable();
    let mounted = volume_file(invocation.container, &path);
    let is_copied = mounted.is_none();
    // What copies a file gives it the mode that it needs.
    let file = mounted.or_else(|| handed_file(invocation.container, &path));
    let file = file.filter(|it| is_copied || is_started(it))?;
    file_source(invocation, maps, call, &file)
}

/// Returns the file at a path of a container, if one of the ConfigMaps has it: all of that, and the value.
pub(crate) fn mounted_file<'d>(
    container: Container<'d>,
    maps: &ConfigMaps<'d>,
    path: &str,
) -> Option<(Node<'d>, Node<'d>)> {
    let file = volume_file(container, &path_in_container(container, path)?)?;
    let [(name, key)] = file.contents.as_slice() else { return None };
    let data = maps.data(name, container.pod.job.object.namespace().text())?;
    Some((data, data.get(key)?))
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
    for step in script.steps.iter().filter(|it| counts(it) && !only_asks(it.command)).take(MAX_CALLS) {
        let wrapped = wrapped_command(step.command);
        // A path may be in a variable.
        let words: Vec<&str> = wrapped.iter().map(|it| plain_text(it).unwrap_or("/")).collect();
        // Where the container has no such word, nothing can be changed there.
        let Some(call) = call_of(&words, invocation.words.len()) else { continue };
        let call = Call { outer: Some((script.source.shell.name, step.options)), ..call };
        let is_sourced = call.is_sourced;
        let path = Some(script.resolved(&wrapped[call.path])).filter(|it| is_known(it));
        let Some(path) = path.and_then(|it| path_in_script(script, step, &it)) else { continue };
        let original = || copied_file(script, step, &path).map(|it| it.path);
        let file = volume_file(invocation.container, &path)
            .or_else(|| volume_file(invocation.container, &original()?))
            .or_else(|| handed_file(invocation.container, &path));
        let Some(source) = file.and_then(|it| file_source(invocation, maps, call, &it)) else { continue };
        let is_known = found.iter().any(|it| it.node.id == source.node.id);
        if is_known || source.node.id == script.source.node.id || found.len() >= MAX_CALLED {
            continue;
        }
        let decides = step.fate == Fate::Decides && !step.context.in_condition;
        // What defines functions for this script does no work of its own.
        if is_sourced && !decides && source.text.contains("()") {
            continue;
        }
        let shell = Shell { first: false, wrapped: has_others, ..source.shell };
        let all = step.command.words();
        let is_timed = all[..all.len().saturating_sub(wrapped.len())].iter().any(|it| it.is("timeout"));
        let caller = Caller { names: script.set_variables(), decides, is_timed };
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
    file: &VolumeFile<'d>,
) -> Option<ScriptSource<'d>> {
    let Call { shell, word, outer, is_sourced, .. } = call;
    let container = invocation.container;
    let namespace = container.pod.job.object.namespace().text();
    let held: Option<Vec<_>> = file.contents.iter().map(|(name, _)| maps.data(name, namespace)).collect();
    let both = held?.into_iter().zip(&file.contents);
    // Of several sources of a volume the last one wins.
    let node =
        both.filter_map(|(data, (_, key))| data.get(key)).next_back().filter(|it| it.text().is_some())?;
    let of_outer = || Some((outer?.0, ShellOptions::default()));
    let own = if is_sourced { outer } else { shell };
    let (name, options) = own.or_else(|| shebang(node.text()?)).or_else(of_outer)?;
    let image = container.image().text().unwrap_or_default();
    let flavour = flavour(name, image);
    let shell = Shell { name, flavour, word, options, script: word, first: word == 0, wrapped: false };
    is_shell(name).then(|| ScriptSource::of_file(invocation, shell, node, is_sourced))
}

impl<'w> Call<'w> {
    fn new(path: usize, word: usize) -> Self {
        Call { shell: None, path, word, outer: None, is_sourced: false }
    }

    /// Whether a shell reads the file, so that its mode does not matter.
    fn is_read_by_shell(&self) -> bool {
        self.is_sourced || self.shell.is_some()
    }
}

/// Finds out which file a container runs: `sh -e run.sh`, `/scripts/run.sh`, or one of these after the `-c` of a shell.
fn call<'d>(invocation: &Invocation<'d>) -> Option<(Call<'d>, &'d str)> {
    let word = invocation.program();
    if let Some(shell) = invocation.shell {
        let script = invocation.word(shell.script).filter(|it| !shell.wrapped && is_plain(it))?;
        let words: Vec<&str> = script.split_whitespace().collect();
        let program = wrapped_program(|at| words.get(at).copied());
        let outer = Some((shell.name, shell.options));
        let call = call_of(&words[program..], shell.word)?;
        let path = words[program + call.path];
        return Some((Call { outer, ..call }, path));
    }
    let words: Vec<&str> = invocation.words[word..].iter().filter_map(|it| it.text()).collect();
    let call = call_of(&words, word).filter(|it| !it.is_sourced)?;
    let path = words[call.path];
    Some((call, path))
}

fn call_of<'w>(words: &[&'w str], word: usize) -> Option<Call<'w>> {
    match words {
        ["." | "source", _, ..] => Some(Call { is_sourced: true, ..Call::new(1, word) }),
        [program, ..] if is_shell(program) => {
            let (options, at) = script_file_of(words)?;
            Some(Call { shell: Some((base_name(program), options)), ..Call::new(at, word) })
        }
        [program, ..] if program.contains('/') => Some(Call::new(0, word)),
        _ => None,
    }
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
