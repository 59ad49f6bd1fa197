//! Where a report that machines read puts a finding: in a file that is there.

use crate::text::source::{Origin, Source};
use crate::text::span::{Position, Span};
use crate::text::terminal::without_trailing_space;

/// A place in a file that people write.
pub(super) struct FileLocation<'s> {
    /// The file.
    pub file: &'s str,
    /// Where the place starts.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
    /// What a message has to add, with a space before it: where something rendered has the place. Else empty.
    pub note: String,
}

/// Attaches a place of a source. What was rendered is not a file: its places are at the start of what it was made of.
pub(super) fn locate(source: &Source, span: Span) -> FileLocation<'_> {
    let (start, end) = source.positions(without_trailing_space(source, span));
    let Origin::Rendered { file, document } = &source.origin else {
        return FileLocation { file: &source.name, start, end, note: String::new() };
    };
    let document = if *document == 1 { String::new() } else { format!(", document {document}") };
    let top = Position { line: 1, column: 1, offset: 0 };
    FileLocation { file, start: top, end: top, note: format!(" (rendered{document}, line {})", start.line) }
}
