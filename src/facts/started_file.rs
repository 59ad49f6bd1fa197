//! Files of volumes that a container starts: as its program, as a shell's or an interpreter's script, or in its script.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::facts::copied_file::{CopiedFile, copied_file};
use crate::facts::volume_file::{VolumeFile, volume_file};
use crate::facts::working_directory::{path_in_container, path_in_script};
use crate::manifest::place::Place;
use crate::manifest::workload::{Container, Pod};
use crate::shell::file_names::is_known;
use crate::shell::install::{only_asks, wrapped_command};
use crate::shell::syntax::Word;
use crate::shell::traversal::own_words;
use crate::shell::{Invocation, MAX_KEPT, PodContext, Script, ScriptCache, ScriptSource, parse_all};
use crate::text::placeholder::is_placeholder;
use crate::value::program::{base_name, is_shell, script_file_of};

/// A file of a volume that a container starts.
pub(crate) struct StartedFile<'d> {
    /// The path as it is written.
    pub(crate) path: String,
    /// Where it is written.
    pub(crate) place: Place,
    /// The file.
    pub(crate) file: VolumeFile<'d>,
    /// What follows where it does not exist.
    pub(crate) effect: &'static str,
}

/// Of so many commands of a script it is asked what they start.
const MAX_STEPS: usize = 500;

/// Returns the files of volumes that the containers of a pod certainly start, if they exist.
pub(crate) fn started_files(pod: Pod<'_>) -> Vec<StartedFile<'_>> {
    let (cache, context) = (ScriptCache::new(pod.job.object), Rc::new(PodContext::new(pod)));
    let containers = pod.containers().filter(|it| it.volume_mounts().items().next().is_some());
    let started = containers.filter_map(|it| Some((it, Invocation::in_pod(it, &context)?)));
    let started: Vec<_> = started.collect();
    let sources: Vec<_> = started.iter().map(|(_, it)| ScriptSource::find(it)).collect();
    let mut left = MAX_KEPT;
    let parsed = parse_all(&sources, &cache, &mut left);
    let nothing = Default::default();
    let mut found = Vec::new();
    for (((container, invocation), source), parsed) in started.iter().zip(&sources).zip(&parsed) {
        found.extend(program_file(invocation, *container));
        let script = Script::new(source, parsed, &nothing).filter(|it| !it.source.shell.wrapped);
        found.extend(script.into_iter().flat_map(|it| files_of_script(&it, *container)));
    }
    found
}

/// Returns the file that a container starts, or that its shell or interpreter reads.
fn program_file<'d>(invocation: &Invocation<'_>, container: Container<'d>) -> Option<StartedFile<'d>> {
    let program = invocation.program();
    let words: Vec<&str> = invocation.words[program..].iter().filter_map(|it| it.text()).collect();
    // Another tool may fill in a part of the path.
    let at = started_file(&words).filter(|at| invocation.commands > 0 && !is_placeholder(words[*at]))?;
    let file = volume_file(container, &path_in_container(container, words[at])?)?;
    let effect = if program + at == 0 { "the container cannot start" } else { "the container fails at once" };
    let place = Place::from(invocation.words[program + at]);
    Some(StartedFile { path: words[at].to_owned(), place, file, effect })
}

fn files_of_script<'d>(script: &Script<'_>, container: Container<'d>) -> Vec<StartedFile<'d>> {
    let mut found: Vec<StartedFile<'d>> = Vec::new();
    let named = OnceCell::new();
    for step in script.steps.iter().take(MAX_STEPS) {
        let words = wrapped_command(step.command);
        // A value with a space can become several words.
        let is_one = |it: &String| is_known(it) && !it.contains(char::is_whitespace);
        let texts: Vec<_> = words.iter().map(|it| script.resolved(it)).take_while(is_one).collect();
        let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        let at = if matches!(texts[..], ["." | "source", _, ..]) { Some(1) } else { started_file(&texts) };
        let Some(at) = at.filter(|_| !only_asks(step.command)) else { continue };
        if is_placeholder(texts[at]) {
            continue;
        }
        let path = path_in_script(script, step, texts[at]);
        let started = path.and_then(|path| match volume_file(container, &path) {
            Some(file) => Some((&words[at], texts[at].to_owned(), file)),
            None => {
                let CopiedFile { path, step: copy, word } = copied_file(script, step, &path)?;
                let file = volume_file(container, &path)?;
                script.is_meant_to_succeed(&copy).then_some((word?, path, file))
            }
        });
        let Some((word, path, file)) = started else { continue };
        // Another command may ask whether it is there.
        let named = named.get_or_init(|| named_paths(script));
        let is_named_once =
            script.text().matches(&*path).nth(1).is_none() && named.get(&path).is_some_and(|it| *it == 1);
        // Kubernetes can have put in a part of the name.
        let is_as_written = script.source.original_text(word.span) == word.span.text(script.text());
        if is_named_once && is_as_written && script.is_meant_to_succeed(step) {
            let place = script.place(word.span);
            found.push(StartedFile { place, path, file, effect: "the command fails" });
        }
    }
    found
}

/// Returns how many words of a script stand for each text.
fn named_paths(script: &Script<'_>) -> HashMap<String, usize> {
    let mut named = HashMap::new();
    for command in script.commands() {
        // What a variable stands for is named where that stands.
        let is_value = |word: &Word<'_>| command.assignments().iter().any(|it| std::ptr::eq(&it.value, word));
        own_words(command, &mut |word| {
            if !is_value(word) {
                *named.entry(script.resolved(word)).or_default() += 1;
            }
        });
    }
    named
}

/// Returns which word of a command line names the file that it starts.
fn started_file(words: &[&str]) -> Option<usize> {
    let program = base_name(words.first()?);
    match program {
        _ if is_shell(program) => script_file_of(words).map(|(_, at)| at),
        "node" | "perl" | "php" | "python" | "python2" | "python3" | "ruby" => {
            let at =
                words.iter().skip(1).take_while(|it| matches!(**it, "-u" | "-w" | "-B" | "-O")).count() + 1;
            words.get(at).filter(|it| !it.starts_with('-')).map(|_| at)
        }
        _ => words[0].contains('/').then_some(0),
    }
}
