//! One YAML document as kubectl reads it: YAML 1.1 in the way of libyaml, and the values of go-yaml.
//!
//! The same steps in the same order as `go.yaml.in/yaml/v2` takes them, so that it can be compared function by function:
//! [`scanner`] and the files that add to it make tokens of a text, [`parser`] nodes of tokens, [`compose`] values of nodes.

mod block;
mod blocks;
mod chars;
mod compose;
mod fetch;
mod flows;
mod keys;
mod parser;
mod plain;
mod quoted;
mod scalar;
mod scanner;
mod tag;
mod token;

use std::borrow::Cow;
use std::sync::Arc;

use super::data::Document;
use super::error::SyntaxError;
use super::explain;
use crate::text::source::Source;
use crate::text::span::{Span, range_in};
use compose::Composer;
use parser::Parser;
use scanner::Scanner;

/// So many bytes are decoded at once (`input_raw_buffer_size`): a character that is refused is seen with those around it.
const BUFFER: usize = 512;

/// So many characters are looked at beyond a token.
const LOOKAHEAD: usize = 4;

/// What came out of one part of a file.
pub(super) struct Parsed {
    /// The document, if there is one and no error ended it.
    pub(super) document: Result<Option<Document>, SyntaxError>,
    /// Text after the end of the document (`...`), which Kubernetes does not read.
    pub(super) dropped: Option<Span>,
    /// How many more bytes of text aliases may repeat in the rest of the file.
    pub(super) repeatable: usize,
}

/// Reads the part `chunk` of `source`, whose aliases may repeat `repeatable` bytes of text.
pub(super) fn parse(source: &Arc<Source>, chunk: Span, index: usize, repeatable: usize) -> Parsed {
    let chunk_text = chunk.text(&source.text);
    let text = chunk_text.trim_start_matches('\u{feff}');
    let offset = chunk.end as usize - text.len();
    let length = text.len();
    // kubectl adds the line feed that a last line lacks.
    let text = if text.ends_with('\n') { Cow::Borrowed(text) } else { Cow::Owned(format!("{text}\n")) };
    let survey = chars::survey(&text);
    let scanner = Scanner::new(&text, length, survey, offset);
    let mut parser = Parser::new(scanner, Composer::new(source, chunk, repeatable), source);
    let result = parser.run();
    let Parser { scanner, tree, rest, .. } = parser;
    let repeatable = tree.builder.repeatable;
    let decoded = (scanner.at + LOOKAHEAD).next_multiple_of(BUFFER);
    let document = match (survey.refused.filter(|&at| at < decoded), result) {
        (Some(at), _) => {
            let length = text[at..].chars().next().map_or(0, char::len_utf8);
            let place = Span::new(offset + at, offset + at + length);
            Err(SyntaxError::new("control characters are not allowed", place))
        }
        (None, Err(fault)) => Err(explain::explain(&fault, &source.text, chunk)),
        (None, Ok(())) if tree.is_empty() => Ok(None),
        (None, Ok(())) => tree.finish().map(|builder| Some(builder.finish(index, chunk, scanner.comments))),
    };
    let dropped = rest.filter(|_| document.is_ok()).and_then(|rest| content_behind(source, rest, chunk.end));
    Parsed { document, dropped, repeatable }
}

/// Returns what is left behind a document, if it is more than comments and marks.
fn content_behind(source: &Source, rest: u32, end: u32) -> Option<Span> {
    let text = Span { start: rest, end }.text(&source.text);
    let is_content = |line: &&str| !matches!(line.trim(), "" | "...") && !line.trim_start().starts_with('#');
    let line = text.lines().find(is_content)?;
    let start = range_in(&source.text, line.trim_start())?.start;
    Some(Span::new(start, end as usize))
}
