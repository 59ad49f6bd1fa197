//! The lines that a command reads from the script itself.

use std::ops::Range;

use super::lines::Lines;
use super::word::word;

/// So many lines of it are read.
const MAX_LINES: usize = 64;

/// Returns the lines of a here-document that begins within a part of a line.
pub(super) fn here_document(lines: &Lines<'_>, part: Range<usize>) -> Option<Range<usize>> {
    let mark = find(lines, part, b"<<").filter(|at| lines.byte(at + 2) != Some(b'<'))?;
    let end = lines.text[word(lines, lines.skip_blanks(mark + 2))].trim_matches(['-', '"', '\'']);
    let first = lines.line(mark) + 1;
    let is_body = |it: &usize| lines.content(*it) != end;
    let count = (first..lines.count().min(first + MAX_LINES)).take_while(is_body).count();
    Some(first..first + count)
}

/// Returns where these bytes come first in a part of the text.
pub(super) fn find(lines: &Lines<'_>, range: Range<usize>, bytes: &[u8]) -> Option<usize> {
    let part = lines.text.as_bytes().get(range.clone())?;
    part.windows(bytes.len()).position(|it| it == bytes).map(|at| range.start + at)
}
