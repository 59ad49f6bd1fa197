//! The lines that a command reads from the script itself.

use std::ops::Range;

use super::lines::Lines;
use super::sentence::prints;
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

/// A here-document of a script.
pub(super) struct HereDocument {
    /// Its lines.
    body: Range<usize>,
    /// Whether people read it: a command prints or sends it, and writes it to no file.
    pub is_shown: bool,
}

/// Finds all of them, in order, from their marks.
pub(super) fn here_documents(lines: &Lines<'_>) -> Vec<HereDocument> {
    let bytes = lines.text.as_bytes();
    let (mut found, mut next): (Vec<HereDocument>, _) = (Vec::new(), 0);
    for mark in memchr::memmem::find_iter(bytes, b"<<") {
        // Merge keys and shifts are none.
        let name = lines.text[mark + 2..].trim_start_matches(['-', ' ', '"', '\'', '\\']);
        let line = lines.line(mark);
        if line < next || !name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_') {
            continue;
        }
        if let Some(body) = here_document(lines, mark..mark + 2).filter(|it| it.end < lines.count()) {
            next = body.end;
            found.push(HereDocument { body, is_shown: is_shown(lines.content(line)) });
        }
    }
    found
}

/// Returns the one that has a line.
pub(super) fn around(documents: &[HereDocument], line: usize) -> Option<&HereDocument> {
    let first = documents.partition_point(|it| it.body.end <= line);
    documents.get(first).filter(|it| it.body.contains(&line))
}

/// Whether the command on a line prints its here-document, or sends it to people.
fn is_shown(line: &str) -> bool {
    let line = line.replace(">&2", "").replace("> /dev/stderr", "");
    let command = line.split("<<").next().unwrap_or_default();
    let command = command.rsplit([';', '&', '|', '(', '{']).next().unwrap_or_default();
    let program = command.split_whitespace().next().unwrap_or_default();
    (program == "cat" || prints(program.as_bytes())) && !line.contains(['>', '|'])
}

/// Returns where these bytes come first in a part of the text.
pub(super) fn find(lines: &Lines<'_>, range: Range<usize>, bytes: &[u8]) -> Option<usize> {
    let part = lines.text.as_bytes().get(range.clone())?;
    part.windows(bytes.len()).position(|it| it == bytes).map(|at| range.start + at)
}
