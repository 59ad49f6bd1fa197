//! Scripts that a chart's ConfigMaps hold: Jobs in other documents run them, and files of the chart have their text.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::finding::{Finding, Label};
use crate::engine::read::{Manifest, read_until};
use crate::manifest::document::{Document, Node};
use crate::manifest::workload::{Classification, classify};
use crate::project::open::read_own_text;
use crate::project::paths::charts_around;
use crate::project::walk::files;
use crate::text::source::Source;
use crate::text::span::Span;

/// The most bytes of ConfigMaps that the Jobs of a rendering are read with: a large one can be there for many of them.
pub(super) const MAX_JOINED: usize = 4 * 1024 * 1024;

/// The most bytes of a file of a chart that can be a script: more than a ConfigMap holds are none.
const MAX_FILE: u64 = 1024 * 1024;

/// The ConfigMaps of a rendering, by their names.
pub(super) struct ScriptMaps<'r>(HashMap<&'r str, Vec<&'r Source>>);

/// Which ConfigMaps stand behind a document, by where each starts.
pub(super) struct Joined(Vec<(usize, String)>);

impl<'r> ScriptMaps<'r> {
    /// Finds them among the documents of a rendering.
    pub(super) fn of(documents: impl Iterator<Item = &'r Manifest>) -> Self {
        let mut maps = ScriptMaps(HashMap::new());
        for manifest in documents {
            let [document] = manifest.documents.as_slice() else { continue };
            let (root, name) = (document.root(), document.root().field("metadata.name").text());
            if let Some(name) =
                name.filter(|_| root.field("kind").is("ConfigMap") && root.get("data").is_some())
            {
                maps.0.entry(name).or_default().push(&manifest.source);
            }
        }
        maps
    }

    /// Reads a document together with the ConfigMaps that the volumes of its Jobs name, as long as there are bytes `left`; returns
    /// `None` if they name none.
    pub(super) fn join(&self, manifest: &Manifest, left: &mut usize) -> Option<(Manifest, Joined)> {
        let is_job = |it: Node<'_>| matches!(classify(it), Classification::Object(_));
        let with_jobs = manifest.documents.iter().filter(|it| it.objects().any(is_job));
        let volumes = with_jobs.flat_map(Document::all).filter(|it| it.key() == Some("configMap"));
        let names: BTreeSet<&str> = volumes.filter_map(|it| it.get("name")?.text()).collect();
        let source = &manifest.source;
        let (mut text, mut parts) = (source.text.clone(), Vec::new());
        for map in names.iter().filter_map(|name| self.0.get(name)).flatten() {
            if map.text.len() <= *left {
                *left -= map.text.len();
                text.push_str(if text.ends_with('\n') { "---\n" } else { "\n---\n" });
                parts.push((text.len(), map.name.clone()));
                text.push_str(&map.text);
            }
        }
        let end = source.text.len();
        (!parts.is_empty()).then(|| (read_until(source.with_text(text), end), Joined(parts)))
    }
}

impl Joined {
    /// Gives a finding in one of the ConfigMaps its place in the document of that, whose name it returns.
    pub(super) fn enter(&self, finding: &mut Finding) -> Option<&str> {
        let behind = self.0.partition_point(|(start, _)| *start <= finding.place.span.start as usize);
        let (start, name) = self.0.get(behind.checked_sub(1)?)?;
        let end = self.0.get(behind).map_or(usize::MAX, |(start, _)| *start);
        let moved = |span: Span| {
            let range = span.range();
            (range.start >= *start && range.end < end)
                .then(|| Span::new(range.start - start, range.end - start))
        };
        finding.place.span = moved(finding.place.span)?;
        finding.related.retain_mut(|Label { place, .. }| {
            let span = moved(place.span);
            place.span = span.unwrap_or(place.span);
            span.is_some()
        });
        finding.document = 0;
        Some(name)
    }
}

/// The files of charts that templates can put into ConfigMaps.
pub(super) struct ChartFiles<'n> {
    /// Gives a file the name that it is shown with.
    name_of: &'n (dyn Fn(&Path) -> String + Sync),
    /// By the directory of the chart, once someone has asked.
    of_charts: HashMap<PathBuf, Vec<Arc<Source>>>,
}

impl<'n> ChartFiles<'n> {
    /// Reads none yet.
    pub(super) fn new(name_of: &'n (dyn Fn(&Path) -> String + Sync)) -> Self {
        ChartFiles { name_of, of_charts: HashMap::new() }
    }

    /// Returns the files of the chart that a template belongs to, without templates and other charts.
    pub(super) fn of(&mut self, template: &Path) -> &[Arc<Source>] {
        let Some(chart) = charts_around(template).next() else { return &[] };
        let name_of = self.name_of;
        self.of_charts.entry(chart.to_owned()).or_insert_with(|| {
            let others = [chart.join("templates"), chart.join("charts")];
            let is_own = |directory: &Path| !others.iter().any(|it| it == directory);
            let found = files(&[&chart.to_owned()], &|_| true, &is_own);
            let read = |path: PathBuf| {
                let text = read_own_text(&path, MAX_FILE).ok()?;
                Some(Arc::new(Source::new(name_of(&path), text)))
            };
            found.into_iter().filter_map(read).collect()
        })
    }
}
