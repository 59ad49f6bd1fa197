//! What a client reads of a denial. `kubectl` prints it as it is, but events end after 1,024 characters: the worst comes first.

use crate::text::phrases::count;
use std::cmp::Ordering;
use std::fmt::Write as _;

use super::answer::{self, Details, Status, StatusCause, one_line};
use super::ratchet::parts;
use crate::diagnostic::finding::Finding;
use crate::diagnostic::meta::Category;
use crate::manifest::document::Document;
use crate::mask::hide_in_text;
use crate::webhook::review::finding_action::FindingAction;
use crate::webhook::review::request::Request;

/// As many findings are written out in a denial; of the others their rules are named.
const MAX_IN_MESSAGE: usize = 10;

/// Sorts findings, those that matter most first: what denies, practices, severity, credentials. Equals come by their place.
pub(super) fn sort(ruled: &mut [FindingAction]) {
    let weight = |ruled: &FindingAction| {
        let action = ruled.action();
        let is_practice = ruled.parts.iter().any(|(rule, of)| rule.practice.is_some() && *of == action);
        let rule = ruled.finding.rule;
        (action, is_practice, ruled.finding.severity, rule.category == Category::Secrets, rule.confidence)
    };
    ruled.sort_by(|left, right| {
        let by_place = || compare_paths(&left.finding.place.path, &right.finding.place.path);
        weight(right).cmp(&weight(left)).then_with(by_place)
    });
}

/// Compares paths, indices by their number.
fn compare_paths(left: &str, right: &str) -> Ordering {
    let step = |part: &str| part.trim_matches(['[', ']']).parse::<usize>().ok();
    let differing = parts(left).zip(parts(right)).find(|(left, right)| left != right);
    match differing {
        Some((left, right)) => (step(left), left).cmp(&(step(right), right)),
        None => left.len().cmp(&right.len()),
    }
}

/// Writes what the client is told.
pub(super) fn denial(request: &Request, object: &Document, findings: &[&Finding], policy: &str) -> Status {
    let mut message = format!("{} under the policy `{policy}`", count(findings.len(), "finding"));
    let (shown, rest) = findings.split_at(findings.len().min(MAX_IN_MESSAGE));
    for finding in shown {
        let _ = write!(message, "\n{}", one_line(&line(finding), answer::LONGEST_LINE));
        if let Some(help) = &finding.help {
            let _ = write!(message, "\n  help: {}", one_line(help, answer::LONGEST_LINE));
        }
    }
    if !rest.is_empty() {
        let mut rules: Vec<_> = rest.iter().flat_map(|it| it.parts()).map(|it| it.rule.id).collect();
        rules.sort_unstable();
        rules.dedup();
        let rules = one_line(&rules.join(", "), answer::LONGEST_LINE);
        let _ = write!(message, "\nand {} more, of {rules}", rest.len());
    }
    if let Some(first) = findings.first() {
        let _ = write!(message, "\nmore: {}, or `batchlint explain {}`", first.rule.url(), first.rule.id);
    }
    let causes = findings.iter().flat_map(|finding| finding.parts());
    let causes = causes.take(answer::MAX_CAUSES).map(|part| StatusCause {
        reason: part.rule.id,
        message: one_line(&part.message, answer::LONGEST_LINE),
        field: part.place.path.clone(),
    });
    let mut details = details(request, causes.collect());
    // The findings hide a name that repeats a credential of the object.
    let name = object.root().field("metadata.name").text();
    if let Some(first) = findings.first().filter(|_| name == Some(&request.name)) {
        details.name.clone_from(&first.subject.name);
    }
    Status { status: "Failure", code: 403, reason: "Forbidden", message, details }
}

/// Returns which object a request is about, and why it is denied.
pub(super) fn details(request: &Request, causes: Vec<StatusCause>) -> Details {
    Details {
        name: hide_in_text(&request.name),
        group: request.kind.group.clone(),
        kind: request.kind.kind.clone(),
        causes,
    }
}

/// Writes a finding as one line: `stuck-forbid (also missing-deadline) spec.jobTemplate…: no run …`.
pub(super) fn line(finding: &Finding) -> String {
    let path = &finding.place.path;
    let gap = if path.is_empty() { "" } else { " " };
    let also = finding.also_list().map(|ids| format!(" (also {ids})")).unwrap_or_default();
    format!("{}{also}{gap}{path}: {}", finding.rule.id, finding.message)
}
