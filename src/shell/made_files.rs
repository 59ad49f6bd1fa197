//! Files that a script has made itself before it deletes them: their deletion fails only if that has failed.

use std::collections::HashMap;

use super::script::Script;
use super::step::{Fate, Step};
use super::traversal::{is_trivial, own_words};

/// The files that commands name which `set -e` lets run only as long as all succeed, each with where it is named first.
pub(super) struct MadeFiles {
    always: HashMap<String, u32>,
    in_branches: HashMap<String, u32>,
}

impl MadeFiles {
    /// Finds those of a script.
    pub(super) fn of(script: &Script<'_>, steps: &[Step<'_>]) -> Self {
        let mut found = MadeFiles { always: HashMap::new(), in_branches: HashMap::new() };
        let counts = |it: &&Step<'_>| {
            matches!(it.fate, Fate::Guarded | Fate::Piped)
                && it.pipeline_fate == Fate::Guarded
                && !is_trivial(it.command)
                && !it.command.is("rm")
        };
        for step in steps.iter().filter(counts) {
            let at = step.command.span.end;
            let files = if step.context.in_branch { &mut found.in_branches } else { &mut found.always };
            own_words(step.command, &mut |word| {
                let text = script.resolved(word);
                if let Some((_, value)) = text.split_once('=') {
                    files.entry(value.to_owned()).or_insert(at);
                }
                files.entry(text).or_insert(at);
            });
        }
        found
    }

    /// Whether `rm` deletes nothing but what the script has made in the same run.
    pub(super) fn are_deleted_by(&self, script: &Script<'_>, step: &Step<'_>) -> bool {
        let before = |files: &HashMap<String, u32>, path: &str| {
            files.get(path).is_some_and(|end| *end <= step.command.span.start)
        };
        let is_made = |path: String| {
            before(&self.always, &path) || step.context.in_branch && before(&self.in_branches, &path)
        };
        let operands = step.command.arguments().iter().filter(|it| !it.prefix().starts_with('-'));
        step.command.is("rm") && operands.map(|it| script.resolved(it)).all(is_made)
    }
}
