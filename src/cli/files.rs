//! Checks the files of a run. One that cannot be read is a finding, never the end of the run.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::chart_templates;
use super::fix::{FixRequest, Writer};
use super::inputs::{self, Content, Input, Inputs, LongContent};
use super::instructions;
use super::manifests::survey_all;
use super::render::RenderPlan;
use crate::diagnostic::comparison::Comparison;
use crate::engine::lint::{lint_by, lint_manifest};
use crate::engine::outcome::{Outcome, SkipReason};
use crate::engine::pieces::{LongInput, Seen, lint_pieces};
use crate::engine::read::{Manifest, read};
use crate::engine::run::Run;
use crate::engine::unchecked::unreadable;
use crate::manifest::document::{Document, Unreadable};
use crate::manifest::workload::{Classification, classify};
use crate::neighbours::Neighbours;
use crate::policy::config::Config;
use crate::project::contents::MAX_BYTES;
use crate::project::open::read_own_text;
use crate::project::paths::without_os_code;
use crate::project::settings::Settings;
use crate::report::Pictures;
use crate::rewrite::diff::diff;
use crate::text::source::Source;
use crate::text::terminal::escape;

/// What came out of a run.
#[derive(Default)]
pub(crate) struct Checked {
    /// The findings, after fixes where they were applied.
    pub(crate) outcome: Outcome,
    /// How the findings compare with known ones, if someone asked.
    pub(crate) comparison: Option<Comparison>,
    /// The files that were looked into, in no set order.
    pub(crate) files: Vec<String>,
    /// How many fixes were applied, or findings suppressed.
    pub(crate) changes: usize,
    /// What fixes would change, a text for each file, sorted.
    pub(crate) diffs: Vec<String>,
    /// What kept files from being changed, a sentence for each file, sorted; they are reported as they are.
    pub(crate) unwritten: Vec<String>,
    /// What `--with` names.
    pub(crate) neighbours: Neighbours,
    /// What a page draws, where there is to be one.
    pub(crate) pictures: Option<Pictures>,
}

/// Reads the objects of `--with`, which are not checked, and returns them with what cannot be read.
pub(crate) fn neighbours(inputs: &Inputs<'_>, settings: &Settings) -> (Neighbours, Outcome) {
    let found = Mutex::new((Neighbours::default(), Outcome::default()));
    inputs::read(inputs, settings, &|input, content| {
        let (outcome, documents) = match content.text(input) {
            Ok(source) => survey_all(input, source, settings),
            Err(outcome) => (*outcome, Vec::new()),
        };
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        documents.iter().for_each(|it| found.0.collect_all(it));
        found.1.add(outcome);
    });
    let (neighbours, mut outcome) = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcome.sort();
    (neighbours.everywhere(), outcome)
}

/// Checks all inputs; `fix_request` is what is to be changed in them, and `draws` whether their objects are to be drawn. The
/// `neighbours` belong to all of them.
pub(crate) fn check(
    inputs: &Inputs<'_>,
    settings: &Settings,
    fix_request: Option<&FixRequest>,
    draws: bool,
    neighbours: Neighbours,
) -> Checked {
    let (run, checked, writer) = Default::default();
    let plan = inputs.rendered.map(|it| &it.plan);
    let checker = Checker { settings, fix_request, draws, plan, writer, run, checked };
    inputs::read(inputs, settings, &|input, content| checker.take(input, content));
    if let Some(rendered) = inputs.rendered {
        let appliers = checker.run.lock().unwrap_or_else(PoisonError::into_inner).fleet.neighbours.appliers();
        let look = |manifest: &Manifest, config: &Config| {
            let mut run = lint_manifest(manifest, config);
            run.fleet.neighbours.add(appliers.clone());
            run
        };
        let outcome = rendered.each(settings, &look, &|documents| checker.draw(&documents));
        checker.add(outcome.into());
    }
    checker.add(settings.drain_config_errors().into());
    let Checker { run, checked, .. } = checker;
    let mut run = run.into_inner().unwrap_or_else(PoisonError::into_inner);
    run.fleet.neighbours.add(neighbours.clone());
    instructions::collect(inputs.paths, &mut run);
    let outcome = run.finish();
    let mut checked =
        Checked { outcome, neighbours, ..checked.into_inner().unwrap_or_else(PoisonError::into_inner) };
    checked.diffs.sort();
    checked.unwritten.sort();
    checked.pictures.iter_mut().for_each(Pictures::sort);
    checked
}

/// What a run is asked to do and what has come out so far.
struct Checker<'c> {
    settings: &'c Settings,
    fix_request: Option<&'c FixRequest>,
    draws: bool,
    /// What is rendered.
    plan: Option<&'c RenderPlan>,
    writer: Writer,
    run: Mutex<Run>,
    checked: Mutex<Checked>,
}

impl Checker<'_> {
    fn take(&self, input: &Input<'_>, content: Content) {
        if content.is_file() {
            self.with(|checked| checked.files.push(input.name.to_owned()));
        }
        if let Content::Skipped(SkipReason::Template, _) = &content {
            self.add(chart_templates::unknown_hooks(input.path, input.name, self.settings).into());
        }
        if matches!(content, Content::Rendered)
            && self.plan.is_some_and(|it| it.is_only_in_overlay(input.path))
        {
            self.with_neighbours(input);
        }
        self.add(match content {
            Content::Long(content) if self.fix_request.is_none() => self.long(input, content),
            content => match content.text(input) {
                Ok(source) => self.text(input, source),
                Err(outcome) => (*outcome).into(),
            },
        });
    }

    /// Keeps what a part of an overlay says about the files that are checked alone, such as which of them Flux applies.
    fn with_neighbours(&self, input: &Input<'_>) {
        let Ok(text) = read_own_text(input.path, MAX_BYTES) else { return };
        let (manifest, mut run) = (read(Source::new(input.name, text)), Run::default());
        let neighbours = &mut run.fleet.neighbours;
        neighbours.collect_commands(&manifest.source);
        let is_other = |it| matches!(it, Classification::OtherKind | Classification::NotKubernetes);
        for (index, node) in manifest.documents.iter().flat_map(Document::numbered_objects) {
            if is_other(classify(node)) {
                neighbours.collect(node, index);
            }
        }
        self.add(run);
    }

    /// Checks what is too long to be read as a whole.
    fn long(&self, input: &Input<'_>, content: LongContent) -> Run {
        let path = Path::new(input.name);
        let Some(config) = self.settings.config(path) else { return Outcome::for_misconfigured().into() };
        let LongContent { whole, first, mut rest } = content;
        let long_input = LongInput { whole, first, rest: &mut rest, limit: MAX_BYTES as usize };
        let (mut all, mut items) = (Pictures::default(), Pictures::default());
        let run = lint_pieces(long_input, &config, &mut |seen| match seen {
            _ if !self.draws => {}
            Seen::Document(document) => all.take(std::slice::from_ref(document)),
            Seen::Item(document) => items.take(std::slice::from_ref(document)),
            Seen::ListEnd(is_list) => {
                let items = std::mem::take(&mut items);
                if is_list {
                    all.append(items);
                }
            }
        });
        match run {
            Err(Unreadable::Failed(error)) => unreadable(input.name, &without_os_code(&error)).into(),
            Err(Unreadable::NotText(reason)) => unreadable(input.name, &reason).into(),
            Ok(mut run) => {
                run.outcome.can_render |= input.can_render;
                if self.draws && !run.outcome.skip_counts.contains_key(&SkipReason::Template) {
                    self.with(|checked| checked.pictures.get_or_insert_default().append(all));
                }
                run
            }
        }
    }

    fn text(&self, input: &Input<'_>, source: Source) -> Run {
        let path = Path::new(input.name);
        let Some(config) = self.settings.config(path) else { return Outcome::for_misconfigured().into() };
        let changed = self.fix_request.and_then(|it| self.change(input.path, &source, &config, it));
        let mut run = changed.unwrap_or_else(|| {
            let manifest = Arc::new(read(source));
            if !manifest.is_template() {
                self.draw(&manifest.documents);
            }
            lint_by(&manifest, &config)
        });
        if let Some(skipped) = input.skipped_foreign(&run.outcome) {
            run = skipped.into();
        }
        run.outcome.can_render |= input.can_render;
        run
    }

    /// Applies fixes to a text, or suppresses what is found in it, and writes or shows what that changes. Returns what is found
    /// then; `None` if the file cannot be written.
    fn change(&self, path: &Path, source: &Source, config: &Config, fix_request: &FixRequest) -> Option<Run> {
        let Source { name, text, .. } = source;
        let changed = fix_request.change.apply(source, config);
        let is_other = changed.text != *text;
        if fix_request.write
            && is_other
            && let Err(error) = self.writer.write(path, &changed.text)
        {
            let why = format!("{}: it cannot be written: {}", escape(name), without_os_code(&error));
            self.with(|checked| checked.unwritten.push(why));
            return None;
        }
        if self.draws {
            self.draw(&read(source.changed(changed.text.as_str())).documents);
        }
        if is_other {
            self.with(|checked| {
                checked.changes += changed.count;
                if !fix_request.write {
                    checked.diffs.push(diff(name, text, &changed.text, &changed.between));
                }
            });
        }
        Some(changed.run)
    }

    fn draw(&self, documents: &[Document]) {
        if self.draws {
            self.with(|checked| checked.pictures.get_or_insert_default().take(documents));
        }
    }

    fn add(&self, run: Run) {
        self.run.lock().unwrap_or_else(PoisonError::into_inner).add(run);
    }

    fn with(&self, change: impl FnOnce(&mut Checked)) {
        change(&mut self.checked.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
