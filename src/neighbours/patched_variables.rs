//! Environment variables that patches set: `- name: BUCKET` in an overlay.

use std::collections::HashSet;

use crate::text::source::{Origin, Source};

/// More variables of a run are not kept.
const MOST: usize = 1_000;

/// The names of the environment variables that patches and kustomizations have.
#[derive(Clone, Debug, Default)]
pub(super) struct PatchedVariables {
    names: HashSet<Box<str>>,
}

impl PatchedVariables {
    /// Adds those of a file.
    pub(super) fn collect(&mut self, source: &Source) {
        let is_patch = matches!(source.origin, Origin::Patch);
        if !is_patch && !source.text.contains("kustomize.config.k8s.io") {
            return;
        }
        for line in source.text.lines() {
            // In a JSON patch it can be one of several keys of a line.
            for (at, key) in line.match_indices("name") {
                let value = line[at + key.len()..].trim_start_matches(['"', '\'', ' ']);
                let Some(value) = value.strip_prefix(':') else { continue };
                let value = value.trim_start_matches(['"', '\'', ' ']);
                let end = value.find(|it| !is_inner(it)).unwrap_or(value.len());
                if end > 1 && self.names.len() < MOST {
                    self.names.insert(value[..end].into());
                }
            }
        }
    }

    /// Adds those of other files.
    pub(super) fn add(&mut self, other: PatchedVariables) {
        self.names.extend(other.names);
    }

    /// Whether a patch sets a variable of this name.
    pub(super) fn set(&self, name: &str) -> bool {
        self.names.contains(name)
    }
}

/// Whether a character can be in the name of a variable as people write it.
fn is_inner(it: char) -> bool {
    it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_'
}
