//! What `timeline`, `calendar` and `alerts` read: all that can be read, and a word about the rest.
#![expect(clippy::disallowed_methods, reason = "what is left out is said here")]

use crate::cli::terminal::note;
use crate::text::phrases;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::inputs::{self, Input, Inputs};
use super::render::Rendered;
use crate::cli::exit::Exit;
use crate::cli::terminal::excerpts;
use crate::engine::lint::survey;
use crate::engine::outcome::{Outcome, SkipReason};
use crate::engine::read::{Manifest, read};
use crate::manifest::document::Document;
use crate::manifest::live;
use crate::manifest::workload::{Classification, CronJob, Object, classify};
use crate::mask;
use crate::neighbours::Neighbours;
use crate::policy::config::Config;
use crate::project::contents::MAX_BYTES;
use crate::project::selection::Selection;
use crate::project::settings::Settings;
use crate::rules::syntax_error;
use crate::text::phrases::count;
use crate::text::source::{STDIN, Source};
use crate::time::calendar::Calendar;

/// More places than this are counted.
const MAX_PLACES: usize = 6;

/// The manifests of some paths.
#[derive(Default)]
pub(crate) struct Manifests {
    /// What could be read, sorted by file.
    documents: Vec<Document>,
    /// What could not, and what was skipped.
    outcome: Outcome,
    /// What stands around the objects.
    neighbours: Neighbours,
}

/// Returns settings without any configuration, with which files are read and not checked.
pub(crate) fn reading_only(exclude: &[String]) -> Result<Settings, String> {
    let rules = Selection {
        no_config: true,
        select: vec![syntax_error::RULE.meta.id.to_owned()],
        exclude: exclude.to_vec(),
        ..Selection::default()
    };
    Settings::new(&rules).map_err(|error| error.to_string())
}

impl Manifests {
    /// Reads them without any configuration. What cannot be read is said on standard error, with its place.
    pub(crate) fn read(paths: &[PathBuf], rendered: Option<&Rendered<'_>>) -> Result<Self, String> {
        let settings = reading_only(&[])?;
        let inputs = Inputs { paths, stdin_filename: STDIN, own: None, max_size: MAX_BYTES, rendered };
        let found = Mutex::new(Manifests::default());
        let add = |outcome, documents: Vec<Document>| {
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            found.outcome.add(outcome);
            documents.iter().for_each(|it| found.neighbours.collect_all(it));
            found.documents.extend(documents.into_iter().filter(has_objects));
        };
        inputs::read(&inputs, &settings, &|input, content| match content.text(input) {
            Err(outcome) => add(*outcome, Vec::new()),
            Ok(source) => {
                let (outcome, documents) = survey_input(input, source, &settings);
                add(outcome, documents);
            }
        });
        if let Some(rendered) = rendered {
            let survey = |manifest: &Manifest, config: &Config| survey(manifest, config).into();
            let keep = |documents| add(Outcome::default(), documents);
            add(rendered.each(&settings, &survey, &keep), Vec::new());
        }
        let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        found
            .documents
            .sort_by(|left, right| (&left.source.name, left.index).cmp(&(&right.source.name, right.index)));
        found.outcome.sort();
        found.neighbours.sort();
        let _ = io::stderr().write_all(&excerpts(&found.outcome)?);
        Ok(found)
    }

    /// Returns the Jobs and CronJobs, without those that a controller made.
    pub(crate) fn objects(&self) -> Vec<Object<'_>> {
        live::own_objects(&self.documents).collect()
    }

    /// Returns what stands around the Jobs and CronJobs.
    pub(crate) fn neighbours(&self) -> &Neighbours {
        &self.neighbours
    }

    /// Names what was skipped unread for a reason, in brackets.
    fn names(&self, reason: SkipReason) -> String {
        let skipped = self.outcome.skipped.iter().filter(|it| it.reason == reason);
        let names: Vec<String> = skipped.map(|it| it.file.clone()).collect();
        if names.is_empty() { String::new() } else { format!(" ({})", places(&names)) }
    }

    /// Returns a text about the objects without the credentials that are in their files.
    pub(crate) fn hide_secrets(&self, text: String) -> String {
        mask::hide_in_output(text, &self.documents)
    }

    /// Whether something could not be read.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.outcome.unread > 0
    }

    /// Returns how a run ends that uses all that could be read.
    pub(crate) fn exit(&self) -> Exit {
        if self.is_incomplete() { Exit::Failure } else { Exit::Clean }
    }

    /// Says on standard error what is not in the output: `left_out`, and what was not taken in at all. `hint` is for what
    /// `--render` would take in.
    pub(crate) fn print_left_out(&self, mut left_out: Vec<String>, hint: &str) {
        let counts =
            |reason: &SkipReason| !matches!(reason, SkipReason::OtherKind | SkipReason::NotKubernetes);
        let skipped = self.outcome.skip_counts.iter().filter(|(reason, _)| counts(reason));
        left_out.extend(skipped.map(|(reason, number)| reason.describe(*number) + &self.names(*reason)));
        if self.is_incomplete() {
            left_out.push(format!("{} that could not be read", count(self.outcome.unread, "input")));
        }
        if !left_out.is_empty() {
            let hint = if self.outcome.can_render { hint } else { "" };
            note(&format!("skipped: {}{hint}", left_out.join(", ")));
        }
    }
}

/// Reads the documents of an input, and returns what of it cannot be read or is skipped.
fn survey_input(input: &Input<'_>, source: Source, settings: &Settings) -> (Outcome, Vec<Document>) {
    let (outcome, documents) = survey_all(input, source, settings);
    match input.skipped_foreign(&outcome) {
        Some(skipped) => (skipped, Vec::new()),
        None => (outcome, documents),
    }
}

/// Does the same for an input whose objects count, whether or not they are Jobs and CronJobs.
pub(crate) fn survey_all(input: &Input<'_>, source: Source, settings: &Settings) -> (Outcome, Vec<Document>) {
    let Some(config) = settings.config(input.path) else {
        return (Outcome { unread: 1, ..Outcome::default() }, Vec::new());
    };
    let manifest = read(source);
    let mut outcome = survey(&manifest, &config);
    outcome.can_render |= input.can_render;
    let documents = if manifest.is_template() { Vec::new() } else { manifest.documents };
    (outcome, documents)
}

/// Whether a document has a Job or CronJob.
fn has_objects(document: &Document) -> bool {
    document.objects().any(|node| matches!(classify(node), Classification::Object(_)))
}

/// Splits off the CronJobs whose schedule the API server rejects.
pub(crate) fn split_rejected(objects: Vec<Object<'_>>) -> (Vec<CronJob<'_>>, Vec<Object<'_>>) {
    let is_rejected = |it: &Object<'_>| it.cron_job().is_some_and(|it| Calendar::for_cron_job(it).is_none());
    let (without, with): (Vec<_>, Vec<_>) = objects.into_iter().partition(is_rejected);
    (without.into_iter().filter_map(Object::cron_job).collect(), with)
}

/// Counts CronJobs with a rejected schedule, and says where they are; `None` if there are none.
pub(crate) fn describe_rejected(rejected: &[CronJob<'_>]) -> Option<String> {
    let place = |it: &CronJob<'_>| {
        let source = &it.object.node.document.source;
        format!("{}:{}", source.name, source.positions(it.schedule().span()).0.line)
    };
    let lines: Vec<String> = rejected.iter().map(place).collect();
    let cron_jobs = count(rejected.len(), "CronJob");
    (!rejected.is_empty()).then(|| format!("{cron_jobs} with a rejected schedule ({})", places(&lines)))
}

/// Lists the first few of some places.
fn places(all: &[String]) -> String {
    let mut listed: Vec<String> = all.iter().take(MAX_PLACES).cloned().collect();
    listed.extend((all.len() > MAX_PLACES).then(|| format!("{} more", all.len() - MAX_PLACES)));
    phrases::list(&listed)
}
