//! Which GitOps tools are at work in the files, where no path says what they apply.

use std::collections::HashSet;

use crate::manifest::document::Node;
use crate::neighbours::paths::{directory, parents};

/// The name of Argo CD.
pub(super) const ARGO_CD: &str = "Argo CD";

/// The name of Flux.
pub(super) const FLUX: &str = "Flux";

/// What is known of both tools.
#[derive(Clone, Debug, Default)]
pub(super) struct Tools {
    /// Whether Flux has an object in the files that makes it apply others.
    has_flux: bool,
    /// Whether Argo CD applies a path that is yet to be filled in.
    has_unknown_path: bool,
    /// The directories that may be those of a repository whose own files Argo CD applies.
    roots: HashSet<String>,
    /// The names of charts that Argo CD gets from a repository of charts.
    charts: HashSet<String>,
    /// The directories with an object on which Argo CD has a label or annotation.
    signed: HashSet<String>,
}

impl Tools {
    /// Adds what the type of an object says.
    pub(super) fn collect(&mut self, object: Node<'_>, group: &str, kind: &str) {
        let is_of_flux =
            matches!(kind, "Kustomization" | "HelmRelease") && group.ends_with(".toolkit.fluxcd.io");
        self.has_flux |= is_of_flux && object.field("spec").is_set();
    }

    /// Adds what the labels and annotations of an object say.
    pub(super) fn collect_signs(&mut self, object: Node<'_>) {
        let metadata = ["metadata.annotations", "metadata.labels"].into_iter();
        for entry in metadata.flat_map(|it| object.field(it).entries()) {
            // `Skip` keeps it away from this object.
            if entry.key.starts_with("argocd.argoproj.io/") && entry.value.text() != Some("Skip") {
                self.signed.insert(directory(&object.document.source.name).to_owned());
            }
        }
    }

    /// Adds the source of a tool that is a chart in a repository of charts.
    pub(super) fn collect_chart(&mut self, tool: &str, source: Node<'_>) {
        let name = source.get("chart").and_then(Node::text).filter(|_| tool == ARGO_CD);
        self.charts.extend(name.map(str::to_owned));
    }

    /// Adds that a tool applies a path that nobody knows.
    pub(super) fn collect_unknown_path(&mut self, tool: &str) {
        self.has_unknown_path |= tool == ARGO_CD;
    }

    /// Adds that a tool applies what is at the top of a repository, as a file in a directory of one says.
    pub(super) fn collect_whole_repository(&mut self, tool: &str, directory: &str) {
        if tool == ARGO_CD {
            self.roots.extend(parents(directory).map(str::to_owned));
        }
    }

    /// Adds what other files say.
    pub(super) fn add(&mut self, other: Tools) {
        self.has_flux |= other.has_flux;
        self.has_unknown_path |= other.has_unknown_path;
        self.roots.extend(other.roots);
        self.charts.extend(other.charts);
        self.signed.extend(other.signed);
    }

    /// Whether Flux applies any of the files.
    pub(super) fn has_flux(&self) -> bool {
        self.has_flux
    }

    /// Whether Argo CD may apply a file, or the chart in which it is a template.
    pub(super) fn argo_cd_may_apply(&self, file: &str) -> bool {
        let chart = chart_of(file);
        let home = chart.unwrap_or_else(|| directory(file));
        let is_chart = chart.and_then(|it| it.rsplit('/').next()).is_some_and(|it| self.charts.contains(it));
        let is_in_home = |it: &String| home.is_empty() || parents(it).any(|it| it == home);
        is_chart || self.has_unknown_path || self.roots.contains(home) || self.signed.iter().any(is_in_home)
    }
}

/// Returns the directory of the chart in which a file is a template.
fn chart_of(file: &str) -> Option<&str> {
    parents(file).find(|it| it.rsplit('/').next() == Some("templates")).map(directory)
}
