//! `migrate`: what other linters are told, as a configuration and as suppressions.
#![expect(
    clippy::disallowed_methods,
    reason = "settings are read, and the configuration and manifests written, here"
)]

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::fix::Writer;
use super::inputs::{self, Content, Input, Inputs};
use crate::cli::exit::Exit;
use crate::cli::terminal::{excerpts, note, print};
use crate::engine::outcome::Outcome;
use crate::engine::unchecked::misconfigured;
use crate::manifest::document;
use crate::mask::hide_in_text;
use crate::migrate::checks::Tool;
use crate::migrate::readers::{read_kube_linter, read_kube_score, read_polaris};
use crate::migrate::settings::Settings;
use crate::migrate::suppressions::{counterparts, migrate};
use crate::migrate::{configuration, notes};
use crate::policy::config::file::{ConfigError, FILE_NAME, FILE_NAMES};
use crate::project;
use crate::project::contents::MAX_BYTES;
use crate::project::open::{SMALL, read_named_text, read_own_text};
use crate::project::paths::{display, without_os_code};
use crate::project::selection::Selection;
use crate::rewrite::diff::diff;
use crate::text::phrases::count;
use crate::text::source::{STDIN, Source};

/// Reads the settings of another linter from its file.
type ReadSettings = dyn Fn(&Arc<Source>, &mut Settings) -> Result<(), Vec<ConfigError>>;

/// The names of kube-linter's configuration, which it looks for in the working directory.
const KUBE_LINTER_NAMES: [&str; 2] = [".kube-linter.yaml", ".kube-linter.yml"];

/// The names that Polaris' configuration mostly has.
const POLARIS_NAMES: [&str; 2] = ["polaris.yaml", "polaris.yml"];

/// Carry over what kube-linter, kube-score and Polaris are told: settings, and the annotations that exempt objects
///
/// Prints a configuration, and what suppressions change in the manifests as a diff; what has no counterpart is listed on
/// standard error. Annotations of the other linters stay. Exit code: 0 when nothing is left to write, 1 when something was only
/// shown, 2 when something could not be read or written.
#[derive(Debug, clap::Args)]
pub(crate) struct MigrateArgs {
    /// Files and directories, `-` for standard input
    #[arg(default_value = ".", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// The configuration of kube-linter [default: `.kube-linter.yaml` in the working directory]
    #[arg(long, value_name = "FILE")]
    pub(crate) kube_linter: Option<PathBuf>,

    /// The configuration of Polaris [default: `polaris.yaml` in the working directory]
    #[arg(long, value_name = "FILE")]
    pub(crate) polaris: Option<PathBuf>,

    /// The checks that kube-score is told to ignore, by its flag of this name
    #[arg(long, value_delimiter = ',', value_name = "CHECK,…")]
    pub(crate) ignore_test: Vec<String>,

    /// The optional checks that kube-score is told to run, by its flag of this name
    #[arg(long, value_delimiter = ',', value_name = "CHECK,…")]
    pub(crate) enable_optional_test: Vec<String>,

    /// Write the suppressions into the manifests, instead of showing them
    #[arg(long)]
    pub(crate) fix: bool,

    /// Write the configuration to `.batchlint.yaml` in the working directory, unless there is another one
    #[arg(long)]
    pub(crate) write_config: bool,

    /// Skip these files and directories, besides those of the configuration: a pattern as in `.gitignore`, relative to the
    /// working directory, with `{a,b}` for either. Repeat it for several patterns
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude: Vec<String>,

    /// The name to show for standard input
    #[arg(long, value_name = "NAME", default_value = STDIN)]
    pub(crate) stdin_filename: String,
}

/// What has come out so far.
#[derive(Default)]
struct Found {
    settings: Settings,
    outcome: Outcome,
    /// The files that change, with their new text and what that is to look at.
    changed: Vec<Changed>,
    hidden: usize,
}

struct Changed {
    path: PathBuf,
    text: String,
    diff: String,
}

/// Carries over what other linters are told.
pub(crate) fn run(arguments: &MigrateArgs) -> Result<Exit, String> {
    if arguments.fix && arguments.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err("standard input cannot be changed in place: leave `--fix` out".to_owned());
    }
    let selection = Selection {
        exclude: arguments.exclude.clone(),
        select: counterparts().into_iter().map(str::to_owned).collect(),
        ..Selection::default()
    };
    let project = project::settings::Settings::new(&selection).map_err(|error| error.to_string())?;
    let mut found = Found::default();
    found.read_settings(arguments)?;
    let tools: Vec<Tool> = Tool::ALL
        .into_iter()
        .filter(|it| *it != Tool::Polaris || !found.settings.ignores_polaris_annotations)
        .collect();
    let MigrateArgs { paths, stdin_filename, .. } = arguments;
    let inputs = Inputs { paths, stdin_filename, own: None, max_size: MAX_BYTES, rendered: None };
    let found = Mutex::new(found);
    inputs::read(&inputs, &project, &|input, content| manifest(input, content, &project, &tools, &found));
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.outcome.add(project.drain_config_errors());
    found.outcome.sort();
    found.changed.sort_by(|left, right| left.path.cmp(&right.path));
    found.finish(arguments)
}

impl Found {
    fn read_settings(&mut self, arguments: &MigrateArgs) -> Result<(), String> {
        let MigrateArgs { ignore_test, enable_optional_test, .. } = arguments;
        self.read_file(arguments.kube_linter.as_deref(), &KUBE_LINTER_NAMES, &read_kube_linter)?;
        read_kube_score(ignore_test, enable_optional_test, &mut self.settings);
        self.read_file(arguments.polaris.as_deref(), &POLARIS_NAMES, &read_polaris)
    }

    /// Reads the settings of a linter, from the file that is named or one that is found.
    fn read_file(&mut self, named: Option<&Path>, names: &[&str], read: &ReadSettings) -> Result<(), String> {
        let standard = names.iter().map(Path::new).find(|it| it.is_file());
        let Some(path) = named.or(standard) else { return Ok(()) };
        let text = if named.is_some() { read_named_text(path, SMALL) } else { read_own_text(path, SMALL) };
        let text = text.map_err(|error| format!("{}: {}", display(path), without_os_code(&error)))?;
        let source = Arc::new(Source::new(display(path), text));
        // Manifests may have such a name too.
        if named.is_none() && is_object(&source) {
            return Ok(());
        }
        if let Err(errors) = read(&source, &mut self.settings) {
            self.outcome.add(misconfigured(&source, errors));
        }
        Ok(())
    }

    /// Writes or shows what has come out.
    fn finish(mut self, arguments: &MigrateArgs) -> Result<Exit, String> {
        let rules = self.settings.rules();
        self.settings.overrides.sort();
        self.settings.overrides.dedup();
        let config = configuration::write(&self.settings, &rules).filter(|it| !is_there(it));
        let config = config.filter(|_| !self.outcome.is_incomplete());
        if arguments.write_config
            && let (Some(_), Some(name)) = (&config, existing())
        {
            return Err(format!(
                "{name} already exists; not overwriting it: without `--write-config` the settings are shown"
            ));
        }
        let _ = io::stderr().write_all(&excerpts(&self.outcome)?);
        notes::lines(&self.settings.notes).iter().for_each(|it| note(&hide_in_text(it)));
        let mut is_left = false;
        if let Some(text) = config {
            if arguments.write_config {
                let file =
                    std::fs::File::create_new(FILE_NAME).and_then(|mut it| it.write_all(text.as_bytes()));
                file.map_err(|error| format!("{FILE_NAME}: {}", without_os_code(&error)))?;
                note(&format!("wrote {FILE_NAME}"));
            } else {
                print(hide_in_text(&text).as_bytes())?;
                is_left = true;
            }
        }
        if arguments.fix {
            let writer = Writer::default();
            for Changed { path, text, .. } in &self.changed {
                let written = writer.write(path, text);
                written.map_err(|error| {
                    format!("{}: it cannot be written: {}", display(path), without_os_code(&error))
                })?;
            }
        } else {
            print(self.changed.iter().map(|it| it.diff.as_str()).collect::<String>().as_bytes())?;
            is_left |= !self.changed.is_empty();
        }
        let verb = if arguments.fix { "suppressed" } else { "would suppress" };
        note(&format!("{verb} {} in {}", count(self.hidden, "finding"), count(self.changed.len(), "file")));
        Ok(match (self.outcome.is_incomplete(), is_left) {
            (true, _) => Exit::Failure,
            (false, true) => Exit::Findings,
            (false, false) => Exit::Clean,
        })
    }
}

/// Returns the configuration of the working directory.
fn existing() -> Option<&'static str> {
    FILE_NAMES.into_iter().find(|it| Path::new(it).symlink_metadata().is_ok())
}

/// Whether the working directory has this very configuration.
fn is_there(config: &str) -> bool {
    existing().is_some_and(|it| read_own_text(Path::new(it), SMALL).is_ok_and(|text| text == config))
}

/// Whether a file has a Kubernetes object.
fn is_object(source: &Arc<Source>) -> bool {
    let stream = document::read(source);
    stream.documents.iter().any(|it| it.root().get("kind").is_some() || it.root().get("apiVersion").is_some())
}

/// Takes in what becomes of a manifest.
fn manifest(
    input: &Input<'_>,
    content: Content,
    project: &project::settings::Settings,
    tools: &[Tool],
    found: &Mutex<Found>,
) {
    let add = |outcome: Outcome| with(found, |it| it.outcome.add(outcome));
    let source = match content.text(input) {
        Ok(source) => source,
        Err(outcome) => return add(*outcome),
    };
    let Some(config) = project.config(input.path) else {
        return add(Outcome::for_misconfigured());
    };
    let migrated = migrate(&source, &config, tools);
    if let Some(skipped) = input.skipped_foreign(&migrated.outcome) {
        return add(skipped);
    }
    let shown = (migrated.text != source.text).then(|| diff(&source.name, &source.text, &migrated.text, &[]));
    with(found, |it| {
        it.outcome.add(migrated.outcome);
        it.settings.notes.extend(migrated.notes);
        it.settings.add_overrides(migrated.overrides);
        it.hidden += migrated.hidden;
        it.changed.extend(shown.map(|diff| Changed {
            path: input.path.to_owned(),
            text: migrated.text,
            diff,
        }));
    });
}

fn with(found: &Mutex<Found>, change: impl FnOnce(&mut Found)) {
    change(&mut found.lock().unwrap_or_else(PoisonError::into_inner));
}
