//! What an editor offers to do about a finding: its fix, a suppression, and all safe fixes at once.

use crate::diagnostic::finding::Finding;
use crate::manifest::edit::apply::apply;
use crate::manifest::edit::{Edit, Fix, Safety};
use crate::policy::config::Config;
use crate::rewrite::suppress_each::suppress_each;
use crate::text::source::Source;
use crate::text::span::Span;

/// What stands in a new suppression until someone says why.
pub const REASON: &str = "say why";

/// Writes for each finding a suppression that hides it, as a comment or, where no comment can, as an annotation; `None` where neither
/// does or the configuration forbids it.
pub fn ignore(findings: &[&Finding], source: &Source, config: &Config) -> Vec<Option<Vec<Edit>>> {
    suppress_each(findings, source, config, REASON)
}

/// Returns a text with edits.
pub fn apply_edits(text: &str, edits: &[Edit]) -> String {
    apply(text, [&Fix::new("", Safety::Unsafe, edits.to_vec())])
}

/// Returns edits of whole lines that make one text of another, so that places that do not change stay where they are.
pub fn line_edits(before: &str, after: &str) -> Vec<Edit> {
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
        let edits = line_edits(before, after);
        assert_eq!(apply_edits(before, &edits), after);
        assert!(edits.iter().all(|edit| edit.span.start >= 10), "{edits:?}");
    }
}
