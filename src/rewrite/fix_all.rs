//! Applies fixes until none is left.

use crate::manifest::edit::apply::apply;
use std::collections::BTreeSet;

use crate::engine::lint::lint_manifest;
use crate::engine::outcome::Outcome;
use crate::engine::read::read;
use crate::engine::run::Run;
use crate::manifest::edit::apply::compatible;
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
    let text = source.text.clone();
    let run = lint_manifest(&read(source.with_text(text.as_str())), config);
    let mut fixed = Fixed { text, between: Vec::new(), fixes: 0, run };
    let mut useless: BTreeSet<Key> = BTreeSet::new();
    for round in 0..MAX_ROUNDS {
        let offered: Vec<_> =
            offers(&fixed.run.outcome, least).filter(|(key, _)| !useless.contains(key)).collect();
        let chosen: Vec<&Fix> = compatible(offered.iter().map(|(_, fix)| *fix));
        let text = apply(&fixed.text, chosen.iter().copied());
        if text == fixed.text {
            break;
        }
        let run = lint_manifest(&read(source.with_text(text.as_str())), config);
        // A fix that breaks a file is none.
        if run.outcome.unread > fixed.run.outcome.unread {
            break;
        }
        // What is offered again where it has been done does not help, and would be done in every round.
        let count = |outcome: &Outcome, key: &Key| offers(outcome, least).filter(|(it, _)| it == key).count();
        let done = offered.iter().filter(|(_, fix)| chosen.iter().any(|it| std::ptr::eq(*it, *fix)));
        let again = done.filter(|(key, _)| count(&run.outcome, key) >= count(&fixed.run.outcome, key));
        useless.extend(again.map(|(key, _)| key.clone()));
        fixed.fixes += chosen.len();
        fixed.run = run;
        let before = std::mem::replace(&mut fixed.text, text);
        fixed.between.extend((round > 0).then_some(before));
    }
    fixed
}

/// What tells the fix of a finding from others: its rule, its path and its title.
type Key = (&'static str, String, String);

fn offers(outcome: &Outcome, least: Safety) -> impl Iterator<Item = (Key, &Fix)> {
    outcome.findings.iter().filter_map(move |finding| {
        let fix = finding.fix_within(least)?;
        Some(((finding.rule.id, finding.place.path.clone(), fix.title.to_string()), fix))
    })
}
