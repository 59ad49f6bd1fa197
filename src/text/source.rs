//! A text as the linter sees it: where it comes from, its name, and its lines.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::text::span::{LineIndex, Position, Span, to_u32};

/// The name of standard input, unless the call gives it another one.
pub const STDIN: &str = "<stdin>";

/// The namespace for which charts are rendered: nobody says where they will be installed.
pub const RELEASE_NAMESPACE: &str = "release-namespace";

/// Where a text comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A file or standard input.
    #[default]
    File,
    /// A file that a kustomization names as a patch: its objects are parts that others complete.
    Patch,
    /// An API server that sends an object, without a text.
    Server,
    /// The output of Helm or Kustomize.
    Rendered {
        /// The file that it was made of.
        file: String,
        /// Which document of the output that was made of this file, from 1.
        document: usize,
    },
}

/// How a kustomization changes an image (`images`); what is empty stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ImageChange {
    /// The image without tag and digest.
    pub(crate) name: String,
    /// The new name.
    pub(crate) new_name: String,
    /// The new tag.
    pub(crate) new_tag: String,
    /// The new digest.
    pub(crate) digest: String,
}

/// A text with the name that people know it by.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Source {
    /// The path as given or found, with `/` between its parts; [`STDIN`] for standard input.
    pub name: String,
    /// The whole text; empty where there is none, or where it could not be read.
    pub text: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The JSON that an object without a text was read from: values are parts of it, but nothing of it is shown.
    pub(crate) json: String,
    /// How the kustomizations that list the file change images, one after the other for each.
    pub(crate) image_changes: Vec<Arc<[ImageChange]>>,
    /// The template that Helm made it of.
    pub(crate) template: Option<Arc<Source>>,
    /// The texts that the file had before changes in this run made this one of them: what they hid stays hidden.
    pub(crate) earlier: Vec<Arc<str>>,
    /// Where the text starts in the input that it is a part of; at its start for a whole one.
    pub(crate) start: Start,
    lines: OnceLock<LineIndex>,
}

/// Where a text starts that is a part of a longer one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Start {
    /// How many bytes come before it.
    pub(crate) offset: usize,
    /// How many line ends come before it.
    pub(crate) line: usize,
    /// How many characters of its first line come before it.
    pub(crate) column: usize,
}

/// The most bytes that are kept of the lines around a part: more than an excerpt shows of a line.
pub(crate) const MARGIN: usize = 1 << 10;

/// Returns a part of a text with what an excerpt shows around it: the lines before and after its own, or the nearest
/// of them where these are long.
pub(crate) fn with_margin(text: &str, part: Range<usize>) -> Range<usize> {
    let most = MARGIN / 2;
    let least = text.ceil_char_boundary(part.start.saturating_sub(most));
    let own = memchr::memrchr(b'\n', &text.as_bytes()[least..part.start]).map(|at| least + at + 1);
    let start = match own {
        None => least,
        Some(own) => {
            let least = own.saturating_sub(1 + 4 * MARGIN);
            let before = memchr::memrchr(b'\n', &text.as_bytes()[least..own - 1]);
            before.map(|at| least + at + 1).unwrap_or(if least == 0 { 0 } else { own })
        }
    };
    // What ends with a line end has its own line after it.
    let mut end = part.end - usize::from(text[..part.end].ends_with('\n'));
    for _ in 0..2 {
        let limit = text.floor_char_boundary((end + most).min(text.len()));
        let line = memchr::memchr(b'\n', &text.as_bytes()[end..limit]);
        end = line.map_or(limit, |at| end + at + 1);
        if line.is_none() {
            break;
        }
    }
    start..end.max(part.end)
}

impl Start {
    /// Returns where the rest of a text starts of which `bytes` come first.
    pub(crate) fn after(self, text: &str, bytes: Range<usize>) -> Self {
        let all = text.as_bytes();
        let ends_line =
            |at: &usize| all[*at] == b'\n' || all[*at] == b'\r' && all.get(at + 1) != Some(&b'\n');
        let found = memchr::memchr2_iter(b'\n', b'\r', &all[bytes.clone()]).map(|at| bytes.start + at);
        let (mut line, mut last) = (self.line, None);
        found.filter(ends_line).for_each(|at| (line, last) = (line + 1, Some(at + 1)));
        let rest = text[last.unwrap_or(bytes.start)..bytes.end].chars().count();
        let column = if last.is_some() { rest } else { self.column + rest };
        Start { offset: self.offset + bytes.len(), line, column }
    }

    /// Returns the position in the longer text of one in the part.
    pub(crate) fn position(self, Position { line, column, offset }: Position) -> Position {
        let column = if line == 1 { self.column + column } else { column };
        Position { line: self.line + line, column, offset: self.offset + offset }
    }
}

impl Source {
    /// Makes a source of a file's name and text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let (name, text) = (name.into(), text.into());
        Source { name, text, ..Source::default() }
    }

    /// Makes the source of a part of this text, which starts at `start`.
    pub(crate) fn part(&self, text: impl Into<String>, start: Start) -> Self {
        Source { start, ..self.with_text(text) }
    }

    /// Makes the source of an object that an API server sends.
    pub fn from_server() -> Self {
        Source { origin: Origin::Server, ..Source::default() }
    }

    /// Makes the source of an object that an API server sends as this JSON.
    pub(crate) fn received(json: String) -> Self {
        Source { json, ..Source::from_server() }
    }

    /// Makes the source of a document that Helm or Kustomize made of a file, the first of them or another one.
    pub fn rendered(file: &str, document: usize, text: impl Into<String>) -> Self {
        let name = match document {
            1 => format!("{file} (rendered)"),
            number => format!("{file} (rendered, document {number})"),
        };
        Source { origin: Origin::Rendered { file: file.to_owned(), document }, ..Source::new(name, text) }
    }

    /// Makes the source of a part with what excerpts show around it, and returns where that starts.
    pub(crate) fn around(&self, part: Span) -> (Source, u32) {
        let around = with_margin(&self.text, part.range());
        let start = self.start.after(&self.text, 0..around.start);
        let offset = to_u32(around.start);
        (self.part(&self.text[around], start), offset)
    }

    /// Makes the same source with another text.
    pub fn with_text(&self, text: impl Into<String>) -> Self {
        let (origin, start, image_changes) = (self.origin.clone(), self.start, self.image_changes.clone());
        let (template, earlier) = (self.template.clone(), self.earlier.clone());
        Source { origin, start, image_changes, template, earlier, ..Source::new(self.name.as_str(), text) }
    }

    /// Makes the source of what a change has made of this one.
    pub(crate) fn changed(&self, text: impl Into<String>) -> Self {
        let mut changed = self.with_text(text);
        changed.earlier.push(self.text.as_str().into());
        changed
    }

    /// Returns what values are parts of: the text, or the JSON of an object without one.
    #[inline]
    pub(crate) fn read_from(&self) -> &str {
        if self.json.is_empty() { &self.text } else { &self.json }
    }

    /// Returns the file that people write: for what was rendered the one that it was made of.
    pub fn file(&self) -> &str {
        match &self.origin {
            Origin::Rendered { file, .. } => file,
            _ => &self.name,
        }
    }

    /// Whether Helm or Kustomize has made it.
    pub fn is_rendered(&self) -> bool {
        matches!(self.origin, Origin::Rendered { .. })
    }

    /// Whether an API server sends it.
    pub fn is_from_server(&self) -> bool {
        self.origin == Origin::Server
    }

    /// Returns the starts of the lines, found when first asked for.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Returns where `span` starts and ends in the whole input.
    pub fn positions(&self, span: Span) -> (Position, Position) {
        let (start, end) = self.own_positions(span);
        (self.start.position(start), self.start.position(end))
    }

    /// Returns where `span` starts and ends in the text alone, whose lines [`Source::line`] returns.
    pub(crate) fn own_positions(&self, span: Span) -> (Position, Position) {
        let lines = self.lines();
        (lines.position(&self.text, span.start), lines.position(&self.text, span.end))
    }

    /// Returns the text of a line, from 1, without its end.
    pub fn line(&self, line: usize) -> &str {
        let lines = self.lines();
        let start = lines.start_of(line) as usize;
        let end = if line < lines.lines() { lines.start_of(line + 1) as usize } else { self.text.len() };
        self.text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }
}
