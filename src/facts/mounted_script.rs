//! Scripts in ConfigMaps of the same file that a container runs from a volume.

use std::collections::HashSet;

use crate::diagnostic::finding::Finding;
use crate::facts::volume_file::{VolumeFile, volume_file};
use crate::manifest::document::{Document, Node};
use crate::shell::{Invocation, ScriptSource, Shell, flavour};
use crate::text::span::Span;
use crate::value::program::{ShellOptions, base_name, is_plain, is_shell, script_file_of};

/// The ConfigMaps of a file.
#[derive(Default)]
pub struct ConfigMaps<'d> {
    nodes: Vec<Node<'d>>,
    /// The rules that have reported a place in one of them.
    reported: HashSet<(&'static str, Span)>,
}

impl<'d> ConfigMaps<'d> {
    /// Finds those in documents of one file.
    pub fn of(documents: impl Iterator<Item = &'d Document>) -> Self {
        let is_config_map =
            |it: &Node<'_>| it.field("kind").is("ConfigMap") && it.field("apiVersion").is("v1");
        let nodes = documents.flat_map(Document::objects).filter(is_config_map).collect();
        ConfigMaps { nodes, reported: HashSet::new() }
    }

    /// Gives a finding in one of the ConfigMaps the position of that; returns whether it is the first of its rule there, as
    /// several objects may run one script.
    pub fn locate(&mut self, finding: &mut Finding) -> bool {
        let start = finding.place.span.start as usize;
        let Some(node) = self.nodes.iter().find(|it| it.span().range().contains(&start)) else { return true };
        let document = node.document;
        let number = document.numbered_objects().find(|(_, it)| it == node).map(|it| it.0);
        finding.document = document.index;
        finding.item = number.and_then(|it| document.item(it));
        self.reported.insert((finding.rule.id, finding.place.span))
    }

    /// Returns the text under a key of the only ConfigMap with a name that may be in a namespace.
    fn text(&self, name: &str, key: &str, namespace: Option<&str>) -> Option<Node<'d>> {
        let own = |it: &Node<'d>| it.field("metadata.namespace").text();
        let may_share = |it: &&Node<'d>| own(it).is_none_or(|own| namespace.is_none_or(|other| own == other));
        let mut named = self.nodes.iter().filter(|it| it.field("metadata.name").is(name)).filter(may_share);
        let (first, second) = (named.next()?, named.next());
        let text = first.get("data")?.get(key).filter(|it| it.text().is_some());
        text.filter(|_| second.is_none())
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
    if maps.nodes.is_empty() {
        return None;
    }
    let Call { shell, path, word, outer } = call(invocation)?;
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
