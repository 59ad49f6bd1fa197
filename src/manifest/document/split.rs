//! Takes a file apart into documents, as kubectl does.
//!
//! Source: `k8s.io/apimachinery/pkg/util/yaml/decoder.go` (`YAMLOrJSONDecoder`, `YAMLReader`): a file that starts with `{`
//! is JSON, one value after another; anything else is split at lines that start with `---`.

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
fn yaml_start(text: &str, mut at: usize) -> Option<usize> {
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

/// Whether text that is no JSON was meant as YAML: it has comments or separators of its own.
fn looks_like_yaml(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("---") || line.trim_start().starts_with('#'))
}

fn problem(document: usize, error: SyntaxError, lost: Span, silent: bool) -> Problem {
    Problem { document, error, lost, silent }
}

/// What a line between documents starts with.
const SEPARATOR: &str = "---";

/// Returns where the lines between documents start.
fn separators(text: &str, start: usize) -> impl Iterator<Item = usize> {
    let first = text[start..].starts_with(SEPARATOR).then_some(start);
    let others = memchr::memmem::find_iter(&text.as_bytes()[start..], "\n---");
    first.into_iter().chain(others.map(move |at| start + at + 1))
}

/// Splits at separator lines from `start` on and reads each part.
fn read_yaml(source: &Arc<Source>, start: usize, first_index: usize, stream: &mut Stream) {
    let (mut index, mut repeatable) = (first_index, MAX_REPEATED);
    let mut chunk_start = start;
    let text = source.text.as_str();
    for line_start in separators(text, start) {
        let line_end = text[line_start..].find('\n').map_or(text.len(), |at| line_start + at + 1);
        // A separator with nothing before it opens the first document, and belongs to it.
        if line_start > chunk_start {
            read_chunk(source, Span::new(chunk_start, line_start), index, &mut repeatable, stream);
            index += 1;
            chunk_start = line_end;
        }
        let rest = &text[line_start + SEPARATOR.len()..line_end];
        let junk = rest.trim();
        if !junk.is_empty() && !junk.starts_with('#') {
            let at = line_end - rest.trim_start().len();
            let place = Span::new(at, at + junk.len());
            let error = SyntaxError::new("invalid Yaml document separator", place)
                .help("only a comment can follow `---` on its line");
            stream.problems.push(problem(index, error, Span::new(line_start, line_end), false));
            chunk_start = line_end;
        }
    }
    if chunk_start < text.len() {
        read_chunk(source, Span::new(chunk_start, text.len()), index, &mut repeatable, stream);
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
        let error =
            SyntaxError::new("Kubernetes does not read what follows the end of a document (`...`)", dropped);
        stream.problems.push(problem(index, error, dropped, true));
    }
}
