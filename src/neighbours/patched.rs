//! What patches set: environment variables (`- name: BUCKET` in an overlay), and `suspend: false`.

use std::collections::HashSet;

use crate::manifest::kustomization::FILE_NAMES;
use crate::text::source::{Origin, Source};

/// More names of a run are not kept.
const MOST: usize = 1_000;

/// What patches and kustomizations set.
#[derive(Clone, Debug, Default)]
pub(super) struct Patched {
    /// The names of environment variables.
    variables: HashSet<Box<str>>,
    /// The names of objects in files that set `suspend: false`.
    resumed: HashSet<Box<str>>,
}

impl Patched {
    /// Adds what a file sets.
    pub(super) fn collect(&mut self, source: &Source) {
        let is_patch = matches!(source.origin, Origin::Patch);
        let file = source.name.rsplit('/').next().unwrap_or_default();
        if !is_patch && !FILE_NAMES.contains(&file) && !source.text.contains("kustomize.config.k8s.io") {
            return;
        }
        let resumes = resumes(&source.text);
        for line in source.text.lines() {
            // In a JSON patch it can be one of several keys of a line.
            for (at, key) in line.match_indices("name") {
                let value = line[at + key.len()..].trim_start_matches(['"', '\'', ' ']);
                let Some(value) = value.strip_prefix(':') else { continue };
                let value = value.trim_start_matches(['"', '\'', ' ']);
                keep(value, is_in_variable, &mut self.variables);
                if resumes {
                    keep(value, is_in_name, &mut self.resumed);
                }
            }
        }
    }

    /// Adds what other files set.
    pub(super) fn add(&mut self, other: Patched) {
        self.variables.extend(other.variables);
        self.resumed.extend(other.resumed);
    }

    /// Whether a patch sets a variable of this name.
    pub(super) fn sets(&self, variable: &str) -> bool {
        self.variables.contains(variable)
    }

    /// Whether a patch may set `suspend: false` in an object of this name.
    pub(super) fn resumes(&self, object: &str) -> bool {
        self.resumed.contains(object)
    }
}

/// Keeps the beginning of a text, as far as a name goes.
fn keep(text: &str, is_inner: fn(char) -> bool, names: &mut HashSet<Box<str>>) {
    let end = text.find(|it| !is_inner(it)).unwrap_or(text.len());
    if end > 1 && names.len() < MOST {
        names.insert(text[..end].into());
    }
}

/// Whether a text sets `suspend: false`, as a field or as the path of a JSON patch.
fn resumes(text: &str) -> bool {
    let mut values =
        text.match_indices("suspend").map(|(at, key)| text[at + key.len()..].trim_start_matches(['"', '\'']));
    values.any(|behind| match behind.strip_prefix(':') {
        Some(value) => value.trim_start().starts_with("false"),
        None => behind.lines().take(2).any(|it| it.contains("value") && it.contains("false")),
    })
}

/// Whether a character can be in the name of a variable as people write it.
fn is_in_variable(it: char) -> bool {
    it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_'
}

/// Whether a character can be in the name of an object.
fn is_in_name(it: char) -> bool {
    it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-' || it == '.'
}
