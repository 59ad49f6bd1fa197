//! Applies fixes until none is left.

use super::{Fix, Safety, apply, compatible};
use crate::config::Config;
use crate::lint::{Outcome, lint};
use crate::source::Source;

/// Fixes can make room for others; more rounds than this mean that two undo each other.
const MOST_ROUNDS: usize = 10;

/// What fixing a text came to.
#[derive(Debug)]
pub struct Fixed {
    /// The text with all fixes applied.
    pub text: String,
    /// The texts between the first one and this.
    pub between: Vec<String>,
    /// How many there were.
    pub fixes: usize,
    /// What is found in the fixed text.
    pub outcome: Outcome,
}

/// Applies the fixes up to a safety to the text of a file, in rounds, since some touch the same bytes.
pub fn fix_all(source: &Source, config: &Config, least: Safety) -> Fixed {
    let text = source.text.clone();
    let outcome = lint(source.with_text(text.as_str()), config);
    let mut fixed = Fixed { text, between: Vec::new(), fixes: 0, outcome };
    for round in 0..MOST_ROUNDS {
        let offered = fixed.outcome.findings.iter().filter_map(|finding| finding.fix_within(least));
        let chosen: Vec<&Fix> = compatible(offered);
        let text = apply(&fixed.text, chosen.iter().copied());
        if text == fixed.text {
            break;
        }
        let outcome = lint(source.with_text(text.as_str()), config);
        // A fix that breaks a file is none.
        if outcome.unread > fixed.outcome.unread {
            break;
        }
        fixed.fixes += chosen.len();
        fixed.outcome = outcome;
        let before = std::mem::replace(&mut fixed.text, text);
        fixed.between.extend((round > 0).then_some(before));
    }
    fixed
}
