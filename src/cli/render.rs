//! `--render`: charts and overlays are checked as the user's `helm` and `kustomize` make them.

mod danger;
mod output;
mod plan;
mod scripts;
mod tool;

use crate::cli::chart_templates::unknown_hooks_of;
use crate::cli::options::ValueSet;
use crate::project::kustomization::kustomization;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::diagnostic::finding::Finding;
use crate::engine::outcome::Outcome;
use crate::engine::read::{Manifest, read};
use crate::engine::rule_set::RuleSet;
use crate::engine::run::Run;
use crate::engine::unchecked::unreadable_part;
use crate::manifest::document::{self, Document};
use crate::neighbours::Neighbours;
use crate::policy::config::Config;
use crate::project::contents::MAX_BYTES;
use crate::project::open::read_own_text;
use crate::project::paths::normalize;
use crate::project::settings::Settings;
use crate::render::{
    Alignment, Rendering, elsewhere_to_template, generated, merge, overlay, split_output, to_template,
};
use crate::text::source::Source;
use crate::text::span::Span;

pub(crate) use output::{Programs, Unit};
use plan::OverlayFiles;
pub(crate) use plan::RenderPlan;
use scripts::{ChartFiles, Joined, ScriptMaps};

/// Reads the name of a release, which Helm takes for a flag if it starts with `-` (Helm: `ValidateReleaseName`).
pub(crate) fn release_name(text: &str) -> Result<String, String> {
    let is_part = |it: &str| {
        let is_inner = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        !it.is_empty() && it.chars().all(is_inner) && !it.starts_with('-') && !it.ends_with('-')
    };
    if text.len() <= 53 && text.split('.').all(is_part) {
        Ok(text.to_owned())
    } else {
        Err("a release name must have at most 53 lower-case letters, digits, `-` and `.`".to_owned())
    }
}

/// Returns what comes out of something rendered.
pub(crate) type Look<'l> = dyn Fn(&Manifest, &Config) -> Run + Sync + 'l;

/// Returns what looks at the documents of a unit.
pub(crate) type LookAt<'l> = dyn Fn(&Unit) -> Box<Look<'l>> + Sync + 'l;

/// What a run is to render, and how.
pub(crate) struct Rendered<'a> {
    pub(crate) plan: RenderPlan,
    /// What renders it.
    pub(crate) programs: Programs,
    /// What belongs to all that is rendered.
    pub(crate) neighbours: Neighbours,
    /// Gives a file the name that it is shown with.
    name_of: &'a (dyn Fn(&Path) -> String + Sync),
}

impl<'a> Rendered<'a> {
    /// Looks for charts and kustomizations, but for those that the configuration excludes.
    pub(crate) fn new(
        paths: &[PathBuf],
        values: &[ValueSet],
        excludes: &dyn Fn(&Path) -> bool,
        name_of: &'a (dyn Fn(&Path) -> String + Sync),
    ) -> Self {
        let values = if values.is_empty() { vec![ValueSet::default()] } else { values.to_vec() };
        let programs = Programs::new(values);
        Rendered {
            plan: RenderPlan::find(paths, excludes),
            programs,
            neighbours: Neighbours::default(),
            name_of,
        }
    }

    /// Renders everything, several at a time, and gives what was rendered to `look`, then to `done`.
    ///
    /// Returns what came out, brought back to the files that people write.
    pub(crate) fn each(
        &self,
        settings: &Settings,
        look: &Look<'_>,
        done: &(dyn Fn(Vec<Document>) + Sync),
    ) -> Outcome {
        let mut outcome = self.each_by(settings, &|_| Box::new(look), done);
        for chart in &self.plan.charts {
            outcome.add(unknown_hooks_of(chart, self.name_of, settings));
        }
        outcome.sort();
        outcome
    }

    /// Does the same with what looks at each unit.
    pub(crate) fn each_by(
        &self,
        settings: &Settings,
        look_at: &LookAt<'_>,
        done: &(dyn Fn(Vec<Document>) + Sync),
    ) -> Outcome {
        let finish = |renderings| {
            let (outcome, documents) = merge(renderings);
            done(documents);
            outcome
        };
        let charts: Vec<_> = self.plan.charts.iter().collect();
        let chart = |chart: &&PathBuf| {
            let units = (0..self.programs.values.len()).map(|number| Unit::chart(chart, number));
            finish(units.map(|unit| self.template(&unit, settings, &*look_at(&unit))).collect())
        };
        let mut outcome = Outcome::default();
        in_parallel(&charts, &chart).into_iter().for_each(|found| outcome.add(found));
        let overlays: Vec<_> = self.plan.overlays.iter().collect();
        outcome.add(finish(in_parallel(&overlays, &|(directory, files)| {
            let unit = Unit::kustomization(directory);
            self.build(&unit, files, settings, &*look_at(&unit))
        })));
        outcome
    }

    /// Checks a chart as `helm template` renders it.
    fn template(&self, unit: &Unit, settings: &Settings, look: &Look<'_>) -> Rendering {
        let chart = unit.directory.as_path();
        let file = chart.join("Chart.yaml");
        let name = (self.name_of)(&file);
        let (_, output) = match self.output(unit, &file, &name, settings) {
            Ok(output) => output,
            Err(rendering) => return *rendering,
        };
        let mut run = Run::default();
        let mut templates: HashMap<String, (Arc<Source>, usize)> = HashMap::new();
        let mut pieces: Vec<RenderedDocument> = Vec::new();
        for part in split_output(&output) {
            // Helm puts the name of the chart before the paths in it.
            let file = match part.file.split_once('/') {
                Some((_, path)) => chart.join(path),
                None => file.clone(),
            };
            let name = (self.name_of)(&file);
            let Some(config) = settings.config(Path::new(&name)) else {
                run.outcome.unread += 1;
                continue;
            };
            let (template, documents) = templates.entry(name.clone()).or_insert_with(|| {
                // A chart says itself what its templates are called.
                let text = if is_below(&file, chart) {
                    read_own_text(&file, MAX_BYTES).unwrap_or_default()
                } else {
                    String::new()
                };
                (Arc::new(Source::new(name.as_str(), text)), 0)
            });
            *documents += 1;
            let mut source = Source::rendered(&name, *documents, part.text);
            source.template = Some(template.clone());
            let rendered = read(source);
            pieces.push(RenderedDocument {
                file,
                template: template.clone(),
                config,
                rendered,
                alignment: None,
            });
        }
        let (scripts, mut left) = (ScriptMaps::of(pieces.iter().map(|it| &it.rendered)), scripts::MAX_JOINED);
        let mut joined: HashMap<String, Joined> = HashMap::new();
        for RenderedDocument { config, rendered, .. } in &pieces {
            let Some((manifest, parts)) = scripts.join(rendered, &mut left) else {
                run.add(look(rendered, config));
                continue;
            };
            run.add(look(&manifest, config));
            joined.insert(rendered.source.name.clone(), parts);
        }
        run.fleet.neighbours.add(self.neighbours.clone());
        let mut outcome = run.finish();
        let by_name = pieces.iter().enumerate().map(|(at, it)| (it.rendered.source.name.clone(), at));
        let by_name: HashMap<String, usize> = by_name.collect();
        let mut files = ChartFiles::new(self.name_of);
        for findings in [&mut outcome.findings, &mut outcome.suppressed] {
            let mut seen = HashSet::new();
            findings.retain_mut(|finding| {
                let Some(&own) = by_name.get(&finding.source.name) else { return true };
                let parts = joined.get(&finding.source.name);
                let map = parts.and_then(|it| it.enter(finding)).and_then(|it| by_name.get(it).copied());
                let piece = &mut pieces[map.unwrap_or(own)];
                if map.is_none() || !piece.bring_to_file(finding, &mut files) {
                    piece.bring_to_template(finding);
                }
                for place in &mut finding.elsewhere {
                    let Some(&piece) = by_name.get(&place.source) else { continue };
                    let (template, alignment) = pieces[piece].aligned();
                    elsewhere_to_template(place, template, alignment);
                }
                // Several Jobs can run one script.
                map.is_none()
                    || seen.insert((finding.rule.id, finding.source.name.clone(), finding.place.span))
            });
        }
        let rendered = pieces.into_iter().flat_map(|piece| piece.rendered.documents).collect();
        let label = unit.values.map(|number| self.programs.values[number].label()).unwrap_or_default();
        Rendering { label, outcome, rendered, origins: Vec::new() }
    }

    /// Checks what `kustomize build` makes of a directory.
    fn build(&self, unit: &Unit, files: &OverlayFiles, settings: &Settings, look: &Look<'_>) -> Rendering {
        let folder = unit.directory.as_path();
        let file = kustomization(folder).map_or_else(|| folder.to_owned(), |(file, _)| file);
        let name = (self.name_of)(&file);
        let (config, output) = match self.output(unit, &file, &name, settings) {
            Ok(output) => output,
            Err(rendering) => return *rendering,
        };
        let rendered = read(Source::rendered(&name, 1, &*output));
        let mut run = look(&rendered, &config);
        run.fleet.neighbours.add(self.neighbours.clone());
        let mut outcome = run.finish();
        let read = |path: &PathBuf| {
            Some(Arc::new(Source::new((self.name_of)(path), read_own_text(path, MAX_BYTES).ok()?)))
        };
        let origins: Vec<_> =
            files.objects.iter().filter_map(read).flat_map(|it| document::read(&it).documents).collect();
        let generated: Vec<_> = files.generated.iter().filter_map(read).collect();
        // An excerpt would show the secrets that it makes.
        let kustomization = read(&file).map(|it| document::read(&it).documents).unwrap_or_default();
        let kustomization = kustomization.first().filter(|it| it.root().get("secretGenerator").is_none());
        for finding in outcome.findings.iter_mut().chain(&mut outcome.suppressed) {
            overlay::to_origin(finding, &rendered.documents, &origins, &generated, kustomization);
        }
        Rendering {
            label: format!("`{}`", (self.name_of)(folder)),
            outcome,
            rendered: rendered.documents,
            origins,
        }
    }

    /// Reports at the file that asks for it why something is not rendered.
    /// Returns what renders a unit, and the configuration of its file.
    fn output(
        &self,
        unit: &Unit,
        file: &Path,
        name: &str,
        settings: &Settings,
    ) -> Result<(Arc<RuleSet>, Arc<str>), Box<Rendering>> {
        let Some(config) = settings.config(Path::new(name)) else { return Err(Box::new(empty_rendering())) };
        match self.programs.output(unit, &config) {
            Ok(output) => Ok((config, output)),
            Err(message) => Err(Box::new(self.not_rendered(file, message))),
        }
    }

    fn not_rendered(&self, file: &Path, message: String) -> Rendering {
        let text = read_own_text(file, MAX_BYTES).unwrap_or_default();
        let line = text.find('\n').unwrap_or(text.len());
        let source = Arc::new(Source::new((self.name_of)(file), text));
        let outcome = unreadable_part(&source, Span::new(0, line), message);
        Rendering { outcome, ..Rendering::default() }
    }
}

/// A document that Helm made, and what of.
struct RenderedDocument {
    file: PathBuf,
    template: Arc<Source>,
    config: Arc<RuleSet>,
    rendered: Manifest,
    /// Made when first asked for.
    alignment: Option<Alignment>,
}

impl RenderedDocument {
    /// Returns the template, and which of its lines the rendered ones come from.
    fn aligned(&mut self) -> (&Arc<Source>, &Alignment) {
        let RenderedDocument { template, rendered, alignment, .. } = self;
        let made = || Alignment::new(&template.text, &rendered.source.text);
        (template, alignment.get_or_insert_with(made))
    }

    /// Brings a finding in the document back to the template.
    fn bring_to_template(&mut self, finding: &mut Finding) {
        let rendered = self.rendered.source.clone();
        let (template, alignment) = self.aligned();
        to_template(finding, template, &rendered, alignment);
    }

    /// Brings a finding in a ConfigMap back to the file of the chart that has the same text, if there is one.
    fn bring_to_file(&self, finding: &mut Finding, files: &mut ChartFiles<'_>) -> bool {
        let objects = self.rendered.documents.iter().flat_map(Document::objects);
        let files = files.of(&self.file);
        (finding.fix, finding.alternative) = (None, None);
        objects.into_iter().any(|object| generated::to_file(finding, object, files))
    }
}

/// What comes of something whose configuration is broken, which is said where that is.
fn empty_rendering() -> Rendering {
    Rendering { outcome: Outcome::for_misconfigured(), ..Rendering::default() }
}

/// Whether a path is below a directory, as both are written.
fn is_below(path: &Path, directory: &Path) -> bool {
    normalize(&absolute(path)).starts_with(normalize(&absolute(directory)))
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Does something with each item, on all processors; the results are in the order of the items.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: &(dyn Fn(&T) -> R + Sync)) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(items.len());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((index, item)) =
                    items.iter().enumerate().nth(next.fetch_add(1, Ordering::Relaxed))
                {
                    let result = work(item);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
