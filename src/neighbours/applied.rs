//! The directories whose objects Flux and Argo CD apply, as objects of these tools in the same files say.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diagnostic::elsewhere::Elsewhere;
use crate::manifest::document::Node;
use crate::neighbours::makers::is_kustomization;
use crate::text::placeholder::is_placeholder;

/// A path has at most so many parts, and a file stands in at most so many directories: longer ones are not followed.
const DEEPEST: usize = 32;

/// The longest path that is followed, in bytes.
const LONGEST: usize = 512;

/// So many overlays may be built on top of each other.
const MOST_OVERLAYS: usize = 4;

/// An object that makes a tool apply a directory.
#[derive(Debug)]
pub struct Applier {
    /// The tool.
    pub tool: &'static str,
    /// The place of the path in the object.
    pub place: Elsewhere,
}

/// The directories that tools apply.
#[derive(Clone, Debug, Default)]
pub(super) struct Applied {
    /// The paths as they are written, from the directory of the repository on.
    stated: Vec<(String, Arc<Applier>)>,
    /// What kustomizations build that stands outside of their directories, by these directories.
    bases: Vec<(String, String)>,
    /// The directories and files that are applied.
    covered: HashMap<String, Arc<Applier>>,
}

impl Applied {
    /// Adds what an object says about directories.
    pub(super) fn collect(&mut self, object: Node<'_>) {
        let version = object.get("apiVersion").and_then(Node::text).unwrap_or_default();
        let kind = object.get("kind").and_then(Node::text).unwrap_or_default();
        match (version.split('/').next().unwrap_or_default(), kind) {
            ("kustomize.toolkit.fluxcd.io", "Kustomization") => {
                self.state("Flux", object.field("spec").node())
            }
            ("argoproj.io", "Application") => self.state_sources(object.field("spec").node()),
            ("argoproj.io", "ApplicationSet") => {
                self.state_sources(object.field("spec.template.spec").node());
                for generator in object.field("spec.generators").items() {
                    let directories = generator.field("git.directories").items();
                    directories
                        .filter(|it| it.get("exclude").and_then(Node::boolean) != Some(true))
                        .for_each(|it| self.state("Argo CD", Some(it)));
                }
            }
            _ if is_kustomization(object) => self.collect_bases(object),
            _ => {}
        }
    }

    fn state_sources(&mut self, spec: Option<Node<'_>>) {
        let Some(spec) = spec else { return };
        self.state("Argo CD", spec.field("source").node());
        spec.field("sources").items().for_each(|it| self.state("Argo CD", Some(it)));
    }

    /// Adds the `path` of a mapping. A pattern stands for the directory above it; a whole repository is left out, because it may be
    /// another one.
    fn state(&mut self, tool: &'static str, node: Option<Node<'_>>) {
        let Some(node) = node.and_then(|it| it.get("path")) else { return };
        let Some(written) = node.text().filter(|it| it.len() <= LONGEST && !is_placeholder(it)) else {
            return;
        };
        let path = written
            .split_once('*')
            .map_or(written, |(before, _)| before.rsplit_once('/').map_or("", |it| it.0));
        let Some(path) = join("", path).filter(|it| !it.is_empty() && !it.starts_with("..")) else { return };
        let place = Elsewhere::of(&node.document.source, node.span());
        self.stated.push((path, Arc::new(Applier { tool, place })));
    }

    fn collect_bases(&mut self, object: Node<'_>) {
        let directory = directory(&object.document.source.name);
        let lists = ["resources", "bases", "components"].into_iter().flat_map(|it| object.field(it).items());
        let outside =
            lists.filter_map(|it| it.text()).filter(|it| it.starts_with("..") && it.len() <= LONGEST);
        for base in outside.filter_map(|it| join(directory, it)) {
            self.bases.push((directory.to_owned(), base));
        }
    }

    /// Adds what other files say.
    pub(super) fn add(&mut self, other: Applied) {
        self.stated.extend(other.stated);
        self.bases.extend(other.bases);
    }

    /// Finds the directories, whichever file was read first.
    pub(super) fn find(&mut self) {
        let place = |it: &Arc<Applier>| (it.place.source.clone(), it.place.start.offset);
        self.stated.sort_by_cached_key(|(_, applier)| place(applier));
        for (path, applier) in &self.stated {
            // The repository is one of the directories in which the file stands.
            for root in parents(directory(&applier.place.source)).take(DEEPEST) {
                self.covered.entry(format!("{root}{}{path}", slash(root))).or_insert_with(|| applier.clone());
            }
        }
        for _ in 0..MOST_OVERLAYS {
            let (outside, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut self.bases)
                .into_iter()
                .partition(|(overlay, _)| self.applier(overlay).is_some());
            self.bases = rest;
            for (overlay, base) in outside {
                if let Some(applier) = self.applier(&overlay).cloned() {
                    self.covered.entry(base).or_insert(applier);
                }
            }
        }
    }

    /// Returns what makes a tool apply a file or directory.
    pub(super) fn applier(&self, path: &str) -> Option<&Arc<Applier>> {
        if self.covered.is_empty() {
            return None;
        }
        parents(path).take(DEEPEST).find_map(|it| self.covered.get(it))
    }
}

/// Returns a path and the directories in which it stands, the nearest first; the last is that in which the program runs.
fn parents(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |it| (!it.is_empty()).then(|| directory(it)))
}

fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

fn slash(directory: &str) -> &'static str {
    if directory.is_empty() { "" } else { "/" }
}

/// Returns a path that is written in a directory, without `.` and `..`; `None` if it has too many parts.
fn join(directory: &str, path: &str) -> Option<String> {
    let root = if directory.starts_with('/') { "/" } else { "" };
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(path.split('/')).filter(|it| !matches!(*it, "" | ".")) {
        match (part, parts.last()) {
            ("..", Some(last)) if *last != ".." => _ = parts.pop(),
            _ => parts.push(part),
        }
    }
    (parts.len() <= DEEPEST).then(|| format!("{root}{}", parts.join("/")))
}
