//! Applies fixes until none is left.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::engine::lint::{Checked, check_manifest, lint_to_fix};
use crate::engine::outcome::Outcome;
use crate::engine::read::read;
use crate::engine::rule_set::RuleSet;
use crate::engine::run::Run;
use crate::manifest::edit::apply::{apply, compatible};
use crate::manifest::edit::{Fix, Safety};
use crate::policy::config::Config;
use crate::text::source::Source;

/// Fixes can make room for others; more rounds than this mean that two undo each other.
const MAX_ROUNDS: usize = 10;

/// What fixing a text came to.
#[derive(Debug)]
#[non_exhaustive]
pub struct Fixed {
    /// The text with all fixes applied.
    pub text: String,
    /// The texts between the first one and this.
    pub between: Vec<String>,
    /// How many there were.
    pub fixes: usize,
    /// What is found in the fixed text.
    pub run: Run,
}

/// Applies the fixes up to a safety to the text of a file, in rounds, since some touch the same bytes.
pub fn fix_all(source: &Source, config: &Config, least: Safety) -> Fixed {
    let rule_set = Arc::new(RuleSet::new(config.clone()));
    let copy = |it: &Source| read(it.with_text(it.text.as_str()));
    let check = |it: &Source| lint_to_fix(&copy(it), &rule_set, least);
    let mut latest = source.with_text(source.text.as_str());
    let (mut between, mut fixes) = (Vec::new(), 0);
    let mut useless: BTreeSet<Key> = BTreeSet::new();
    let mut checked = check(&latest);
    for round in 0..MAX_ROUNDS {
        let Checked::Fixable(before) = &checked else { break };
        let offered: Vec<_> = offers(before, least).filter(|(key, _)| !useless.contains(key)).collect();
        let chosen: Vec<&Fix> = compatible(offered.iter().map(|(_, fix)| *fix));
        let changed = apply(&latest.text, chosen.iter().copied());
        if changed == latest.text {
            break;
        }
        let changed = latest.changed(changed);
        let next = check(&changed);
        let after = match &next {
            Checked::Finished(run) => &run.outcome,
            Checked::Fixable(outcome) => outcome,
        };
        // A fix that breaks a file is none.
        if after.unread > before.unread {
            break;
        }
        // What is offered again where it has been done does not help, and would be done in every round.
        let (had, has) = (count_offers(before, least), count_offers(after, least));
        let applied: BTreeSet<*const Fix> = chosen.iter().map(|fix| std::ptr::from_ref(*fix)).collect();
        let done = offered.iter().filter(|(_, fix)| applied.contains(&std::ptr::from_ref(*fix)));
        let again = done.filter(|(key, _)| has.get(key) >= had.get(key));
        useless.extend(again.map(|(key, _)| key.clone()));
        fixes += chosen.len();
        checked = next;
        let before = std::mem::replace(&mut latest, changed);
        between.extend((round > 0).then_some(before.text));
    }
    let run = match checked {
        Checked::Finished(run) => *run,
        // What is left cannot be applied; it is shown.
        Checked::Fixable(_) => check_manifest(&copy(&latest), &rule_set),
    };
    Fixed { text: latest.text, between, fixes, run }
}

/// What tells the fix of a finding from others: its rule, its path and its title.
type Key = (&'static str, String, String);

/// Returns how often each fix is offered.
fn count_offers(outcome: &Outcome, least: Safety) -> BTreeMap<Key, usize> {
    let mut counts = BTreeMap::new();
    for (key, _) in offers(outcome, least) {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

fn offers(outcome: &Outcome, least: Safety) -> impl Iterator<Item = (Key, &Fix)> {
    outcome.findings.iter().filter_map(move |finding| {
        let fix = finding.fix_within(least)?;
        Some(((finding.rule.id, finding.place.path.clone(), fix.title.to_string()), fix))
    })
}
