//! What there is to render: charts, and kustomizations that no other one takes in.

use crate::project::kustomization::kustomization;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::manifest::document;
use crate::manifest::document::{Document, Node};
use crate::manifest::kustomization::FILE_NAMES;
use crate::project::contents::MAX_BYTES;
use crate::project::entry::{EntryKind, WalkEntry};
use crate::project::open::read_own_text;
use crate::project::paths::{charts_around, normalize};
use crate::project::walk::walk;
use crate::render::overlay::Kustomization;
use crate::text::source::Source;

/// What is to be rendered, by its directory as it is to be shown.
#[derive(Debug, Default)]
pub(crate) struct RenderPlan {
    pub(crate) charts: BTreeSet<PathBuf>,
    /// Kustomizations, with the files that they are made of.
    pub(crate) overlays: BTreeMap<PathBuf, OverlayFiles>,
    /// The files of all overlays and what makes them, as absolute paths.
    covered: HashSet<PathBuf>,
}

/// What a kustomization and its bases are made of.
#[derive(Debug, Default)]
pub(crate) struct OverlayFiles {
    /// Files with objects: resources, then patches.
    pub(crate) objects: Vec<PathBuf>,
    /// Files that become values of ConfigMaps.
    pub(crate) generated: Vec<PathBuf>,
}

impl RenderPlan {
    /// Looks through the paths of a run, but for what is excluded and nobody named.
    pub(crate) fn find(paths: &[PathBuf], excludes: &dyn Fn(&Path) -> bool) -> Self {
        let mut plan = RenderPlan::default();
        let mut found: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
        let paths: Vec<_> = paths.iter().filter(|path| path.as_os_str() != "-").collect();
        let is_wanted = |path: &Path| {
            let name = path.file_name().unwrap_or_default();
            name == "Chart.yaml" || FILE_NAMES.iter().any(|known| name == *known)
        };
        let entries = Mutex::new(Vec::new());
        let keep = |entry: &WalkEntry| {
            if matches!(entry.kind, EntryKind::File) {
                entries.lock().unwrap_or_else(PoisonError::into_inner).push(entry.clone());
            }
            true
        };
        walk(&paths, &is_wanted, &keep);
        for WalkEntry { path, is_named, .. } in entries.into_inner().unwrap_or_else(PoisonError::into_inner) {
            let directory = shown(path.parent().unwrap_or(&path));
            if !is_named && excludes(&path) {
                continue;
            }
            if path.file_name().is_some_and(|name| name == "Chart.yaml") {
                plan.add_chart(directory);
            } else if is_wanted(&path) {
                found.insert(key(directory), directory.to_owned());
            } else {
                charts_with(&path).for_each(|it| plan.add_chart(it));
                found.extend(overlays_with(&path).map(|it| (key(it), it.to_owned())));
            }
        }
        let mut taken_in = HashSet::new();
        for directory in found.values() {
            let Some((file, kustomization)) = kustomization(directory) else { continue };
            plan.covered.insert(key(&file));
            taken_in.extend(kustomization.resources.iter().map(|it| key(&directory.join(it))));
            if kustomization.is_component {
                taken_in.insert(key(directory));
            }
        }
        for (key, directory) in found.iter().filter(|(key, _)| !taken_in.contains(*key)) {
            let files = collect(directory, &mut HashSet::from([key.clone()]));
            plan.covered.extend(files.objects.iter().map(|it| self::key(it)));
            plan.overlays.insert(directory.clone(), files);
        }
        plan
    }

    /// Takes in what is wanted of another plan.
    pub(crate) fn extend(&mut self, other: RenderPlan, is_wanted: impl Fn(&Path) -> bool) {
        self.charts.extend(other.charts.into_iter().filter(|directory| is_wanted(directory)));
        for (directory, files) in other.overlays.into_iter().filter(|(directory, _)| is_wanted(directory)) {
            self.covered.extend(files.objects.iter().map(|file| key(file)));
            self.overlays.insert(directory, files);
        }
    }

    /// Whether a file is rendered with a chart or an overlay, so that it is not checked alone.
    pub(crate) fn covers(&self, path: &Path) -> bool {
        self.is_in_chart(path) || self.is_in_overlay(path)
    }

    /// Whether a file is a part of an overlay that is rendered, and what it says is known without that.
    pub(crate) fn is_only_in_overlay(&self, path: &Path) -> bool {
        self.is_in_overlay(path) && !self.is_in_chart(path)
    }

    fn is_in_chart(&self, path: &Path) -> bool {
        charts_around(path).any(|chart| self.charts.contains(&root_of(chart)))
    }

    fn is_in_overlay(&self, path: &Path) -> bool {
        !self.covered.is_empty() && self.covered.contains(&key(path))
    }

    fn add_chart(&mut self, directory: &Path) {
        let chart = root_of(directory);
        // A library has nothing to install.
        let text = read_own_text(&chart.join("Chart.yaml"), MAX_BYTES).unwrap_or_default();
        let stream = document::read(&Arc::new(Source::new("", text)));
        let root = stream.documents.first().map(Document::root);
        let kind = root.and_then(|root| root.get("type")).and_then(Node::text);
        if kind != Some("library") {
            self.charts.insert(chart);
        }
    }
}

/// Returns the chart that a chart is a dependency of, or the chart itself.
fn root_of(chart: &Path) -> PathBuf {
    let parent = chart.parent().filter(|parent| parent.file_name().is_some_and(|name| name == "charts"));
    match parent.and_then(Path::parent).filter(|parent| is_chart(parent)) {
        Some(parent) => root_of(parent),
        None => shown(chart).to_owned(),
    }
}

fn is_chart(directory: &Path) -> bool {
    directory.join("Chart.yaml").is_file()
}

/// Returns the charts that a file is a part of: it lies in a chart's directory, as `values.yaml` does, or below its
/// `templates` or `charts`.
fn charts_with(file: &Path) -> impl Iterator<Item = &Path> {
    directories_of(file).filter(move |directory| {
        let inside = file.strip_prefix(directory).unwrap_or(file);
        let is_part = |name: &str| inside.starts_with(name);
        is_chart(directory) && (inside.components().count() == 1 || is_part("templates") || is_part("charts"))
    })
}

/// Returns the kustomizations that a file is a part of: it lies in the directory of one, or is named in one above it.
fn overlays_with(file: &Path) -> impl Iterator<Item = &Path> {
    directories_of(file).filter(move |directory| {
        let is_named = |it: &Kustomization| it.files().any(|named| key(&directory.join(named)) == key(file));
        kustomization(directory)
            .is_some_and(|(_, it)| file.parent().map(shown) == Some(directory) || is_named(&it))
    })
}

/// Returns the directories around a file, the nearest first.
fn directories_of(file: &Path) -> impl Iterator<Item = &Path> {
    file.ancestors().skip(1).map(shown)
}

/// Returns a directory as it is to be shown.
fn shown(directory: &Path) -> &Path {
    if directory.as_os_str().is_empty() { Path::new(".") } else { directory }
}

/// Something that a kustomization names, with its path.
enum Part {
    Resource(PathBuf),
    Patch(PathBuf),
    Generated(PathBuf),
}

/// Collects the files that a kustomization is made of, those of its bases too. A base may have a base in turn, however
/// often.
fn collect(directory: &Path, seen: &mut HashSet<PathBuf>) -> OverlayFiles {
    let (mut files, mut patches) = (OverlayFiles::default(), Vec::new());
    let mut waiting = named_parts(directory);
    while let Some(part) = waiting.pop() {
        match part {
            Part::Patch(path) if path.is_file() => patches.push(path),
            Part::Resource(path) if path.is_file() => files.objects.push(path),
            Part::Generated(path) if path.is_file() => files.generated.push(path),
            Part::Resource(path) if path.is_dir() && seen.insert(key(&path)) => {
                waiting.append(&mut named_parts(&path));
            }
            _ => {}
        }
    }
    files.objects.append(&mut patches);
    files
}

/// Returns what the kustomization of a directory names, the first part last.
fn named_parts(directory: &Path) -> Vec<Part> {
    let Some((_, kustomization)) = kustomization(directory) else { return Vec::new() };
    let path = |name: &String| normalize(&directory.join(name));
    let resources = kustomization.resources.iter().map(|it| Part::Resource(path(it)));
    let patches = kustomization.patches.iter().map(|it| Part::Patch(path(it)));
    let generated = kustomization.generated.iter().map(|it| Part::Generated(path(it)));
    let mut parts: Vec<_> = resources.chain(patches).chain(generated).collect();
    parts.reverse();
    parts
}

/// Returns what makes two ways of writing a path the same.
fn key(path: &Path) -> PathBuf {
    normalize(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}
