//! What an editor offers to do about a finding: its fix, a suppression, and all safe fixes at once.

use super::diagnostic::judge;
use super::outline::{Outline, Step};
use crate::config::Config;
use crate::finding::Finding;
use crate::fix::{Edit, Fix, Safety, apply};
use crate::span::Span;

/// What stands in a new suppression until someone says why.
pub const REASON: &str = "say why";

/// Writes a comment that hides a finding, on its own line above the finding or the list item around it.
///
/// Nothing where no comment can: in JSON, and where one is forbidden. Whether it can is tried out.
pub fn ignore(finding: &Finding, config: &Config) -> Option<Edit> {
    let (name, text) = (&finding.source.name, finding.source.text.as_str());
    let count = |text: &str| {
        let is_same = |it: &Finding| it.rule.id == finding.rule.id && it.subject == finding.subject;
        let is_unread = |it: &Finding| it.rule.id == "syntax-error";
        let findings = judge(name, text, config);
        (findings.iter().filter(|it| is_same(it)).count(), findings.iter().filter(|it| is_unread(it)).count())
    };
    let (same, unread) = count(text);
    let hides = |edit: &Edit| {
        let (left, broken) = count(&with(text, edit));
        left < same && broken <= unread
    };
    places(text, finding.place.span.start as usize)
        .into_iter()
        .map(|at| comment(text, at, finding.rule.id))
        .find(hides)
}

/// Returns the places of which a comment above could hide what stands at `offset`: it, and the items around it.
fn places(text: &str, offset: usize) -> Vec<usize> {
    let outline = Outline::at(text, offset);
    let mut way = outline.way(outline.last_before(offset + 1));
    way.retain(|&node| matches!(outline.nodes[node].step, Step::Item(_)));
    let items = way.into_iter().rev().map(|node| outline.nodes[node].key.start);
    std::iter::once(offset).chain(items).collect()
}

/// Writes a suppression on a line of its own above the line of `at`, as far to the right as that.
fn comment(text: &str, at: usize, rule: &str) -> Edit {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let indent = text[line..].len() - text[line..].trim_start_matches(' ').len();
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let comment = format!("{:indent$}# batchlint: ignore[{rule}] {REASON}{line_end}", "");
    Edit { span: Span::new(line, line), text: comment }
}

/// Returns a text with an edit.
pub fn with(text: &str, edit: &Edit) -> String {
    let fix =
        Fix { title: "".into(), safety: Safety::Unsafe, edits: vec![edit.clone()], confidential: false };
    apply(text, [&fix])
}

/// Returns edits of whole lines that make one text of another, so that places that do not change stay where they are.
pub fn changes(before: &str, after: &str) -> Vec<Edit> {
    let diff = similar::TextDiff::from_lines(before, after);
    let offsets = |text: &str| {
        let ends = text.split_inclusive('\n').scan(0, |end, line| {
            *end += line.len();
            Some(*end)
        });
        std::iter::once(0).chain(ends).collect::<Vec<usize>>()
    };
    let (old, new) = (offsets(before), offsets(after));
    let changed = diff.ops().iter().filter(|op| op.tag() != similar::DiffTag::Equal);
    let edit = |op: &similar::DiffOp| {
        let (from, to) = (op.old_range(), op.new_range());
        let text = after.get(*new.get(to.start)?..*new.get(to.end)?)?;
        Some(Edit { span: Span::new(*old.get(from.start)?, *old.get(from.end)?), text: text.to_owned() })
    };
    changed.filter_map(edit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_touch_no_more_lines_than_they_must() {
        let (before, after) = ("a: 1\nb: 2\nc: 3\n", "a: 1\nb: 2\nx: 9\nc: 4\n");
        let edits = changes(before, after);
        assert_eq!(
            apply(
                before,
                [&Fix { title: "".into(), safety: Safety::Safe, edits: edits.clone(), confidential: false }]
            ),
            after
        );
        assert!(edits.iter().all(|edit| edit.span.start >= 10), "{edits:?}");
    }
}
