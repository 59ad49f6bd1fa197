//! Finds and reads the files of a run. One that cannot be read is a finding, never the end of the run.
#![expect(clippy::disallowed_methods, reason = "files and standard input are read here")]

use crate::project::contents::MAX_BYTES;
use crate::project::contents::is_commented_json;
use crate::project::contents::text_of;
use crate::project::entry::EntryKind;
use crate::project::entry::WalkEntry;
use crate::project::open::LINK_OUTSIDE;
use crate::project::open::not_regular;
use crate::project::paths::charts_around;
use crate::project::paths::display;
use crate::project::paths::is_manifest_name;
use crate::project::paths::without_os_code;
use crate::project::walk;
use crate::project::walk::walk;
use std::collections::HashMap;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget};

use super::fix::{FixRequest, Writer};
use super::render::Rendered;
use crate::engine::fleet::lint_fleet;
use crate::engine::lint::lint;
use crate::engine::outcome::{Outcome, SkipReason};
use crate::engine::unchecked::unreadable;
use crate::policy::config::Config;
use crate::project::open::{read_most, read_named};
use crate::project::patches::Patches;
use crate::project::settings::Settings;
use crate::render::overlay::FILE_NAMES;
use crate::rewrite::diff::diff;
use crate::text::source::{Origin, STDIN, Source};

/// A run that lasts longer than this shows how far it is.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a run is to read.
pub(crate) struct Inputs<'a> {
    pub(crate) paths: &'a [PathBuf],
    pub(crate) stdin_filename: &'a str,
    pub(crate) fix_request: Option<&'a FixRequest>,
    /// A file of our own among them, which a walk passes over.
    pub(crate) own: Option<&'a Path>,
    /// What is rendered before it is judged.
    pub(crate) rendered: Option<&'a Rendered<'a>>,
}

/// What came out of a run.
#[derive(Default)]
pub(crate) struct Checked {
    /// The findings, after fixes where they were applied.
    pub(crate) outcome: Outcome,
    /// The files that were looked into, in no set order.
    pub(crate) files: Vec<String>,
    /// How many fixes were applied, or findings suppressed.
    pub(crate) changes: usize,
    /// What fixes would change, a text for each file, in no set order until the run is over.
    pub(crate) diffs: Vec<String>,
}

/// Checks all inputs.
pub(crate) fn check(inputs: &Inputs<'_>, settings: &Settings) -> Checked {
    let mut checked = run(inputs, settings).finish();
    lint_fleet(&mut checked.outcome, &|name| settings.config_for(name));
    checked.diffs.sort();
    checked
}

/// Reads all inputs, for commands that look at the objects themselves: they are what is kept in the outcome, which is
/// sorted by file. What cannot be read is a finding.
pub(crate) fn gather(paths: &[PathBuf], rendered: Option<&Rendered<'_>>, settings: &Settings) -> Outcome {
    let inputs = Inputs { paths, stdin_filename: STDIN, fix_request: None, own: None, rendered };
    let mut outcome = run(&inputs, settings).finish().outcome;
    outcome
        .kept
        .sort_by(|left, right| (&left.source.name, left.index).cmp(&(&right.source.name, right.index)));
    outcome.sort();
    outcome
}

fn run<'c>(inputs: &Inputs<'c>, settings: &'c Settings) -> Run<'c> {
    let run = Run::new(settings, inputs);
    let (streams, paths): (Vec<_>, Vec<_>) = inputs.paths.iter().partition(|path| path.as_os_str() == "-");
    if !streams.is_empty() {
        run.take(inputs.stdin_filename, run.stdin(inputs.stdin_filename));
    }
    walk::walk(&paths, &|path| is_manifest_name(path) && !run.is_own(path), &|entry| run.entry(entry));
    run
}

/// A run: what it is asked to do and what has come out so far.
struct Run<'c> {
    settings: &'c Settings,
    fix_request: Option<&'c FixRequest>,
    own: Option<&'c Path>,
    rendered: Option<&'c Rendered<'c>>,
    result: Mutex<Checked>,
    /// For each folder above a `templates` folder, whether it is a Helm chart.
    charts: Mutex<HashMap<PathBuf, bool>>,
    patches: Patches,
    writer: Writer,
    progress: Option<(Instant, ProgressBar)>,
}

impl<'c> Run<'c> {
    fn new(settings: &'c Settings, inputs: &Inputs<'c>) -> Self {
        let &Inputs { fix_request, own, rendered, .. } = inputs;
        let terminal = io::stderr().is_terminal();
        let progress = terminal
            .then(|| (Instant::now(), ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())));
        let (result, charts, patches, writer) = Default::default();
        Run { settings, fix_request, own, rendered, result, charts, patches, writer, progress }
    }

    /// Takes what the walk found, and says of a folder whether it is entered.
    fn entry(&self, entry: &WalkEntry) -> bool {
        let WalkEntry { path, is_named, kind } = entry;
        let count = |reason| {
            let mut outcome = Outcome::default();
            outcome.count_skipped(reason);
            self.add(outcome, None);
        };
        let is_folder = matches!(kind, EntryKind::Directory | EntryKind::Outside { is_directory: true });
        if !is_named && !matches!(kind, EntryKind::Ignored) && self.is_excluded(path, is_folder) {
            count(SkipReason::Excluded);
            return false;
        }
        let name = display(path);
        match kind {
            EntryKind::Directory => {}
            EntryKind::Ignored => count(SkipReason::Ignored),
            EntryKind::File => self.file(path, *is_named),
            EntryKind::Outside { .. } => {
                self.add(Outcome::for_skipped(&name, SkipReason::Outside, LINK_OUTSIDE.to_owned()), None);
            }
            EntryKind::Special(what) => {
                self.take(&name, unreadable(&name, &not_regular(what)));
            }
            EntryKind::Failed(reason) => self.take(&name, unreadable(&name, reason)),
        }
        true
    }

    /// Says whether the configuration excludes what a walk finds.
    fn is_excluded(&self, path: &Path, is_folder: bool) -> bool {
        self.settings.for_file(path).excludes(path, is_folder)
    }

    /// Says whether a file is the run's baseline, which is no manifest.
    fn is_own(&self, path: &Path) -> bool {
        let same = |own: &Path| {
            own.file_name() == path.file_name()
                && std::fs::canonicalize(own).ok() == std::fs::canonicalize(path).ok()
        };
        self.own.is_some_and(same)
    }

    fn file(&self, path: &Path, is_named: bool) {
        let name = display(path);
        if self.rendered.is_some_and(|rendered| rendered.plan.covers(path)) {
            self.take(&name, Outcome::default());
            return;
        }
        if self.is_template(path) {
            let outcome = Outcome::for_skipped(
                &name,
                SkipReason::Template,
                "it is a template of a Helm chart".to_owned(),
            );
            self.take(&name, Outcome { can_render: self.rendered.is_none(), ..outcome });
            return;
        }
        let bytes = if is_named { read_named(path, MAX_BYTES) } else { read_most(path, MAX_BYTES) };
        let outcome = match bytes {
            // `tsconfig.json` and the like are in every repository.
            Ok(bytes) => {
                let outcome = self.bytes(path, &name, bytes);
                match outcome.findings.first().filter(|_| outcome.unread > 0) {
                    Some(error) if is_commented_json(path, &error.source.text) => {
                        Outcome::for_skipped(&name, SkipReason::CommentedJson, error.message.to_string())
                    }
                    _ => outcome,
                }
            }
            Err(error) => unreadable(&name, &without_os_code(&error)),
        };
        let is_overlay = path.file_name().is_some_and(|name| FILE_NAMES.iter().any(|known| name == *known));
        let can_render = is_overlay && self.rendered.is_none();
        self.take(&name, Outcome { can_render, ..outcome });
    }

    /// Judges a file's bytes, if they are a text of bearable size.
    fn bytes(&self, path: &Path, name: &str, bytes: Vec<u8>) -> Outcome {
        let text = match text_of(bytes) {
            Ok(text) => text,
            Err(reason) => return unreadable(name, &reason),
        };
        let mut source = Source::new(name, text);
        if self.patches.names(Path::new(name)) {
            source.origin = Origin::Patch;
        }
        let found = self.settings.for_file(Path::new(name));
        match found.config(Path::new(name)) {
            Some(config) => match self.fix_request {
                None => lint(source, &config),
                Some(fix_request) => self.change(path, &source, &config, fix_request),
            },
            // Said where the configuration is; this file is not judged.
            None => Outcome { unread: 1, ..Outcome::default() },
        }
    }

    /// Applies fixes to a text, or suppresses what is found in it, and writes or shows what that changes.
    fn change(&self, path: &Path, source: &Source, config: &Config, fix_request: &FixRequest) -> Outcome {
        let Source { name, text, .. } = source;
        let changed = fix_request.change.apply(source, config);
        if changed.text == *text {
            return changed.outcome;
        }
        if fix_request.write
            && let Err(error) = self.writer.write(path, &changed.text)
        {
            return unreadable(name, &format!("it cannot be written: {}", without_os_code(&error)));
        }
        let mut result = self.result.lock().unwrap_or_else(PoisonError::into_inner);
        result.changes += changed.count;
        if !fix_request.write {
            result.diffs.push(diff(name, text, &changed.text, &changed.between));
        }
        changed.outcome
    }

    /// Says whether the file is below the `templates` folder of a Helm chart.
    fn is_template(&self, path: &Path) -> bool {
        charts_around(path).any(|chart| {
            let mut charts = self.charts.lock().unwrap_or_else(PoisonError::into_inner);
            *charts.entry(chart.to_owned()).or_insert_with(|| chart.join("Chart.yaml").is_file())
        })
    }

    fn stdin(&self, name: &str) -> Outcome {
        let mut bytes = Vec::new();
        match io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes) {
            Ok(_) => self.bytes(Path::new(name), name, bytes),
            Err(error) => unreadable(name, &without_os_code(&error)),
        }
    }

    /// Adds what came out of a file, and shows how far a long run is.
    fn take(&self, name: &str, outcome: Outcome) {
        self.add(outcome, Some(name));
    }

    fn add(&self, outcome: Outcome, name: Option<&str>) {
        let mut result = self.result.lock().unwrap_or_else(PoisonError::into_inner);
        result.outcome.add(outcome);
        result.files.extend(name.map(str::to_owned));
        if let Some((started, bar)) = &self.progress
            && started.elapsed() > PATIENCE
        {
            if bar.is_hidden() {
                bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
            }
            bar.set_message(format!("{} files checked", result.files.len()));
            bar.tick();
        }
    }

    /// Ends a walk: what is rendered, and the configurations that cannot be used, come out of it too.
    fn finish(self) -> Checked {
        if let Some((_, bar)) = &self.progress {
            bar.finish_and_clear();
        }
        let mut result = self.result.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(rendered) = self.rendered {
            result.outcome.add(rendered.check(self.settings));
        }
        result.outcome.add(self.settings.drain_config_errors());
        result
    }
}

/// A file that is to be read, for commands that read texts only.
pub(crate) struct Input<'n> {
    /// The name to show.
    pub(crate) name: &'n str,
    /// Whether the call names it, else a walk found it.
    pub(crate) is_named: bool,
}

/// Why an input has no text.
pub(crate) enum Unread {
    /// It is a link that leads out of the directory.
    Outside,
    /// An ignore file names it.
    Ignored,
    /// It cannot be read; why.
    Failed(String),
}

/// Reads all inputs, one after the other, and gives `take` the text of each, or why there is none.
pub(crate) fn texts(
    paths: &[PathBuf],
    stdin_name: &str,
    take: &mut dyn FnMut(Input<'_>, Result<String, Unread>),
) {
    for path in paths {
        if path.as_os_str() == "-" {
            let mut bytes = Vec::new();
            let read = io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes);
            let input = Input { name: stdin_name, is_named: true };
            let text = read.map_err(|error| without_os_code(&error)).and_then(|_| text_of(bytes));
            take(input, text.map_err(Unread::Failed));
            continue;
        }
        let found = Mutex::new(Vec::new());
        let keep = |entry: &WalkEntry| {
            if !matches!(entry.kind, EntryKind::Directory) {
                found.lock().unwrap_or_else(PoisonError::into_inner).push(entry.clone());
            }
            true
        };
        walk(&[path], &is_manifest_name, &keep);
        let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.sort_by(|left, right| left.path.cmp(&right.path));
        for WalkEntry { path, is_named, kind } in found {
            let is_named = is_named || matches!(kind, EntryKind::Failed(_));
            let input = Input { name: &display(&path), is_named };
            let read = if is_named { read_named } else { read_most };
            let text = match kind {
                EntryKind::File => {
                    read(&path, MAX_BYTES).map_err(|it| without_os_code(&it)).and_then(text_of)
                }
                EntryKind::Directory => continue,
                EntryKind::Ignored => {
                    take(input, Err(Unread::Ignored));
                    continue;
                }
                EntryKind::Outside { .. } => {
                    take(input, Err(Unread::Outside));
                    continue;
                }
                EntryKind::Special(what) => Err(not_regular(what)),
                EntryKind::Failed(reason) => Err(reason),
            };
            take(input, text.map_err(Unread::Failed));
        }
    }
}
