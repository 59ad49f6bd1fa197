//! `--render`: charts and overlays are judged as the user's `helm` and `kustomize` make them.
#![expect(clippy::disallowed_methods, reason = "the files that something is made of are read here")]

mod plan;
mod tool;

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::files::display;
use super::settings::Settings;
use crate::config::read::Mistake;
use crate::document;
use crate::lint::{Outcome, lint, lint_fleet, misconfigured};
use crate::render::{Alignment, Rendering, SUFFIX, merge, overlay, parts, to_template};
use crate::source::Source;
use crate::span::Span;

pub(super) use plan::Plan;
use tool::Failure;

/// One set of value files, which a chart is rendered with: `a.yaml,b.yaml`.
#[derive(Clone, Debug, Default)]
pub(super) struct ValueSet(Vec<PathBuf>);

impl ValueSet {
    /// Reads `a.yaml,b.yaml`.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        match text.split(',').any(str::is_empty) {
            true => Err("a value set is `FILE` or `FILE,FILE`".to_owned()),
            false => Ok(ValueSet(text.split(',').map(PathBuf::from).collect())),
        }
    }

    fn label(&self) -> String {
        self.0.iter().map(|file| format!("`{}`", display(file))).collect::<Vec<_>>().join(" and ")
    }
}

/// What a run is to render, and how.
#[derive(Debug)]
pub(super) struct Rendered {
    pub(super) plan: Plan,
    pub(super) values: Vec<ValueSet>,
}

impl Rendered {
    /// Looks for charts and kustomizations.
    pub(super) fn new(paths: &[PathBuf], values: &[ValueSet]) -> Self {
        let values = if values.is_empty() { vec![ValueSet::default()] } else { values.to_vec() };
        Rendered { plan: Plan::of(paths), values }
    }

    /// Renders everything and judges it, several at a time.
    pub(super) fn check(&self, settings: &Settings) -> Outcome {
        let charts: Vec<_> = self.plan.charts.iter().collect();
        let mut outcome = Outcome::default();
        for found in in_parallel(&charts, &|chart| self.chart(chart, settings)) {
            outcome.add(found);
        }
        let overlays: Vec<_> = self.plan.overlays.iter().collect();
        let built = in_parallel(&overlays, &|(folder, files)| Rendering {
            label: format!("`{}`", display(folder)),
            outcome: build(folder, files, settings),
        });
        outcome.add(merge(built));
        outcome
    }

    /// Renders a chart once for each value set.
    fn chart(&self, chart: &Path, settings: &Settings) -> Outcome {
        let renderings = self
            .values
            .iter()
            .map(|values| Rendering { label: values.label(), outcome: template(chart, values, settings) });
        merge(renderings.collect())
    }
}

/// Judges a chart as `helm template` renders it.
fn template(chart: &Path, values: &ValueSet, settings: &Settings) -> Outcome {
    let file = chart.join("Chart.yaml");
    let Some(config) = settings.config_for(&display(&file)) else { return unjudged() };
    let version = format!("v{}.0", config.assumptions.kubernetes_version);
    let chart_argument = absolute(chart);
    let mut arguments = vec![OsStr::new("template"), chart_argument.as_os_str()];
    // Nobody says where it will be installed: a name as made up as Helm's `release-name`, not `default`.
    arguments.extend(["--namespace", "release-namespace", "--kube-version", &version].map(OsStr::new));
    for values in &values.0 {
        arguments.extend([OsStr::new("--values"), values.as_os_str()]);
    }
    let output = match tool::run("helm", &arguments) {
        Ok(output) => output,
        Err(Failure::Missing) => {
            let message = "the chart is not judged: `--render` needs `helm`, which is not on the `PATH`";
            return refused(&file, message.to_owned());
        }
        Err(Failure::Failed(message)) => {
            return refused(&file, format!("the chart is not judged: {message}"));
        }
    };
    let mut outcome = Outcome::default();
    let mut templates: HashMap<String, Arc<Source>> = HashMap::new();
    for part in parts(&output) {
        // Helm puts the name of the chart before the paths in it.
        let path = part.file.split_once('/').map_or(part.file, |(_, path)| path);
        let name = display(&chart.join(path));
        let Some(config) = settings.config_for(&name) else {
            outcome.add(unjudged());
            continue;
        };
        outcome.add(lint(Source::new(format!("{name}{SUFFIX}"), part.text), &config));
        templates.entry(name).or_insert_with_key(|name| {
            Arc::new(Source::new(name.as_str(), std::fs::read_to_string(name).unwrap_or_default()))
        });
    }
    lint_fleet(&mut outcome, &|name| settings.config_for(written(name)));
    let mut alignments: HashMap<*const Source, Alignment> = HashMap::new();
    for finding in outcome.findings.iter_mut().chain(&mut outcome.suppressed) {
        let rendered = finding.source.clone();
        let Some(template) = templates.get(written(&rendered.name)) else { continue };
        let aligned = alignments.entry(Arc::as_ptr(&rendered));
        let aligned = aligned.or_insert_with(|| Alignment::new(&template.text, &rendered.text));
        to_template(finding, template, aligned);
    }
    outcome
}

/// Judges what `kustomize build` makes of a folder.
fn build(folder: &Path, files: &[PathBuf], settings: &Settings) -> Outcome {
    let file = plan::kustomization(folder).map_or_else(|| folder.to_owned(), |(file, _)| file);
    let name = display(&file);
    let Some(config) = settings.config_for(&name) else { return unjudged() };
    let place = absolute(folder);
    let build = || tool::run("kustomize", &[OsStr::new("build"), place.as_os_str()]);
    let with_kubectl = || tool::run("kubectl", &[OsStr::new("kustomize"), place.as_os_str()]);
    let output = match build() {
        Err(Failure::Missing) => with_kubectl(),
        other => other,
    };
    let output = match output {
        Ok(output) => output,
        Err(Failure::Missing) => {
            let message = "the kustomization is not judged: `--render` needs `kustomize` or `kubectl`, and neither is on \
                           the `PATH`";
            return refused(&file, message.to_owned());
        }
        Err(Failure::Failed(message)) => {
            return refused(&file, format!("the kustomization is not judged: {message}"));
        }
    };
    let rendered = Source::new(format!("{name}{SUFFIX}"), output);
    let mut outcome = lint(rendered, &config);
    let rendered = outcome.judged.first().map(|it| document::read(&it.source).documents).unwrap_or_default();
    let read =
        |path: &PathBuf| Some(Arc::new(Source::new(display(path), std::fs::read_to_string(path).ok()?)));
    let origins: Vec<_> =
        files.iter().filter_map(read).flat_map(|it| document::read(&it).documents).collect();
    lint_fleet(&mut outcome, &|_| Some(config.clone()));
    for finding in outcome.findings.iter_mut().chain(&mut outcome.suppressed) {
        overlay::to_origin(finding, &rendered, &origins);
    }
    outcome
}

/// Returns the name of the file that something was made of.
fn written(rendered: &str) -> &str {
    rendered.strip_suffix(SUFFIX).unwrap_or(rendered)
}

/// What comes of something whose configuration is broken, which is said where that is.
fn unjudged() -> Outcome {
    Outcome { unread: 1, ..Outcome::default() }
}

/// Says at the file that asks for it why something is not rendered.
fn refused(file: &Path, message: String) -> Outcome {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let line = text.find('\n').unwrap_or(text.len());
    let source = Arc::new(Source::new(display(file), text));
    misconfigured(&source, vec![Mistake { span: Span::new(0, line), message }])
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
