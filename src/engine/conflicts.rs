//! Merge conflicts that are left in a file: one finding for each, in place of the errors of reading that it causes.

use std::borrow::Cow;

use crate::manifest::document::{Problem, SyntaxError};
use crate::text::span::Span;

/// Returns the problems of a file to report.
pub(super) fn reported<'p>(problems: &'p [Problem], text: &str) -> Cow<'p, [Problem]> {
    let conflicts = if problems.is_empty() { Vec::new() } else { conflicts(text) };
    if conflicts.is_empty() {
        return Cow::Borrowed(problems);
    }
    let mut found: Vec<Problem> = Vec::new();
    let mut first_of: Vec<Option<usize>> = vec![None; conflicts.len()];
    for problem in problems {
        let at = conflicts.partition_point(|it| it.end <= problem.lost.start);
        let conflict = conflicts.get(at).filter(|it| it.start < problem.lost.end);
        match conflict.map(|it| (first_of[at], it)) {
            None => found.push(problem.clone()),
            Some((Some(first), _)) => {
                let known = &mut found[first];
                known.silent &= problem.silent;
                known.lost = Span { start: known.lost.start, end: known.lost.end.max(problem.lost.end) };
            }
            Some((None, conflict)) => {
                first_of[at] = Some(found.len());
                found.push(Problem { error: error(*conflict, text), ..problem.clone() });
            }
        }
    }
    Cow::Owned(found)
}

fn error(conflict: Span, text: &str) -> SyntaxError {
    let line = conflict.text(text).lines().next().unwrap_or_default();
    SyntaxError {
        message: "a merge conflict is left in the file, and Kubernetes cannot parse it".to_owned(),
        help: Some(
            "keep one side of each conflict, and delete the lines with `<<<<<<<`, `=======` and `>>>>>>>`"
                .to_owned(),
        ),
        span: conflict.part(0, line.len()),
        line: 0,
    }
}

/// Returns the conflicts in a text, in their order, each from its first mark to its last.
fn conflicts(text: &str) -> Vec<Span> {
    let (mut found, mut at): (Vec<Span>, usize) = (Vec::new(), 0);
    let mut is_open = false;
    for line in text.split_inclusive('\n') {
        let span = Span::new(at, at + line.len());
        at += line.len();
        let ends = line.starts_with(">>>>>>> ");
        match found.last_mut().filter(|_| is_open && ends) {
            Some(last) => last.end = span.end,
            None if ends || line.starts_with("<<<<<<< ") => found.push(span),
            None => continue,
        }
        is_open = !ends;
    }
    found
}
