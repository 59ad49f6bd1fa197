//! One defect, one finding: where several rules report the same, one finding stands for the others.
//!
//! Rules do not know of each other. Each reports its own defect and names, as data, the rules that report the same in
//! better words (`Rule::yields_to`); which of the findings is shown is decided here, once it is known which rules are on
//! and what is suppressed.

use std::collections::HashMap;

use crate::diagnostic::finding::Finding;
use crate::diagnostic::practice::Same;

/// Folds findings into those that stand for them; the findings of an object come one after the other.
///
/// A finding that is folded itself stands for no other: what it would stand for is reported on its own.
pub fn fold(findings: &mut Vec<Finding>) {
    let mut keepers: Vec<Option<usize>> = Vec::with_capacity(findings.len());
    for object in findings.chunk_by(|left, right| left.is_of_object(right)) {
        let (first, candidates) = (keepers.len(), candidates(object));
        let own = (0..object.len()).map(|at| keeper(&candidates, at));
        keepers.extend(own.map(|it| it.map(|at| first + at)));
    }
    if keepers.iter().all(Option::is_none) {
        return;
    }
    // Where each finding is once those that are folded are taken out.
    let mut places = Vec::with_capacity(keepers.len());
    let mut kept = 0;
    for keeper in &keepers {
        places.push(kept);
        kept += usize::from(keeper.is_none());
    }
    let mut next = keepers.iter();
    let folded = findings.extract_if(.., |_| next.next().is_some_and(Option::is_some));
    let folded: Vec<Finding> = folded.collect();
    for (folded, keeper) in folded.into_iter().zip(keepers.iter().flatten()) {
        let keeper = &mut findings[places[*keeper]];
        keeper.severity = keeper.severity.max(folded.severity);
        keeper.also.push(folded);
    }
}

/// Folds findings about an object into those that are at a script in another one, which the object runs.
pub fn fold_into_scripts(findings: &mut Vec<Finding>, document: usize, item: Option<usize>) {
    let is_own = |it: &Finding| (it.document, it.item) == (document, item);
    if findings.iter().all(is_own) {
        return;
    }
    let (own, mut moved): (Vec<_>, Vec<_>) = std::mem::take(findings).into_iter().partition(is_own);
    let mut by_rule = HashMap::new();
    moved.iter().enumerate().for_each(|(at, it)| _ = by_rule.entry(it.rule.id).or_insert(at));
    for finding in own {
        let mut yields = finding.rule.yields_to.iter().filter(|it| it.same == Same::Object);
        match yields.find_map(|it| by_rule.get(it.to)) {
            Some(&at) => {
                let keeper = &mut moved[at];
                keeper.severity = keeper.severity.max(finding.severity);
                keeper.also.push(finding);
            }
            None => findings.push(finding),
        }
    }
    findings.append(&mut moved);
}

/// Returns for each finding of an object the findings that can stand for it, the best first.
pub fn candidates(findings: &[Finding]) -> Vec<Vec<usize>> {
    if findings.iter().all(|it| it.rule.yields_to.is_empty()) {
        return vec![Vec::new(); findings.len()];
    }
    let (mut by_rule, mut by_field) = (HashMap::new(), HashMap::new());
    for (at, finding) in findings.iter().enumerate() {
        by_rule.entry(finding.rule.id).or_insert(at);
        for path in paths(finding) {
            by_field.entry((finding.rule.id, path)).or_insert(at);
        }
    }
    let of = |finding: &Finding| {
        let yields = finding.rule.yields_to.iter();
        let found = yields.filter_map(|other| match other.same {
            Same::Object => by_rule.get(other.to).copied(),
            Same::Field => paths(finding).find_map(|path| by_field.get(&(other.to, path)).copied()),
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
