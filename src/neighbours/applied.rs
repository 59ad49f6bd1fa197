//! The directories whose objects Flux and Argo CD apply, as objects of these tools in the same files say.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::diagnostic::elsewhere::Elsewhere;
use crate::manifest::document::Node;
use crate::neighbours::makers::is_kustomization;
use crate::neighbours::paths::{DEEPEST, LONGEST, directory, join, parents};
use crate::neighbours::tools::{ARGO_CD, FLUX, Tools};
use crate::text::placeholder::is_placeholder;

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
    /// The files and directories that a kustomization lists, by its directory; `None` where a script or tool fills some in.
    listed: HashMap<String, Option<HashSet<String>>>,
    /// The directories and files that are applied.
    covered: HashMap<String, Arc<Applier>>,
    /// The directories of the files that are read; once all are, also those above them.
    visited: HashSet<String>,
    /// Whether a label or annotation shows that a tool applies some of the files.
    is_signed: bool,
    /// Whether a tool may apply some of the files in a way that none of them shows.
    is_elsewhere: bool,
    /// Which tools are at work at all.
    tools: Tools,
}

impl Applied {
    /// Adds what an object says about directories.
    pub(super) fn collect(&mut self, object: Node<'_>) {
        let version = object.get("apiVersion").and_then(Node::text).unwrap_or_default();
        let kind = object.get("kind").and_then(Node::text).unwrap_or_default();
        let group = version.split('/').next().unwrap_or_default();
        self.tools.collect(object, group, kind);
        match (group, kind) {
            ("kustomize.toolkit.fluxcd.io", "Kustomization") => self.state(FLUX, object.field("spec").node()),
            ("argoproj.io", "Application") => self.state_sources(object.field("spec").node()),
            ("argoproj.io", "ApplicationSet") => {
                let generators = object.field("spec.generators").items();
                let directories = generators.flat_map(|it| it.field("git.directories").items());
                let wanted: Vec<_> = directories
                    .filter(|it| it.get("exclude").and_then(Node::boolean) != Some(true))
                    .collect();
                // Its path is that of each directory.
                if wanted.is_empty() {
                    self.state_sources(object.field("spec.template.spec").node());
                }
                wanted.into_iter().for_each(|it| self.state(ARGO_CD, Some(it)));
            }
            _ if is_kustomization(object) => self.collect_bases(object),
            _ => self.collect_signs(object),
        }
    }

    /// Adds what the labels and annotations of an object say.
    pub(super) fn collect_signs(&mut self, object: Node<'_>) {
        self.is_signed |= is_signed(object);
        self.tools.collect_signs(object);
    }

    /// Adds the directory of a file.
    pub(super) fn visit(&mut self, file: &str) {
        self.visited.insert(directory(file).to_owned());
    }

    fn state_sources(&mut self, spec: Option<Node<'_>>) {
        let Some(spec) = spec else { return };
        self.state(ARGO_CD, spec.field("source").node());
        spec.field("sources").items().for_each(|it| self.state(ARGO_CD, Some(it)));
    }

    /// Adds the `path` of a mapping. A pattern stands for the directory above it. Of a whole repository, which may be another one, and of
    /// a path that is yet to be filled in nobody knows what they hold.
    fn state(&mut self, tool: &'static str, node: Option<Node<'_>>) {
        let Some(source) = node else { return };
        if source.get("chart").is_some() {
            return self.tools.collect_chart(tool, source);
        }
        let path = source.get("path");
        // Of such a source Argo CD takes only the files with values.
        if path.is_none() && source.get("ref").is_some() {
            return;
        }
        let written = path.and_then(Node::text).filter(|it| it.len() <= LONGEST && !is_placeholder(it));
        let (Some(node), Some(written)) = (path, written) else {
            self.is_elsewhere = true;
            self.tools.collect_unknown_path(tool);
            return;
        };
        let path = written
            .split_once('*')
            .map_or(written, |(before, _)| before.rsplit_once('/').map_or("", |it| it.0));
        let Some(path) = join("", path).filter(|it| !it.is_empty() && !it.starts_with("..")) else {
            self.is_elsewhere = true;
            self.tools.collect_whole_repository(tool, directory(&source.document.source.name));
            return;
        };
        let place = Elsewhere::of(&node.document.source, node.span());
        self.stated.push((path, Arc::new(Applier { tool, place })));
    }

    fn collect_bases(&mut self, object: Node<'_>) {
        let directory = directory(&object.document.source.name);
        let lists = ["resources", "bases", "components"].into_iter().flat_map(|it| object.field(it).items());
        let mut listed = Some(HashSet::new());
        for entry in lists {
            let written = entry.text().filter(|it| it.len() <= LONGEST && !is_placeholder(it));
            let Some((written, path)) = written.and_then(|it| Some((it, join(directory, it)?))) else {
                listed = None;
                continue;
            };
            if written.starts_with("..") {
                self.bases.push((directory.to_owned(), path.clone()));
            }
            if let Some(listed) = &mut listed {
                listed.insert(path);
            }
        }
        self.listed.insert(directory.to_owned(), listed);
    }

    /// Adds what other files say.
    pub(super) fn add(&mut self, other: Applied) {
        self.stated.extend(other.stated);
        self.bases.extend(other.bases);
        self.listed.extend(other.listed);
        self.visited.extend(other.visited);
        self.is_signed |= other.is_signed;
        self.is_elsewhere |= other.is_elsewhere;
        self.tools.add(other.tools);
    }

    /// Finds the directories, whichever file was read first.
    pub(super) fn find(&mut self) {
        for directory in self.visited.clone() {
            for it in parents(&directory).skip(1) {
                if !self.visited.insert(it.to_owned()) {
                    break;
                }
            }
        }
        let place = |it: &Arc<Applier>| (it.place.source.clone(), it.place.start.offset);
        self.stated.sort_by_cached_key(|(_, applier)| place(applier));
        let mut is_any_here = false;
        for (path, applier) in &self.stated {
            let mut is_here = false;
            // The repository is one of the directories in which the file stands.
            for root in parents(directory(&applier.place.source)) {
                let slash = if root.is_empty() { "" } else { "/" };
                let directory = format!("{root}{slash}{path}");
                is_here |= self.visited.contains(&directory);
                self.covered.entry(directory).or_insert_with(|| applier.clone());
            }
            // It is a path of another repository, and this one may be the source of another tool.
            self.is_elsewhere |= !is_here;
            is_any_here |= is_here;
        }
        self.is_elsewhere |= self.is_signed && !is_any_here;
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

    /// Whether a tool may apply any of the files, though none of them says which.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.is_elsewhere
    }

    /// Whether a file or directory is below one that a tool applies, though the kustomization there may leave it out.
    pub(super) fn is_covered(&self, path: &str) -> bool {
        !self.covered.is_empty() && parents(path).any(|it| self.covered.contains_key(it))
    }

    /// Whether Argo CD may apply a file, as some object or annotation of it says.
    pub(super) fn may_be_of_argo_cd(&self, file: &str) -> bool {
        self.is_of(ARGO_CD, file) || self.tools.argo_cd_may_apply(file)
    }

    /// Whether Flux may apply a file, as some object of it says, and none of Argo CD says that this does.
    pub(super) fn may_be_of_flux(&self, file: &str) -> bool {
        self.tools.has_flux() && !self.is_of(ARGO_CD, file)
    }

    /// Whether an object of Flux makes it apply a file, and none of Argo CD does.
    pub(super) fn is_of_flux_alone(&self, file: &str) -> bool {
        self.applier(file).is_some_and(|it| it.tool == FLUX) && !self.is_of(ARGO_CD, file)
    }

    /// Whether an object makes a tool apply a file.
    fn is_of(&self, tool: &str, file: &str) -> bool {
        parents(file).filter_map(|it| self.covered.get(it)).any(|it| it.tool == tool)
    }

    /// Returns what makes a tool apply a file or directory.
    pub(super) fn applier(&self, path: &str) -> Option<&Arc<Applier>> {
        if self.covered.is_empty() {
            return None;
        }
        parents(path).find_map(|it| self.covered.get(it).filter(|_| self.is_built(it, path)))
    }

    /// Whether the kustomization around a file does not list it, and no other one does.
    pub(super) fn is_left_out(&self, file: &str) -> bool {
        let Some(around) = parents(file).skip(1).find(|it| self.listed.contains_key(*it)) else {
            return false;
        };
        let lists = |listed: &Option<HashSet<String>>| {
            let mut within = parents(file).take_while(|it| it.len() > around.len());
            listed.as_ref().is_none_or(|listed| within.any(|it| listed.contains(it)))
        };
        !self.listed.values().any(lists)
    }

    /// Whether applying a directory applies a file or directory in it: of what a kustomization stands next to, only what it lists.
    fn is_built(&self, directory: &str, path: &str) -> bool {
        let mut directory = directory;
        for _ in 0..DEEPEST {
            let below = parents(path).skip(1).take_while(|it| it.len() >= directory.len());
            let Some(nearest) = below.filter(|it| self.listed.contains_key(*it)).last() else { return true };
            let Some(Some(listed)) = self.listed.get(nearest) else { return true };
            let Some(entry) = parents(path).find(|it| listed.contains(*it)) else { return false };
            if entry == path {
                return true;
            }
            directory = entry;
        }
        true
    }
}

/// Whether Argo CD or Flux has labelled an object, or interprets one of its annotations: a tool applies at least this part of the files.
fn is_signed(object: Node<'_>) -> bool {
    const PREFIXES: [&str; 2] = ["argocd.argoproj.io/", "kustomize.toolkit.fluxcd.io/"];
    let metadata = ["metadata.annotations", "metadata.labels"].into_iter();
    let mut entries = metadata.flat_map(|it| object.field(it).entries());
    // `Skip` and `disabled` keep a tool away from this object.
    entries.any(|it| {
        PREFIXES.iter().any(|prefix| it.key.starts_with(prefix))
            && !matches!(it.value.text(), Some("Skip" | "disabled"))
    })
}
