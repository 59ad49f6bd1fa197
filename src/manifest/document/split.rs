//! Takes a file apart into documents, as kubectl does.
//!
//! Source: `k8s.io/apimachinery/pkg/util/yaml/decoder.go` (`YAMLOrJSONDecoder`, `YAMLReader`): a file that starts with `{`
//! is JSON, one value after another; anything else is split at lines that start with `---`.

use std::ops::Range;
use std::sync::Arc;

use super::build::MAX_REPEATED;
use super::data::Document;
use super::error::SyntaxError;
use super::{json, yaml};
use crate::text::source::Source;
use crate::text::span::Span;

/// A file taken apart.
#[derive(Debug, Default)]
pub struct Stream {
    /// The documents that could be read, empty ones left out.
    pub documents: Vec<Document>,
    /// What could not be read or is left unread, in the order of the text.
    pub problems: Vec<Problem>,
}

/// A part of a file that Kubernetes refuses or does not read.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Position of the document among those of its file, from 0.
    pub document: usize,
    /// What is wrong, with its place.
    pub error: SyntaxError,
    /// The part of the file that is lost with it.
    pub lost: Span,
    /// Whether Kubernetes goes on without a word, instead of refusing the document.
    pub silent: bool,
}

/// Reads all documents of a file.
pub fn read(source: &Arc<Source>) -> Stream {
    let mut stream = Stream::default();
    let text = source.text.as_str();
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    if text[start..].trim_start().starts_with('{') {
        match json::parse_stream(source, start, &mut stream.documents) {
            Ok(()) => return stream,
            Err(stop) if stop.documents > 1 => {
                stream.problems.push(problem(
                    stop.documents,
                    stop.error,
                    Span::new(stop.start, text.len()),
                    false,
                ));
                return stream;
            }
            // One value or none may still be YAML in flow style.
            Err(stop) => {
                let mut rest = Stream::default();
                let yaml = yaml_start(text, stop.start);
                if let Some(start) = yaml {
                    read_yaml(source, start, stop.documents, &mut rest);
                }
                let is_yaml =
                    rest.problems.iter().all(|it| it.silent) || looks_like_yaml(&text[stop.start..]);
                if is_yaml && yaml.is_some() {
                    stream.documents.extend(rest.documents);
                    stream.problems.extend(rest.problems);
                } else {
                    let lost = Span::new(stop.start, text.len());
                    stream.problems.push(problem(stop.documents, stop.error, lost, false));
                }
                return stream;
            }
        }
    }
    read_yaml(source, start, 0, &mut stream);
    stream
}

/// Returns where kubectl continues with YAML after the JSON that ends at `at`: on the next line, if nothing else is left of
/// this one (`consumeWhitespace`). It gives up where less than four bytes are left.
pub(super) fn yaml_start(text: &str, mut at: usize) -> Option<usize> {
    while text.len() >= at + 4 {
        let next = text[at..].chars().next().filter(|it| it.is_whitespace());
        let Some(next) = next else { return Some(at) };
        at += next.len_utf8();
        if next == '\n' {
            return Some(at);
        }
    }
    None
}

/// Whether text that is not JSON was meant as YAML: it has comments or separators of its own.
pub(super) fn looks_like_yaml(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("---") || line.trim_start().starts_with('#'))
}

fn problem(document: usize, error: SyntaxError, lost: Span, silent: bool) -> Problem {
    Problem { document, error, lost, silent }
}

/// What a line between documents starts with.
pub(super) const SEPARATOR: &str = "---";

/// A document of a YAML text that has not been read, and the line that ends it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// How many bytes the document has.
    pub(super) document: usize,
    /// How many bytes the line has that comes next; nothing at the end of the text.
    pub(super) separator: Option<usize>,
}

/// Returns the first part of a text that starts where a document can start. Nothing where it takes more of the text to tell
/// where the part ends; `is_whole` says that there is no more.
pub(super) fn next_part(text: &str, is_whole: bool) -> Option<Part> {
    let line = |start: usize| {
        let end = memchr::memchr(b'\n', &text.as_bytes()[start..]);
        end.map(|at| at + 1).or(is_whole.then_some(text.len() - start))
    };
    // A separator with nothing before it opens the first document, and belongs to it.
    let opening = if text.starts_with(SEPARATOR) { line(0)? } else { 0 };
    if misplaced(&text[..opening]).is_some() {
        return Some(Part { document: 0, separator: Some(opening) });
    }
    let before = opening.saturating_sub(1);
    match memchr::memmem::find(&text.as_bytes()[before..], b"\n---") {
        Some(at) => Some(Part { document: before + at + 1, separator: Some(line(before + at + 1)?) }),
        None => is_whole.then_some(Part { document: text.len(), separator: None }),
    }
}

/// Returns the bytes of a separator's line that must not be there.
fn misplaced(line: &str) -> Option<Range<usize>> {
    let rest = line.get(SEPARATOR.len()..)?;
    let junk = rest.trim();
    let start = line.len() - rest.trim_start().len();
    (!junk.is_empty() && !junk.starts_with('#')).then_some(start..start + junk.len())
}

/// Returns what is wrong with the line of a separator, before the document `index`.
pub(super) fn separator_problem(source: &Source, line: Span, index: usize) -> Option<Problem> {
    let junk = misplaced(line.text(&source.text))?;
    let error = SyntaxError::new("invalid Yaml document separator", line.part(junk.start, junk.len()))
        .help("move what follows `---` to the next line: kubectl accepts only a comment there");
    Some(problem(index, error, line, false))
}

/// Splits at separator lines from `start` on and reads each part.
fn read_yaml(source: &Arc<Source>, start: usize, first_index: usize, stream: &mut Stream) {
    let (mut index, mut repeatable, mut at) = (first_index, MAX_REPEATED, start);
    while let Some(part) = next_part(&source.text[at..], true).filter(|_| at < source.text.len()) {
        if part.document > 0 {
            let chunk = Span::new(at, at + part.document);
            read_chunk(source, chunk, index, &mut repeatable, stream);
            index += 1;
            at += part.document;
        }
        let line = Span::new(at, at + part.separator.unwrap_or_default());
        stream.problems.extend(separator_problem(source, line, index));
        at = line.end as usize;
    }
}

/// Reads a document; `repeatable` is how many bytes of text aliases may still repeat in the file.
fn read_chunk(source: &Arc<Source>, chunk: Span, index: usize, repeatable: &mut usize, stream: &mut Stream) {
    let parsed = yaml::parse(source, chunk, index, *repeatable);
    *repeatable = parsed.repeatable;
    match parsed.document {
        Ok(document) => stream.documents.extend(document),
        Err(error) => stream.problems.push(problem(index, error, chunk, false)),
    }
    if let Some(dropped) = parsed.dropped {
        stream.problems.push(problem(index, dropped_error(source, dropped), dropped, true));
    }
}

/// Says that a part of a file is not read: what follows `...`, or a value that ends before the document does.
pub(super) fn dropped_error(source: &Source, dropped: Span) -> SyntaxError {
    let before = source.text[..dropped.start as usize].trim_end();
    let is_ended = before
        .lines()
        .rev()
        .take_while(|it| it.trim_start().starts_with(['#', '.']))
        .any(|it| it.trim() == "...");
    let message = if is_ended {
        "Kubernetes does not read what follows the end of a document (`...`)"
    } else {
        "Kubernetes does not read what follows the first value of a document"
    };
    SyntaxError::new(message, dropped)
}
