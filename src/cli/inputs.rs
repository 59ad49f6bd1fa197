//! Finds the inputs of a command and reads them: files, and standard input.
#![expect(clippy::disallowed_methods, reason = "files and standard input are read here")]

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget};

use super::render::Rendered;
use crate::diagnostic::finding::Finding;
use crate::engine::outcome::{Outcome, SkipReason};
use crate::engine::unchecked::unreadable;
use crate::manifest::kustomization::FILE_NAMES;
use crate::project::contents::{
    MAX_BYTES, is_commented_json, is_encrypted, is_foreign, is_foreign_encoding, is_other_kind_yaml,
    larger_than, text_of,
};
use crate::project::entry::{EntryKind, WalkEntry};
use crate::project::open::{LINK_OUTSIDE, not_regular, open, open_named, read_open};
use crate::project::patches::Patches;
use crate::project::paths::{charts_around, display, is_manifest_name, without_os_code};
use crate::project::settings::Settings;
use crate::project::walk::walk;
use crate::rules::syntax_error;
use crate::text::source::{Origin, Source};

/// A run that lasts longer than this shows how far it is.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a command is to read.
pub(crate) struct Inputs<'a> {
    /// Files and directories, `-` for standard input.
    pub(crate) paths: &'a [PathBuf],
    /// The name to show for standard input.
    pub(crate) stdin_filename: &'a str,
    /// A file of our own among them, which is not read.
    pub(crate) own: Option<&'a Path>,
    /// The most bytes that a file may have.
    pub(crate) max_size: u64,
    /// What is rendered instead of being read as it is.
    pub(crate) rendered: Option<&'a Rendered<'a>>,
}

/// A file or directory that was found, or standard input.
pub(crate) struct Input<'n> {
    /// Where it is.
    pub(crate) path: &'n Path,
    /// The name to show.
    pub(crate) name: &'n str,
    /// Whether the call names it; otherwise it is in a directory.
    pub(crate) is_named: bool,
    /// Whether `--render` would read what it is a part of.
    pub(crate) can_render: bool,
}

impl Input<'_> {
    /// Returns why an input that cannot be parsed is not for us: settings of other programs are in every repository.
    pub(crate) fn foreign(&self, source: &Source) -> Option<SkipReason> {
        // What a kustomization names has no type of its own.
        let is_kustomize = source.origin == Origin::Patch || is_kustomization(self.path);
        if is_commented_json(self.path, &source.text) {
            Some(SkipReason::CommentedJson)
        } else if !self.is_named && !is_kustomize && is_foreign(self.path, &source.text) {
            Some(SkipReason::NotManifest)
        } else if !self.is_named && !is_kustomize && is_other_kind_yaml(self.path, &source.text) {
            Some(SkipReason::UnreadKind)
        } else {
            None
        }
    }

    /// Returns what comes out of an input that cannot be parsed and is not for us.
    pub(crate) fn skipped_foreign(&self, outcome: &Outcome) -> Option<Outcome> {
        // What could not even be opened or written has no text.
        let is_unread = |it: &&Finding| outcome.unread > 0 || it.rule.id == syntax_error::RULE.meta.id;
        let first = outcome.findings.first().filter(is_unread);
        let error = first.filter(|it| !it.source.text.is_empty())?;
        let reason = self.foreign(&error.source)?;
        Some(Outcome::for_skipped(self.name, reason, error.message.to_string()))
    }
}

/// Whether a path is that of a kustomization.
fn is_kustomization(path: &Path) -> bool {
    path.file_name().is_some_and(|name| FILE_NAMES.iter().any(|known| name == *known))
}

/// What an input has.
pub(crate) enum Content {
    /// A text.
    Text(Source),
    /// Nothing to read; why, and in a sentence where it is listed.
    Skipped(SkipReason, Option<&'static str>),
    /// Nothing that can be read; why.
    Failed(String),
    /// Something that is rendered together with other files.
    Rendered,
    /// A text that is longer than what is read as a whole.
    Long(LongContent),
}

/// An input that is longer than what is read as a whole.
pub(crate) struct LongContent {
    /// Its name and where it comes from, without its text.
    pub(crate) whole: Source,
    /// The bytes that have been read.
    pub(crate) first: Vec<u8>,
    /// The bytes after them.
    pub(crate) rest: Box<dyn io::Read>,
}

impl Content {
    /// Whether a file was looked into.
    pub(crate) fn is_file(&self) -> bool {
        use SkipReason::{Dangling, Excluded, Ignored, Outside};
        !matches!(self, Content::Skipped(Excluded | Ignored | Outside | Dangling, _))
    }

    /// Refuses what is too long to be read as a whole.
    pub(crate) fn demand_whole(self) -> Self {
        if let Content::Long(_) = self { Content::Failed(larger_than(MAX_BYTES)) } else { self }
    }

    /// Returns the text, or what comes out of an input without one.
    pub(crate) fn text(self, input: &Input<'_>) -> Result<Source, Box<Outcome>> {
        let mut outcome = match self.demand_whole() {
            Content::Text(source) => return Ok(source),
            Content::Failed(reason) => unreadable(input.name, &reason),
            Content::Skipped(reason, Some(explanation)) => {
                Outcome::for_skipped(input.name, reason, explanation.to_owned())
            }
            Content::Skipped(reason, None) => {
                let mut outcome = Outcome::default();
                outcome.count_skipped(reason);
                outcome
            }
            Content::Rendered | Content::Long(_) => Outcome::default(),
        };
        outcome.can_render = input.can_render;
        Err(Box::new(outcome))
    }

    fn failed(error: &io::Error) -> Self {
        Content::Failed(without_os_code(error))
    }

    fn of_bytes(bytes: Vec<u8>, name: &str, is_named: bool, patches: &Patches) -> Self {
        if !is_named && std::str::from_utf8(&bytes).is_err() && is_foreign_encoding(Path::new(name), &bytes) {
            return Content::Skipped(SkipReason::NotManifest, Some("it is not UTF-8"));
        }
        if !is_named && is_encrypted(&bytes) {
            return Content::Skipped(SkipReason::Encrypted, Some("git-crypt has encrypted it"));
        }
        match text_of(bytes) {
            Ok(text) => Content::Text(patches.source(Path::new(name), name, text)),
            Err(reason) => Content::Failed(reason),
        }
    }
}

/// A file that ends with an error where it is longer than is allowed: it can grow while it is read, and pipes have no length.
struct AtMost {
    file: File,
    most: u64,
    left: u64,
}

impl io::Read for AtMost {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(bytes)?;
        let left = self.left.checked_sub(read as u64);
        self.left = left.ok_or_else(|| io::Error::other(larger_than(self.most)))?;
        Ok(read)
    }
}

/// Reads all inputs, several at a time, and gives `take` the content of each, in no set order.
pub(crate) fn read(inputs: &Inputs<'_>, settings: &Settings, take: &(dyn Fn(&Input<'_>, Content) + Sync)) {
    let is_terminal = io::stderr().is_terminal();
    let bar = || ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    let progress = is_terminal.then(|| (Instant::now(), bar()));
    let (charts, patches) = Default::default();
    let reader = Reader { inputs, settings, take, charts, patches, progress };
    let (streams, paths): (Vec<_>, Vec<_>) = inputs.paths.iter().partition(|path| path.as_os_str() == "-");
    if !streams.is_empty() {
        reader.stdin();
    }
    walk(&paths, &|path| is_manifest_name(path) && !reader.is_own(path), &|entry| reader.entry(entry));
    if let Some((_, bar)) = &reader.progress {
        bar.finish_and_clear();
    }
}

struct Reader<'c> {
    inputs: &'c Inputs<'c>,
    settings: &'c Settings,
    take: &'c (dyn Fn(&Input<'_>, Content) + Sync),
    /// For each directory above a `templates` directory, whether it is a Helm chart.
    charts: Mutex<HashMap<PathBuf, bool>>,
    patches: Patches,
    progress: Option<(Instant, ProgressBar)>,
}

impl Reader<'_> {
    /// Takes what the walk found, and returns whether a directory is entered.
    fn entry(&self, entry: &WalkEntry) -> bool {
        let WalkEntry { path, is_named, kind } = entry;
        let name = display(path);
        let mut input = Input { path, name: &name, is_named: *is_named, can_render: false };
        let is_directory = matches!(kind, EntryKind::Directory | EntryKind::Outside { is_directory: true });
        let can_be_excluded = !is_named && !matches!(kind, EntryKind::Ignored);
        if can_be_excluded && self.settings.for_file(path).excludes(path, is_directory) {
            self.take(&input, Content::Skipped(SkipReason::Excluded, None));
            return false;
        }
        let content = match kind {
            EntryKind::Directory => return true,
            EntryKind::Ignored => Content::Skipped(SkipReason::Ignored, None),
            EntryKind::Outside { .. } => Content::Skipped(SkipReason::Outside, Some(LINK_OUTSIDE)),
            EntryKind::Dangling => Content::Skipped(SkipReason::Dangling, Some("the link leads nowhere")),
            EntryKind::Special(what) => Content::Failed(not_regular(what)),
            EntryKind::Failed(reason) => Content::Failed(reason.clone()),
            EntryKind::File => self.file(&mut input),
        };
        self.take(&input, content);
        true
    }

    fn file(&self, input: &mut Input<'_>) -> Content {
        let path = input.path;
        if self.inputs.rendered.is_some_and(|rendered| rendered.plan.covers(path)) {
            return Content::Rendered;
        }
        let is_template = self.is_template(path);
        input.can_render = (is_template || is_kustomization(path)) && self.inputs.rendered.is_none();
        if is_template {
            return Content::Skipped(SkipReason::Template, Some("it is a template of a Helm chart"));
        }
        let opened = if input.is_named { open_named(path) } else { open(path) };
        opened.and_then(|file| self.opened(file, input)).unwrap_or_else(|error| Content::failed(&error))
    }

    fn opened(&self, file: File, input: &Input<'_>) -> io::Result<Content> {
        let most = self.inputs.max_size;
        if file.metadata()?.len() > most {
            return Ok(Content::Failed(larger_than(most)));
        }
        let bytes = read_open(&file, MAX_BYTES.min(most))?;
        let left = most.checked_sub(bytes.len() as u64);
        Ok(match left {
            None => Content::Failed(larger_than(most)),
            Some(left) if bytes.len() as u64 > MAX_BYTES => {
                self.long(input.name, bytes, Box::new(AtMost { file, most, left }))
            }
            Some(_) => Content::of_bytes(bytes, input.name, input.is_named, &self.patches),
        })
    }

    fn long(&self, name: &str, first: Vec<u8>, rest: Box<dyn io::Read>) -> Content {
        Content::Long(LongContent {
            whole: self.patches.source(Path::new(name), name, String::new()),
            first,
            rest,
        })
    }

    fn stdin(&self) {
        let (name, mut bytes) = (self.inputs.stdin_filename, Vec::new());
        let read = io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes);
        let content = match read {
            Ok(_) if bytes.len() as u64 > MAX_BYTES => self.long(name, bytes, Box::new(io::stdin())),
            Ok(_) => Content::of_bytes(bytes, name, true, &self.patches),
            Err(error) => Content::failed(&error),
        };
        self.take(&Input { path: Path::new(name), name, is_named: true, can_render: false }, content);
    }

    /// Whether a file is the run's own, which is not a manifest.
    fn is_own(&self, path: &Path) -> bool {
        let is_same = |own: &Path| {
            own.file_name() == path.file_name()
                && std::fs::canonicalize(own).ok() == std::fs::canonicalize(path).ok()
        };
        self.inputs.own.is_some_and(is_same)
    }

    /// Whether a file is below the `templates` directory of a Helm chart.
    fn is_template(&self, path: &Path) -> bool {
        charts_around(path).any(|chart| {
            let mut charts = self.charts.lock().unwrap_or_else(PoisonError::into_inner);
            *charts.entry(chart.to_owned()).or_insert_with(|| chart.join("Chart.yaml").is_file())
        })
    }

    /// Hands an input on, and shows how far a long run is.
    fn take(&self, input: &Input<'_>, content: Content) {
        let is_file = content.is_file();
        (self.take)(input, content);
        let Some((started, bar)) = self.progress.as_ref().filter(|_| is_file) else { return };
        bar.inc(1);
        if started.elapsed() > PATIENCE {
            if bar.is_hidden() {
                bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
            }
            bar.set_message(format!("{} files checked", bar.position()));
        }
    }
}
