//! Comments behind a command on the same line.

use crate::shell::Script;
use crate::shell::traversal::words_in;
use crate::text::span::{Span, to_u32};

/// Returns where comments start that stand behind something else on their line.
pub(super) fn behind_commands(script: &Script<'_>) -> Vec<u32> {
    let text = script.text();
    if script.error.is_some() || !text.contains(" #") {
        return Vec::new();
    }
    let mut spans: Vec<Span> = script.tree.texts.clone();
    words_in(&script.tree.list, &mut |word| spans.push(word.span));
    spans.sort_by_key(|it| it.start);
    // Where a word begins inside another, the outer one began before.
    let mut ends = Vec::with_capacity(spans.len());
    let mut end = 0;
    for span in &spans {
        end = span.end.max(end);
        ends.push(end);
    }
    let is_in_word = |at: u32| {
        let before = spans.partition_point(|it| it.start <= at);
        before > 0 && ends[before - 1] > at
    };
    let marks = text.match_indices(" #").map(|(at, _)| to_u32(at + 1));
    marks.filter(|at| !is_in_word(*at)).collect()
}
