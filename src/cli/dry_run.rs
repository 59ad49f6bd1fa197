//! `dry-run`: what the API server would answer.
#![expect(clippy::disallowed_methods, reason = "mistakes of the configuration are said here")]

use crate::kubernetes::verdict::body;
use crate::project::contents::MAX_BYTES;
use crate::project::selection::Selection;
use crate::text::phrases;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::inputs::{self, Content, Input, Inputs};
use crate::cli::exit::Exit;
use crate::cli::options::{ClientArg, DryRunArgs, ListFormat};
use crate::cli::terminal::{excerpts, print, use_color};
use crate::dry_run::{Answer, Route, answers};
use crate::engine::outcome::SkipReason;
use crate::engine::read::is_template;
use crate::manifest::document;
use crate::project::settings::Settings;
use crate::schema::version::Version;
use crate::text::phrases::count;
use crate::text::source::Source;
use crate::text::terminal::{escape, paint};

const RED: &str = "1;31";
const GREEN: &str = "1;32";
const YELLOW: &str = "1;33";

/// What has come out so far.
#[derive(Default)]
struct Answered {
    /// The answer to each document.
    answers: Vec<Answer>,
    /// The answers for people.
    text: String,
    accepted: usize,
    rejected: usize,
    /// How many files, or documents in them, could not be read.
    unread: usize,
    misconfigured: usize,
    /// How many documents, or files of templates, are skipped.
    skip_counts: BTreeMap<SkipReason, usize>,
    /// The versions that were asked.
    versions: BTreeSet<Version>,
}

/// Prints the answer to every document of the inputs.
pub(crate) fn run(arguments: &DryRunArgs) -> Result<Exit, String> {
    let settings = Settings::new(&selection(arguments)).map_err(|error| error.to_string())?;
    let client = match arguments.client {
        ClientArg::Raw => body::Client::Raw,
        ClientArg::Kubectl => body::Client::Kubectl,
    };
    let color = use_color(arguments.color);
    let DryRunArgs { paths, stdin_filename, .. } = arguments;
    let inputs = Inputs { paths, stdin_filename, own: None, max_size: MAX_BYTES, rendered: None };
    let found = Mutex::new(Vec::new());
    inputs::read(&inputs, &settings, &|input, content| {
        let answered = answer(input, content, &settings, client, color);
        let root = |root: &PathBuf| {
            input.path.starts_with(root) || root.as_os_str() == "-" && input.name == *stdin_filename
        };
        let place = (paths.iter().position(root), input.path.to_owned());
        found.lock().unwrap_or_else(PoisonError::into_inner).push((place, answered));
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort_by(|(left, _), (right, _)| left.cmp(right));
    let mut answered = Answered::default();
    found.into_iter().for_each(|(_, other)| answered.add(other));
    let config_errors = settings.drain_config_errors();
    answered.unread += config_errors.unread;
    answered.misconfigured += config_errors.misconfigured;
    let _ = io::stderr().write_all(&excerpts(&config_errors)?);
    match arguments.format {
        ListFormat::Json => {
            let json = serde_json::to_string_pretty(&answered.answers).map_err(|error| error.to_string())?;
            print(format!("{json}\n").as_bytes())?;
        }
        ListFormat::Human => print(format!("{}{}\n", answered.text, answered.sentence()).as_bytes())?,
    }
    Ok(answered.exit())
}

/// Returns what decides which configuration is in force, as for `check`.
fn selection(arguments: &DryRunArgs) -> Selection {
    Selection {
        config: arguments.config.clone(),
        no_config: arguments.no_config,
        exclude: arguments.exclude.clone(),
        kubernetes_version: arguments.kubernetes_version,
        ..Selection::default()
    }
}

/// Returns the answers to the documents of an input.
fn answer(
    input: &Input<'_>,
    content: Content,
    settings: &Settings,
    client: body::Client,
    color: bool,
) -> Answered {
    let mut answered = Answered::default();
    match content.demand_whole() {
        Content::Long(_) | Content::Rendered => {}
        Content::Text(source) => match settings.config(input.path) {
            Some(config) => {
                answered.add_file(input, source, config.assumptions.kubernetes_version, client, color)
            }
            None => answered.count_skipped(SkipReason::Misconfigured),
        },
        Content::Skipped(reason, explanation) => {
            answered.count_skipped(reason);
            if let Some(explanation) = explanation.filter(|_| reason == SkipReason::Outside) {
                let (label, name) = (paint("note", YELLOW, color), escape(input.name));
                let _ = writeln!(answered.text, "{label} {name}: {explanation}, and is not followed");
            }
        }
        Content::Failed(reason) => {
            answered.unread += 1;
            let (label, name) = (paint("error", RED, color), escape(input.name));
            let _ = writeln!(answered.text, "{label} {name}: the file cannot be read: {}", escape(&reason));
        }
    }
    answered
}

impl Answered {
    fn add(&mut self, other: Answered) {
        self.answers.extend(other.answers);
        self.text.push_str(&other.text);
        self.accepted += other.accepted;
        self.rejected += other.rejected;
        self.unread += other.unread;
        self.misconfigured += other.misconfigured;
        other
            .skip_counts
            .into_iter()
            .for_each(|(reason, count)| *self.skip_counts.entry(reason).or_default() += count);
        self.versions.extend(other.versions);
    }

    fn add_file(
        &mut self,
        input: &Input<'_>,
        source: Source,
        version: Version,
        client: body::Client,
        color: bool,
    ) {
        let source = Arc::new(source);
        let stream = document::read(&source);
        let answers = answers(&source, &stream, version, client);
        if answers.iter().any(is_unread) {
            if is_template(&source, &stream.problems) {
                return self.count_skipped(SkipReason::Template);
            }
            if let Some(reason) = input.foreign(&source) {
                return self.count_skipped(reason);
            }
        }
        self.versions.insert(version);
        for answer in answers {
            if let Some(reason) = skip_reason(&answer, input.is_named) {
                self.count_skipped(reason);
                self.answers.push(answer);
                continue;
            }
            describe(&mut self.text, &answer, &source, color);
            let counter = if is_unread(&answer) {
                &mut self.unread
            } else if answer.accepted {
                &mut self.accepted
            } else {
                &mut self.rejected
            };
            *counter += 1;
            self.answers.push(answer);
        }
    }

    fn count_skipped(&mut self, reason: SkipReason) {
        *self.skip_counts.entry(reason).or_default() += 1;
    }

    /// Describes it in one sentence, in the words of `check`.
    fn sentence(&self) -> String {
        let versions: Vec<_> = self.versions.iter().map(Version::to_string).collect();
        let mut sentence = format!("{} accepted, {} rejected", self.accepted, self.rejected);
        if !versions.is_empty() {
            let _ = write!(sentence, " (Kubernetes {})", phrases::list(&versions));
        }
        let skipped: Vec<_> =
            self.skip_counts.iter().map(|(reason, number)| reason.describe(*number)).collect();
        if !skipped.is_empty() {
            let _ = write!(sentence, "; skipped: {}", skipped.join(", "));
        }
        if self.unread > 0 {
            let _ = write!(sentence, "; {} could not be read", count(self.unread, "input"));
        }
        if self.misconfigured > 0 {
            let _ = write!(sentence, "; {} could not be used", count(self.misconfigured, "configuration"));
        }
        sentence
    }

    /// What could not be read wins over what is rejected.
    fn exit(&self) -> Exit {
        match (self.unread + self.misconfigured, self.rejected) {
            (0, 0) => Exit::Clean,
            (0, _) => Exit::Findings,
            _ => Exit::Failure,
        }
    }
}

fn is_unread(answer: &Answer) -> bool {
    answer.route == Some(Route::Unread)
}

/// Returns why a document is skipped, as `check` does. Whoever names a file wants to hear what is wrong with it.
fn skip_reason(answer: &Answer, is_named: bool) -> Option<SkipReason> {
    match answer.route {
        Some(Route::OtherKind) => Some(SkipReason::OtherKind),
        Some(Route::NotKubernetes) if !is_named => Some(SkipReason::NotKubernetes),
        _ if answer.is_partial && !is_named => Some(SkipReason::Patch),
        _ => None,
    }
}

/// Describes an answer for people: a line for the object, one for each reason and warning with its place.
fn describe(text: &mut String, answer: &Answer, source: &Source, color: bool) {
    let (word, style) = match answer.route {
        Some(Route::Unread) => ("unread", RED),
        _ if answer.accepted => ("accepted", GREEN),
        _ => ("rejected", RED),
    };
    let title =
        if answer.title.is_empty() { format!("document {}", answer.doc + 1) } else { answer.title.clone() };
    let code = answer.code.map(|code| format!(" ({code} {})", answer.reason.unwrap_or("Created")));
    let _ = writeln!(
        text,
        "{} {} in {}{}",
        paint(word, style, color),
        escape(&title),
        escape(&answer.file),
        code.unwrap_or_default()
    );
    let mut lines: Vec<(usize, &str)> = Vec::new();
    for (span, reason) in &answer.places {
        // What the object holds does not belong here.
        let reason = reason.split(" in '{").next().unwrap_or(reason);
        lines.push((source.positions(*span).0.line, reason));
    }
    lines.sort();
    lines.dedup();
    for (line, reason) in lines {
        let _ = writeln!(text, "  {}:{line}: {}", escape(&answer.file), escape(reason));
    }
    if let Some(version) = answer.taken_since {
        let _ = writeln!(text, "  Kubernetes {version} and later take it");
    }
    for warning in &answer.warnings {
        let _ = writeln!(text, "  {}: {}", paint("warning", YELLOW, color), escape(warning));
    }
}
