//! A run over any number of files: what came out of each, and what rules about several objects find in all of them.

use crate::diagnostic::condition::Condition;
use crate::diagnostic::finding::Finding;
use crate::diagnostic::fold;
use crate::engine::cut::cut_texts;
use crate::engine::fingerprint::add_fingerprints;
use crate::engine::kept_jobs::{self, KeptJobs};
use crate::engine::outcome::Outcome;
use crate::neighbours::Neighbours;
use crate::neighbours::applied::Applier;
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
    /// The Jobs that rules about neighbours check.
    pub(super) jobs: KeptJobs,
}

impl Run {
    /// Adds what came out of other files.
    pub fn add(&mut self, other: Run) {
        self.outcome.add(other.outcome);
        self.fleet.add(other.fleet);
        self.jobs.add(other.jobs);
    }

    /// Whether there is a finding about a placeholder that a command may fill in.
    pub fn awaits_commands(&self) -> bool {
        self.awaits(|it| matches!(it, Condition::NotFilledIn(_)))
    }

    /// Whether there is a finding about a user that a Dockerfile may set.
    pub fn awaits_dockerfiles(&self) -> bool {
        self.awaits(|it| matches!(it, Condition::NoOtherUser { .. }))
    }

    fn awaits(&self, is_asked: fn(&Condition) -> bool) -> bool {
        let mut all = self.outcome.findings.iter().chain(&self.outcome.suppressed);
        all.any(|it| it.condition.as_ref().is_some_and(is_asked))
    }

    /// Adds the findings of the rules about several objects, one for each defect, and sorts everything.
    pub fn finish(self) -> Outcome {
        let Run { mut outcome, mut fleet, jobs } = self;
        fleet.sort();
        settle(&mut outcome.findings, &fleet.neighbours);
        settle(&mut outcome.suppressed, &fleet.neighbours);
        let mut found = kept_jobs::check(jobs, &fleet.neighbours);
        for draft in check_fleet(&fleet) {
            let into = if draft.is_suppressed { &mut found.suppressed } else { &mut found.findings };
            into.push(draft.finding);
        }
        found.findings.iter_mut().chain(&mut found.suppressed).for_each(cut_texts);
        found.sort();
        fold::fold(&mut found.findings);
        add_fingerprints(&mut found.findings);
        outcome.add(found);
        outcome.sort();
        outcome
    }
}

/// Keeps of the findings that depend on other files those that are true, and names the tool that applies their file.
fn settle(findings: &mut Vec<Finding>, neighbours: &Neighbours) {
    findings.retain_mut(|finding| {
        let Some(condition) = finding.condition.take() else { return true };
        if !neighbours.meet(&condition, &finding.source) {
            return false;
        }
        let applier = neighbours.applier(&finding.source.name).filter(|_| condition.needs_applier());
        let Some(Applier { tool, place }) = applier else { return true };
        let mut place = place.clone();
        place.text = format!("{tool} applies this path, and the Job with it").into();
        finding.elsewhere(place);
        true
    });
}

/// Returns what the rules about several objects find in a fleet, which is in the order of its files.
pub(super) fn check_fleet(fleet: &Fleet) -> impl Iterator<Item = Draft> {
    let checks = rules::ALL.iter().filter_map(|rule| match rule.check {
        Check::Fleet { check, .. } => Some(check),
        _ => None,
    });
    checks.flat_map(|check| check(fleet))
}

impl From<Outcome> for Run {
    /// Makes a run of what came out of files in which there are no objects.
    fn from(outcome: Outcome) -> Self {
        Run { outcome, ..Run::default() }
    }
}
