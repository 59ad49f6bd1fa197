//! Files whose names promise another format than the one that the script writes them in.

use std::collections::HashMap;

use super::file_formats::{Compression, Format, written_by};
use super::install::wrapped_command;
use super::step::Step;
use super::syntax::{Command, Pipeline, Redirection, Word};
use super::traversal::is_trivial;
use crate::shell::script::Script;
use crate::text::span::Span;
use crate::text::word_list::has_word;

/// A file with a misleading name.
pub struct MisnamedFile<'a> {
    /// The place of the name.
    pub name: Span,
    /// The command that gives it the name.
    pub command: &'a Command<'a>,
    /// What it holds.
    pub format: Format,
    /// What its name promises.
    pub promised: Format,
}

/// Programs that read files and leave them as they are.
const READERS: &str = "az aws curl gcloud gsutil kubectl mc mysql oc openssl pg_restore psql rclone restic rsync s3cmd s5cmd scp sha256sum \
    md5sum tar gpg age mail mutt wget";

/// More files at a time are not followed.
const MAX_FILES: usize = 50;

/// Where the names of objects in a store begin.
const STORES: [&str; 4] = ["s3://", "gs://", "s3a://", "az://"];

struct Search<'s, 'a> {
    script: &'s Script<'a>,
    /// The formats of files by their names.
    files: HashMap<String, Format>,
    found: Vec<MisnamedFile<'a>>,
}

impl<'a> Script<'a> {
    /// Returns the files that get a name which promises another format than theirs, in the order of the script.
    pub fn misnamed_files(&self) -> Vec<MisnamedFile<'a>> {
        let mut search = Search { script: self, files: HashMap::new(), found: Vec::new() };
        for step in &self.steps {
            if step.pipeline.commands.first().is_some_and(|it| std::ptr::eq(it, step.command)) {
                search.pipeline(step);
            }
        }
        search.found
    }
}

impl<'a> Search<'_, 'a> {
    fn pipeline(&mut self, step: &Step<'a>) {
        let context = step.context;
        if context.in_substitution {
            return;
        }
        // What happens only in some runs does not tell what the file holds afterwards.
        let is_certain = !context.in_branch && !context.is_guarded && !context.in_function;
        if let [command] = step.pipeline.commands.as_slice()
            && is_certain
            && self.moved(command)
        {
            return;
        }
        let written = self.written(step.pipeline);
        if !is_certain || written.is_none() {
            step.pipeline.commands.iter().for_each(|it| self.forget(it));
        }
        let Some((command, word, name, format)) = written else { return };
        self.name(command, word, &name, &format);
        if is_certain {
            self.keep(name, format);
        }
    }

    /// Returns what a pipeline writes, with its last command and the word that names the file.
    fn written(&self, pipeline: &'a Pipeline<'a>) -> Option<(&'a Command<'a>, &'a Word<'a>, String, Format)> {
        let (first, rest) = pipeline.commands.split_first()?;
        let (mut format, file) = self.source(first)?;
        if let Some(file) = file {
            let ends = |it: &&Word<'a>| self.script.resolved(it).ends_with(&file);
            let word = first.arguments().iter().find(ends).filter(|_| rest.is_empty())?;
            return Some((first, word, file, format));
        }
        let mut last = first;
        for command in rest {
            last = command;
            if let Some(target) = self.stored_input(command) {
                return Some((command, target, self.script.resolved(target), format));
            }
            let (program, arguments) = command.words().split_first()?;
            let program = program.literal()?;
            let operands = arguments.iter().filter(|it| !it.prefix().starts_with('-')).count();
            match Compression::of_program(&program) {
                Some(layer) => {
                    let undoes = |it: &Word<'_>| {
                        let text = it.prefix();
                        text == "--decompress"
                            || text.starts_with('-') && !text.starts_with("--") && text.contains('d')
                    };
                    let has_file = arguments.iter().any(|it| it.is("-o"));
                    if arguments.iter().any(undoes) || operands > 0 || has_file {
                        return None;
                    }
                    format.layers.push(layer);
                }
                None if (command.is("cat") || command.is("pv")) && operands == 0 => {}
                None => return None,
            }
        }
        let target = &output(last, self.script.text())?.target;
        Some((last, target, self.script.resolved(target), format))
    }

    /// Returns the format in which a command writes, and its file unless that is its output.
    fn source(&self, command: &'a Command<'a>) -> Option<(Format, Option<String>)> {
        let mut words = wrapped_command(command);
        if ["kubectl", "oc"].iter().any(|it| command.is(it)) && command.has_argument("exec") {
            let at = words.iter().position(|it| it.is("--"))?;
            words = &words[at + 1..];
        }
        if words.iter().skip(1).any(|it| self.script.may_hold_options(it)) {
            return None;
        }
        let texts: Vec<String> = words.iter().map(|it| self.script.resolved(it)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        if let Some(found) = written_by(&texts) {
            // A file in another pod is not one of this.
            let is_elsewhere = words.len() < command.words().len() && command.has_argument("exec");
            return Some(found).filter(|(_, file)| file.is_none() || !is_elsewhere);
        }
        // `gzip -c FILE`
        let layer = Compression::of_program(texts.first()?)?;
        let [option, file] = &texts[1..] else { return None };
        let mut format = self.files.get(*file)?.clone();
        format.layers.push(layer);
        matches!(*option, "-c" | "--stdout" | "--to-stdout" | "-kc" | "-ck" | "-9c" | "-c9")
            .then_some((format, None))
    }

    /// Follows a command that gives a known file another name; returns whether it is one.
    fn moved(&mut self, command: &'a Command<'a>) -> bool {
        let words = wrapped_command(command);
        let Some(program) = words.first().and_then(|it| it.literal()) else { return false };
        let names: Vec<String> = words.iter().map(|it| self.script.resolved(it)).collect();
        if let Some(layer) = Compression::of_program(&program) {
            return self.compressed(&names[1..], layer, command);
        }
        let operands: Vec<usize> = (1..words.len()).filter(|it| !names[*it].starts_with('-')).collect();
        let known = operands.iter().copied().find(|it| self.files.contains_key(&names[*it]));
        let Some(from) = known else { return false };
        let next = from + 1;
        let has = |verbs: &[&str]| words.iter().take(4).any(|it| verbs.iter().any(|verb| it.is(verb)));
        let is_copy = match &*program {
            "cp" | "mv" => operands.len() == 2,
            "aws" | "gcloud" | "gsutil" | "mc" | "mcli" => has(&["cp", "mv"]),
            "s3cmd" => has(&["put"]),
            "rclone" => has(&["copyto", "moveto"]),
            _ => false,
        };
        let is_remote = ["cp", "mv"].contains(&&*program) || has(&["rclone", "mc", "mcli"]);
        let is_target = |it: &str| {
            !it.starts_with('-') && (is_remote || STORES.iter().any(|store| it.starts_with(store)))
        };
        let Some(target) = names.get(next).filter(|it| is_copy && is_target(it)) else {
            return false;
        };
        let format = self.files[&names[from]].clone();
        if program == "mv" || has(&["mv", "moveto"]) {
            self.files.remove(&names[from]);
        }
        self.name(command, &words[next], target, &format);
        self.keep(target.clone(), format);
        true
    }

    /// Follows `gzip FILE`, which replaces the file by one with a longer name.
    fn compressed(&mut self, arguments: &[String], layer: Compression, command: &Command<'_>) -> bool {
        let plain = ["-f", "-9", "-k", "--force", "--best", "--keep", "-v", "--rm", "-q"];
        let (options, files): (Vec<_>, Vec<_>) = arguments.iter().partition(|it| it.starts_with('-'));
        let [file] = files.as_slice() else { return false };
        if !options.iter().all(|it| plain.contains(&it.as_str())) || !command.redirections.is_empty() {
            return false;
        }
        let Some(mut format) = self.files.get(file.as_str()).cloned() else { return false };
        let keeps = options.iter().any(|it| *it == "-k" || *it == "--keep") || layer == Compression::Zstd;
        if !keeps {
            self.files.remove(file.as_str());
        }
        format.layers.push(layer);
        self.keep(format!("{file}{}", layer.suffix()), format);
        true
    }

    /// Keeps the format of a file, in place of one that it had before.
    fn keep(&mut self, name: String, format: Format) {
        self.files.remove(&name);
        if self.files.len() < MAX_FILES {
            self.files.insert(name, format);
        }
    }

    /// Keeps a name that promises another format.
    fn name(&mut self, command: &'a Command<'a>, word: &'a Word<'a>, name: &str, format: &Format) {
        let Some(promised) = Format::promised_by(name).filter(|it| !format.keeps(it)) else { return };
        self.found.push(MisnamedFile { name: word.span, command, format: format.clone(), promised });
    }

    /// Forgets the files that a command may change.
    fn forget(&mut self, command: &Command<'_>) {
        if self.files.is_empty() {
            return;
        }
        let reads = command.name().is_some_and(|it| has_word(READERS, &it)) || is_trivial(command);
        let words = command.words().iter().filter(|_| !reads);
        let written = command.redirections.iter().map(|it| &it.target);
        let names: Vec<String> = words.chain(written).map(|it| self.script.resolved(it)).collect();
        self.files.retain(|file, _| !names.iter().any(|it| it.contains(file.as_str())));
    }

    /// Returns where a command stores what it reads from its input: `aws s3 cp - s3://…`, `mc pipe …`.
    fn stored_input(&self, command: &'a Command<'a>) -> Option<&'a Word<'a>> {
        let words = command.words();
        let is_store = |it: &Word<'_>| STORES.iter().any(|store| self.script.resolved(it).starts_with(store));
        let after = |text: &str| {
            let at = words.iter().position(|it| it.is(text))?;
            words.get(at + 1)
        };
        match &*command.name()? {
            "aws" | "gsutil" | "gcloud" | "s3cmd" => after("-").filter(|it| is_store(it)),
            "mc" | "mcli" => after("pipe").filter(|it| !it.prefix().starts_with('-')),
            "rclone" => after("rcat").filter(|it| !it.prefix().starts_with('-')),
            _ => None,
        }
    }
}

/// Returns the redirection of a command's standard output to a file.
fn output<'a>(command: &'a Command<'a>, text: &str) -> Option<&'a Redirection<'a>> {
    let goes_out = |it: &&Redirection<'_>| {
        let written = it.span.text(text);
        matches!(it.operator, ">" | ">|") && (written.starts_with('>') || written.starts_with("1>"))
    };
    command.redirections.iter().rfind(goes_out)
}
