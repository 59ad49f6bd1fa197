//! One defect, one finding: where several rules report the same, one finding stands for the others.
//!
//! Rules do not know of each other. Each reports its own defect and names, as data, the rules that report the same in
//! better words (`Rule::yields_to`); which of the findings is shown is decided here, once it is known which rules are on
//! and what is suppressed.

use std::collections::HashMap;

use crate::diagnostic::finding::Finding;
use crate::diagnostic::practice::Same;

/// Folds findings of a file into those that stand for them.
///
/// A finding that is folded itself stands for no other: what it would stand for is reported on its own.
pub fn fold(findings: &mut Vec<Finding>) {
    let candidates = candidates(findings);
    let keepers: Vec<_> = (0..findings.len()).map(|at| keeper(&candidates, at)).collect();
    if keepers.iter().all(Option::is_none) {
        return;
    }
    let mut kept: Vec<_> = std::mem::take(findings).into_iter().map(Some).collect();
    for (at, keeper) in keepers.into_iter().enumerate() {
        let Some(keeper) = keeper else { continue };
        let folded = kept[at].take();
        if let (Some(keeper), Some(folded)) = (&mut kept[keeper], folded) {
            keeper.severity = keeper.severity.max(folded.severity);
            keeper.also.push(folded);
        }
    }
    findings.extend(kept.into_iter().flatten());
}

/// Returns for each finding of a file the findings that can stand for it, the best first.
pub fn candidates(findings: &[Finding]) -> Vec<Vec<usize>> {
    if findings.iter().all(|it| it.rule.yields_to.is_empty()) {
        return vec![Vec::new(); findings.len()];
    }
    let (mut by_rule, mut by_field) = (HashMap::new(), HashMap::new());
    for (at, finding) in findings.iter().enumerate() {
        let object = (finding.document, finding.item, finding.rule.id);
        by_rule.entry(object).or_insert(at);
        for path in paths(finding) {
            by_field.entry((object, path)).or_insert(at);
        }
    }
    let of = |finding: &Finding| {
        let yields = finding.rule.yields_to.iter();
        let found = yields.filter_map(|it| {
            let object = (finding.document, finding.item, it.to);
            match it.same {
                Same::Object => by_rule.get(&object).copied(),
                Same::Field => paths(finding).find_map(|path| by_field.get(&(object, path)).copied()),
            }
        });
        found.collect()
    };
    findings.iter().map(of).collect()
}

/// Returns the finding that stands for another: the first candidate that is shown itself.
fn keeper(candidates: &[Vec<usize>], at: usize) -> Option<usize> {
    candidates[at].iter().copied().find(|&it| keeper(candidates, it).is_none())
}

fn paths(finding: &Finding) -> impl Iterator<Item = &str> {
    let related = finding.related.iter().map(|it| it.place.path.as_str());
    std::iter::once(finding.place.path.as_str()).chain(related)
}
