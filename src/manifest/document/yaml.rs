//! One YAML document as Kubernetes reads it: the events of `granit-parser`, the values of go-yaml.

use super::build::whole;
use std::sync::Arc;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle, Tag};

use super::build::Builder;
use super::build::Pair;
use super::data::Document;
use super::data::{Comment, Content, MAX_DEPTH, Style, Text};
use super::error::SyntaxError;
use super::resolve::{self, Scalar};
use super::scan;
use super::strict;
use crate::text::source::Source;
use crate::text::span::Span;

/// The namespace of the tags that YAML itself defines, written `!!`.
const CORE_TAGS: &str = "tag:yaml.org,2002:";

/// What came out of one part of a file.
pub(super) struct Parsed {
    /// The document, unless its first error ended it.
    pub(super) document: Result<Document, SyntaxError>,
    /// Text after the end of the document (`...`), which Kubernetes does not read.
    pub(super) dropped: Option<Span>,
    /// How many more bytes of text aliases may repeat in the rest of the file.
    pub(super) repeatable: usize,
}

/// Reads the part `chunk` of `source`, whose aliases may repeat `repeatable` bytes of text.
pub(super) fn parse(source: &Arc<Source>, chunk: Span, index: usize, repeatable: usize) -> Parsed {
    let mut reader = Reader::new(source.clone(), chunk);
    reader.builder.repeatable = repeatable;
    if let Some((at, character)) = unreadable_character(chunk.text(&source.text)) {
        let start = chunk.start as usize + at;
        let place = Span::new(start, start + character.len_utf8());
        let error = SyntaxError::new("control characters are not allowed", place);
        return Parsed { document: Err(error), dropped: None, repeatable };
    }
    let result = reader.run();
    let Reader { builder, comments, dropped, .. } = reader;
    let repeatable = builder.repeatable;
    Parsed { document: result.map(|()| builder.finish(index, chunk, comments)), dropped, repeatable }
}

/// Finds a character that go-yaml refuses anywhere in a document (`readerc.go`).
fn unreadable_character(text: &str) -> Option<(usize, char)> {
    let is_plain = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e);
    if text.bytes().all(is_plain) {
        return None;
    }
    let refused = |it: char| match it {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        _ => it < ' ' || ('\u{7f}'..'\u{a0}').contains(&it) || matches!(it, '\u{fffe}' | '\u{ffff}'),
    };
    text.char_indices().find(|&(_, character)| refused(character))
}

/// A list or mapping that is still open.
struct Frame {
    id: u32,
    /// The anchor that granit numbers so, 0 for none.
    anchor: usize,
    children: Children,
    /// Where its last item or value ends as it is written: an alias, not what that stands for.
    end: u32,
}

enum Children {
    Items(Vec<u32>),
    Pairs { pairs: Vec<Pair>, key: Option<Key> },
}

/// The key of a mapping that waits for its value.
struct Key {
    text: Text,
    span: Span,
    merge: bool,
}

struct Reader {
    source: Arc<Source>,
    chunk: Span,
    builder: Builder,
    frames: Vec<Frame>,
    /// For each anchor, as granit numbers them from 1: the node, once it is whole.
    anchors: Vec<Option<u32>>,
    comments: Vec<Comment>,
    dropped: Option<Span>,
    has_root: bool,
}

impl Reader {
    fn new(source: Arc<Source>, chunk: Span) -> Self {
        let builder = Builder::new(source.clone(), chunk.text(&source.text).len());
        let (frames, anchors, comments) = Default::default();
        Reader { source, chunk, builder, frames, anchors, comments, dropped: None, has_root: false }
    }

    fn run(&mut self) -> Result<(), SyntaxError> {
        let source = self.source.clone();
        let options = granit_parser::options! {
            flow_nesting_limit: MAX_DEPTH,
            block_nesting_limit: MAX_DEPTH,
            block_scalar_eof_without_line_feed: true,
            max_buffered_comment_events: usize::MAX,
            bom_inside_document_as_content: true,
        };
        let mut parser = Parser::new_from_str_with_options(self.chunk.text(&source.text), options);
        let mut documents = 0;
        while let Some(event) = parser.next_event() {
            let (event, span) = match event {
                Ok(event) => event,
                // Behind the end of a list or mapping that is the whole document go-yaml does not look.
                Err(error) if self.has_root && self.frames.is_empty() && self.builder.is_collection(0) => {
                    self.dropped = Some(Span { end: self.chunk.end, ..self.scan_error(&error).span });
                    break;
                }
                Err(error) => return Err(self.scan_error(&error)),
            };
            if let Event::DocumentStart(..) = event {
                documents += 1;
            }
            let span = self.place(span);
            if documents > 1 {
                self.dropped = Some(Span { start: span.start, end: self.chunk.end });
                break;
            }
            self.take(event, span)?;
        }
        if !self.has_root {
            let end_marker = self.chunk.text(&source.text).lines().find(|line| line.starts_with("..."));
            if let Some(marker) = end_marker {
                let start = marker.as_ptr() as usize - source.text.as_ptr() as usize;
                let place = Span::new(start, start + "...".len());
                return Err(SyntaxError::new("`...` ends a document that has no content", place));
            }
            self.builder.add(
                Content::Null,
                Span { start: self.chunk.start, end: self.chunk.start },
                Style::Plain,
            );
        }
        Ok(())
    }

    /// Moves a place in the chunk to the same place in the source.
    fn place(&self, span: granit_parser::Span) -> Span {
        let range = span.byte_range().unwrap_or_default();
        let start = self.chunk.start as usize;
        Span::new(start + range.start, start + range.end)
    }

    fn scan_error(&self, error: &ScanError) -> SyntaxError {
        let marker = *error.marker();
        let offset = marker.byte_offset().unwrap_or_default().min(self.chunk.text(&self.source.text).len());
        let start = self.chunk.start as usize + offset;
        let next = self.source.text[start..]
            .chars()
            .next()
            .map_or(0, |it| if it == '\n' { 0 } else { it.len_utf8() });
        let place = Span::new(start, start + next);
        match error.kind() {
            ErrorKind::RecursionLimitExceeded => SyntaxError::too_deep(place),
            kind => scan::explain(kind, self.chunk.text(&self.source.text), self.chunk.start, place),
        }
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), SyntaxError> {
        match event {
            Event::Comment(..) => {
                let before = self.source.text[..span.start as usize].trim_end_matches([' ', '\t']);
                let own_line = before.is_empty() || before.ends_with(['\n', '\r', '\u{feff}']);
                self.comments.push(Comment { span, own_line });
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.check_scalar(&text, style, span)?;
                let (content, style, implicit) = self.scalar(&text, style, tag.as_deref(), span)?;
                let id = self.builder.add(content, span, style);
                if anchor != 0 {
                    self.remember(anchor, Some(id));
                }
                self.arrive(id, span, implicit && text == "<<", anchor == 0)?;
            }
            Event::SequenceStart(style, anchor, _) => {
                self.open(style, anchor, span, Children::Items(Vec::new()))?
            }
            Event::MappingStart(style, anchor, _) => {
                self.open(style, anchor, span, Children::Pairs { pairs: Vec::new(), key: None })?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span)?,
            Event::Alias(anchor) => {
                let Some(&Some(target)) = self.anchors.get(anchor) else {
                    return Err(SyntaxError::new("the anchor's value contains itself", span));
                };
                let id = self.builder.copy(target, self.frames.len(), span)?;
                self.arrive(id, span, false, true)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Refuses what granit takes and go-yaml does not.
    fn check_scalar(&self, text: &str, style: ScalarStyle, span: Span) -> Result<(), SyntaxError> {
        let in_flow = self.frames.last().is_some_and(|frame| self.builder.style(frame.id) == Style::Flow);
        if !in_flow {
            strict::check_indentation(&self.source.text, span)?;
        }
        match style {
            ScalarStyle::DoubleQuoted => strict::check_escapes(&self.source.text, span, text),
            ScalarStyle::Literal | ScalarStyle::Folded => strict::check_block(&self.source.text, span),
            _ => Ok(()),
        }
    }

    /// Resolves a scalar; says too whether it is written without quotes or tag, so that `<<` is a merge.
    fn scalar(
        &self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        span: Span,
    ) -> Result<(Content, Style, bool), SyntaxError> {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let scalar = match tag.map(|tag| tag.suffix_in_namespace(CORE_TAGS)) {
            Some(Some(suffix)) if suffix == "binary" => {
                return Ok((Content::String(self.binary(text, span)?), style, false));
            }
            Some(Some(suffix)) => {
                resolve::tagged(&suffix, text).map_err(|message| SyntaxError::new(message, span))?
            }
            // Any other tag makes a text.
            Some(None) => Scalar::String,
            None if style == Style::Plain => resolve::plain(text),
            None => Scalar::String,
        };
        let content = match scalar {
            Scalar::Null => Content::Null,
            Scalar::Bool(value) => Content::Bool(value),
            Scalar::Int(number) => Content::Int(number),
            Scalar::Uint(number) => Content::Uint(number),
            Scalar::Float(number) => whole(number),
            Scalar::String => Content::String(self.share(text, span, style)),
        };
        let is_merge_tag =
            tag.and_then(|tag| tag.suffix_in_namespace(CORE_TAGS)).is_some_and(|it| it == "merge");
        Ok((content, style, is_merge_tag || (style == Style::Plain && tag.is_none())))
    }

    fn binary(&self, text: &str, span: Span) -> Result<Text, SyntaxError> {
        use base64::Engine as _;
        let digits: String = text.split_ascii_whitespace().collect();
        let bytes = base64::engine::general_purpose::STANDARD.decode(digits);
        let bytes = bytes.map_err(|_| SyntaxError::new("the !!binary value is not base64", span))?;
        Ok(Text::Owned(String::from_utf8_lossy(&bytes).into()))
    }

    /// Refers to the source where the text stands there as it is.
    fn share(&self, text: &str, span: Span, style: Style) -> Text {
        let inner = match style {
            Style::SingleQuoted | Style::DoubleQuoted => {
                Span { start: span.start + 1, end: span.end.saturating_sub(1) }
            }
            _ => span,
        };
        if inner.text(&self.source.text) == text { Text::Source(inner) } else { Text::Owned(text.into()) }
    }

    fn open(
        &mut self,
        style: StructureStyle,
        anchor: usize,
        span: Span,
        children: Children,
    ) -> Result<(), SyntaxError> {
        if let Some(Frame { children: Children::Pairs { key: None, .. }, .. }) = self.frames.last() {
            return Err(SyntaxError::new("a list or mapping cannot be a key", span));
        }
        let style = if style == StructureStyle::Flow { Style::Flow } else { Style::Block };
        let id = self.builder.add(Content::Null, span, style);
        if anchor != 0 {
            self.remember(anchor, None);
        }
        self.frames.push(Frame { id, anchor, children, end: span.end });
        Ok(())
    }

    fn remember(&mut self, anchor: usize, node: Option<u32>) {
        if self.anchors.len() <= anchor {
            self.anchors.resize(anchor + 1, None);
        }
        self.anchors[anchor] = node;
    }

    fn close(&mut self, span: Span) -> Result<(), SyntaxError> {
        let Some(Frame { id, anchor, children, end }) = self.frames.pop() else { return Ok(()) };
        let is_empty = match &children {
            Children::Items(items) => items.is_empty(),
            Children::Pairs { pairs, .. } => pairs.is_empty(),
        };
        // A block ends with its last line of content, brackets with the closing one.
        let end =
            if span.start == span.end && !is_empty { end } else { span.end.max(self.builder.span(id).end) };
        match children {
            Children::Items(items) => self.builder.fill_list(id, &items, end),
            Children::Pairs { pairs, .. } => self.builder.fill_map(id, pairs, end)?,
        }
        if anchor != 0 {
            self.remember(anchor, Some(id));
        }
        self.arrive(id, span, false, false)
    }

    /// Puts a whole node where it belongs: as an item, a key, a value, or the root.
    fn arrive(&mut self, id: u32, span: Span, merge: bool, disposable: bool) -> Result<(), SyntaxError> {
        let Some(Frame { children, end, .. }) = self.frames.last_mut() else {
            self.builder.check_number(id, span)?;
            self.has_root = true;
            return Ok(());
        };
        match children {
            Children::Items(items) => {
                self.builder.check_number(id, span)?;
                *end = self.builder.written_end(id, span);
                items.push(id);
            }
            Children::Pairs { pairs, key } => match key.take() {
                Some(Key { text, span: key_span, merge }) => {
                    self.builder.check_number(id, span)?;
                    self.builder.place_missing(id, key_span);
                    *end = self.builder.written_end(id, span);
                    pairs.push(Pair { key: text, key_span, value: id, merge });
                }
                None => {
                    // Only `?` can announce a block scalar as a key.
                    if !matches!(self.builder.style(id), Style::Literal | Style::Folded) {
                        strict::check_key(self.chunk.text(&self.source.text), span, self.chunk.start)?;
                    }
                    let text = self.builder.take_key(id, disposable, span)?;
                    *key = Some(Key { text, span, merge });
                }
            },
        }
        Ok(())
    }
}
