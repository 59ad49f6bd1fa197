//! A run over any number of files: what came out of each, and what rules about several objects find in all of them.

use std::sync::Arc;

use crate::diagnostic::finding::Finding;
use crate::engine::cut::cut_texts;
use crate::engine::fingerprint::add_fingerprints;
use crate::engine::outcome::Outcome;
use crate::manifest::document;
use crate::mask;
use crate::rule::Check;
use crate::rule::fleet::{Draft, Fleet};
use crate::rules;

/// What came out of the files of a run so far.
#[derive(Debug, Default)]
pub struct Run {
    /// The findings that need no other file, and the counts.
    pub outcome: Outcome,
    /// What rules about several objects need to know of the objects.
    pub fleet: Fleet,
}

impl Run {
    /// Adds what came out of other files.
    pub fn add(&mut self, other: Run) {
        self.outcome.add(other.outcome);
        self.fleet.add(other.fleet);
    }

    /// Adds the findings of the rules about several objects, and sorts everything.
    pub fn finish(self) -> Outcome {
        let Run { mut outcome, mut fleet } = self;
        // What is kept of Jobs is for what neighbours say of them.
        if fleet.neighbours.is_empty() {
            fleet.kept = Vec::new();
        }
        fleet.sort();
        let (mut found, mut unmasked) = (Outcome::default(), Vec::new());
        for rule in rules::ALL {
            let Check::Fleet { check, .. } = rule.check else { continue };
            for draft in check(&fleet) {
                unmasked.push(draft);
            }
        }
        hide_credentials(&mut unmasked);
        for draft in unmasked {
            let into = if draft.is_suppressed { &mut found.suppressed } else { &mut found.findings };
            into.push(draft.finding);
        }
        found.sort();
        add_fingerprints(&mut found.findings);
        outcome.add(found);
        outcome.sort();
        outcome
    }
}

/// Hides the credentials of their files in findings that depend on several objects. Few objects have any, so that their files
/// are read again only then; what was hidden before stays so.
fn hide_credentials(drafts: &mut [Draft]) {
    drafts.sort_by(|left, right| left.finding.source.name.cmp(&right.finding.source.name));
    for own in drafts.chunk_by_mut(|left, right| Arc::ptr_eq(&left.finding.source, &right.finding.source)) {
        let source = own[0].finding.source.clone();
        let documents = document::read(&source).documents;
        let secrets = mask::all_secrets(&documents);
        let mut findings: Vec<&mut Finding> = own.iter_mut().map(|draft| &mut draft.finding).collect();
        mask::hide_secrets(&mut findings, std::iter::empty(), &source, &secrets, &documents, &|| false);
        findings.into_iter().for_each(cut_texts);
    }
}

impl From<Outcome> for Run {
    /// Makes a run of what came out of files in which there are no objects.
    fn from(outcome: Outcome) -> Self {
        Run { outcome, fleet: Fleet::default() }
    }
}
