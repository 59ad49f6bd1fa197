//! What people who write manifests did where go-yaml stops, beside its words.

use super::error::SyntaxError;
use super::yaml::Fault;
use crate::text::span::Span;

/// Says what is wrong in the document at `chunk` of the source.
pub(super) fn explain(fault: &Fault, source: &str, _chunk: Span) -> SyntaxError {
    let start = fault.at as usize;
    let length = source[start..].chars().next().map_or(0, |it| if it == '\n' { 0 } else { it.len_utf8() });
    SyntaxError::new(fault.words.clone(), Span::new(start, start + length))
}
