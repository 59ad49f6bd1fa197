//! Writes for each of some findings the suppression that hides it alone, for someone who chooses among them.
//!
//! Whether one does is tried out. To check a text takes long, so that all are tried in one text and not each in its own.

use std::collections::HashSet;
use std::sync::Arc;

use super::add_suppressions::{SuppressionPlaces, can_be_suppressed};
use crate::diagnostic::finding::Finding;
use crate::engine::lint::lint_by;
use crate::engine::read::read;
use crate::engine::rule_set::RuleSet;
use crate::manifest::edit::apply::apply;
use crate::manifest::edit::{Edit, Fix, Safety};
use crate::policy::config::Config;
use crate::text::source::Source;

/// The most times that a text is checked to find out which of several edits break it.
const MAX_TRIALS: usize = 16;

/// A way to suppress a finding.
struct Way<'f> {
    /// Which finding it is.
    index: usize,
    finding: &'f Finding,
    edits: Vec<Edit>,
}

/// Returns for each finding the edits that suppress it and what else it stands for, with a reason: a comment or, where none
/// does, an annotation. `None` where neither hides it.
///
/// `source` is the file itself: that of the findings may have stars for secrets, in which no rule finds any.
pub fn suppress_each(
    findings: &[&Finding],
    source: &Source,
    config: &Config,
    reason: &str,
) -> Vec<Option<Vec<Edit>>> {
    let mut chosen = vec![None; findings.len()];
    let manifest = read(source.with_text(source.text.as_str()));
    let places = SuppressionPlaces::new(&manifest.documents);
    let rule_set = Arc::new(RuleSet::new(config.clone()));
    let problems = manifest.problems.len();
    let mut trials = Trials { source, reason, rule_set, problems, places, left: 0 };
    for by_comment in [true, false] {
        let open = findings.iter().enumerate().filter(|(index, _)| chosen[*index].is_none());
        let open = open.filter(|(_, finding)| can_be_suppressed(finding, config));
        let ways = open.map(|(index, finding)| {
            let edits = trials.places.edits(std::iter::once(*finding), reason, by_comment).concat();
            Way { index, finding, edits }
        });
        let ways: Vec<Way<'_>> = ways.filter(|it| !it.edits.is_empty()).collect();
        trials.left = MAX_TRIALS;
        for way in trials.hiding(&ways, by_comment) {
            chosen[way.index] = Some(way.edits.clone());
        }
    }
    chosen
}

/// What ways to suppress findings are tried on.
struct Trials<'d> {
    source: &'d Source,
    reason: &'d str,
    rule_set: Arc<RuleSet>,
    /// How much of the text cannot be read.
    problems: usize,
    places: SuppressionPlaces<'d>,
    /// How many more times the text may be checked.
    left: usize,
}

impl Trials<'_> {
    /// Tries out ways together, and those that break the text in halves; returns those that hide their findings.
    fn hiding<'w, 'f>(&mut self, ways: &'w [Way<'f>], by_comment: bool) -> Vec<&'w Way<'f>> {
        if ways.is_empty() || self.left == 0 {
            return Vec::new();
        }
        self.left -= 1;
        let edits = self.places.edits(ways.iter().map(|it| it.finding), self.reason, by_comment);
        let fixes = edits.iter().map(|edits| Fix::new("suppress", Safety::Unsafe, edits.clone()));
        let text = apply(&self.source.text, &fixes.collect::<Vec<_>>());
        let manifest = Arc::new(read(self.source.with_text(text)));
        if manifest.problems.len() > self.problems {
            let (first, second) = ways.split_at(ways.len() / 2);
            let halves = if first.is_empty() { [first, first] } else { [first, second] };
            return halves.into_iter().flat_map(|it| self.hiding(it, by_comment)).collect();
        }
        let left = lint_by(&manifest, &self.rule_set).finish().findings;
        let moved = if by_comment { Moved::new(edits.concat()) } else { Moved::default() };
        // An annotation hides all that is found at a path, and a comment what is found on its lines.
        let start = |finding: &Finding| if by_comment { finding.place.span.start as usize } else { 0 };
        let key = |finding: &Finding, start| {
            (finding.document, finding.item, finding.rule.id, finding.place.path.clone(), start)
        };
        let left: HashSet<_> = left.iter().map(|it| key(it, start(it))).collect();
        let is_hidden = |way: &&Way<'_>| !left.contains(&key(way.finding, moved.place(start(way.finding))));
        ways.iter().filter(is_hidden).collect()
    }
}

/// By how much what follows each of some insertions has moved.
#[derive(Default)]
struct Moved(Vec<(usize, usize)>);

impl Moved {
    fn new(mut insertions: Vec<Edit>) -> Self {
        insertions.sort_by_key(|it| it.span);
        let mut sum = 0;
        let moved = insertions.iter().map(|it| {
            sum += it.text.len();
            (it.span.start as usize, sum)
        });
        Moved(moved.collect())
    }

    /// Returns where a byte is now.
    fn place(&self, before: usize) -> usize {
        let count = self.0.partition_point(|(at, _)| *at <= before);
        before + self.0[..count].last().map_or(0, |it| it.1)
    }
}
