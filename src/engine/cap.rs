//! Of the findings of one rule in one object some are listed, the others counted: a manifest can have the same mistake
//! in every line.

use std::collections::HashMap;

use crate::diagnostic::finding::{Finding, MAX_EXAMINED, MAX_FINDINGS};
use crate::manifest::edit::Fix;

/// Cuts the findings of an object, and says in the last one of a rule how many more there are. A finding has as many
/// other places at most, and a fix for no more.
pub(crate) fn cap(findings: &mut Vec<Finding>) {
    for finding in findings.iter_mut() {
        let more = finding.related.len().saturating_sub(MAX_FINDINGS);
        if more > 0 {
            let others = finding.related.split_off(MAX_FINDINGS);
            finding.affects(others.into_iter().map(|it| it.place));
            finding.message.to_mut().push_str(&format!(" (and {more} more places)"));
        }
        let is_small = |fix: &Fix| fix.edits.len() <= MAX_FINDINGS;
        finding.fix = finding.fix.take().filter(|fix| is_small(fix));
        finding.alternative = finding.alternative.take().filter(|fix| is_small(fix));
    }
    if findings.len() <= MAX_FINDINGS {
        return;
    }
    let mut counts: HashMap<&str, usize> = HashMap::new();
    findings.retain(|finding| {
        let count = counts.entry(finding.rule.id).or_default();
        *count += 1;
        *count <= MAX_FINDINGS
    });
    counts.retain(|_, count| *count > MAX_FINDINGS);
    for finding in findings.iter_mut().rev() {
        if let Some(count) = counts.remove(finding.rule.id) {
            let at_least = if count == MAX_EXAMINED { "at least " } else { "" };
            let more = format!(" (and {at_least}{} more of these)", count - MAX_FINDINGS);
            finding.message.to_mut().push_str(&more);
        }
    }
}
