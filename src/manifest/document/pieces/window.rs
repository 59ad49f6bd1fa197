//! The part of an input that is at hand: what is read next, and a little of what came before.

use std::io::{self, Read};
use std::sync::Arc;

use crate::manifest::document::error::SyntaxError;
use crate::text::source::{MARGIN, Source, Start, with_margin};
use crate::text::span::Span;
use crate::text::utf8::describe_invalid;

/// So much is read at once, at least.
const STEP: usize = 256 << 10;

/// Why an input cannot be read at all.
#[derive(Debug)]
pub enum Unreadable {
    /// The system says so.
    Failed(io::Error),
    /// It is not text; why.
    NotText(String),
}

/// An input that is read from its start to its end, with the text around the place where reading is.
pub(super) struct Window<'r> {
    input: &'r mut dyn Read,
    /// The name of the input and where it comes from.
    whole: Source,
    text: String,
    /// What has been read and is not in the text yet: the start of a character.
    partial: Vec<u8>,
    /// Where reading is.
    at: usize,
    /// Where the text starts in the input.
    start: Start,
    /// A place in the text, at its start or after, and where it is in the input.
    known: (usize, Start),
    is_whole: bool,
    /// The most bytes that are read ahead.
    limit: usize,
}

/// Some bytes that come next, in a source with the lines around them.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    pub(super) source: Arc<Source>,
    pub(super) span: Span,
}

impl<'r> Window<'r> {
    pub(super) fn new(whole: Source, first: Vec<u8>, input: &'r mut dyn Read, limit: usize) -> Self {
        let (text, start) = (String::new(), Start::default());
        let known = (0, start);
        let (at, is_whole) = (0, false);
        Window { input, whole, text, partial: first, at, start, known, is_whole, limit }
    }

    /// Returns the text that comes next, as far as it has been read.
    pub(super) fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// Whether as much has been read ahead as is allowed.
    fn is_full(&self) -> bool {
        self.rest().len() >= self.limit.saturating_add(MARGIN)
    }

    /// Returns how many bytes are read ahead at most.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Returns where reading is in the input.
    pub(super) fn offset(&self) -> usize {
        self.start.offset + self.at
    }

    fn step(&self) -> usize {
        STEP.min(self.limit).max(1)
    }

    /// Moves past `bytes` bytes.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Moves past everything that has been read.
    pub(super) fn skip_all(&mut self) {
        self.at = self.text.len();
    }

    /// Reads on, twice as far as before, until `is_enough`, the end or the limit.
    pub(super) fn read_until<T>(
        &mut self,
        is_enough: impl Fn(&str, bool) -> Option<T>,
    ) -> Result<Option<T>, Unreadable> {
        loop {
            if let Some(found) = is_enough(self.rest(), self.is_whole) {
                return Ok(Some(found));
            }
            if self.is_whole || self.is_full() {
                return Ok(None);
            }
            self.read_on()?;
        }
    }

    /// Cuts `bytes` bytes out, `skip` bytes from here.
    pub(super) fn cut(&mut self, skip: usize, bytes: usize) -> Result<Cut, Unreadable> {
        let wanted = skip + bytes + MARGIN;
        while self.rest().len() < wanted && !self.is_whole {
            self.read_on()?;
        }
        let (first, last) = (self.at + skip, self.at + skip + bytes);
        let around = with_margin(&self.text, first..last);
        let (start, place) = (around.start, self.start_of(around.start));
        let source = self.whole.part(&self.text[around], place);
        Ok(Cut { source: Arc::new(source), span: Span::new(first - start, last - start) })
    }

    /// Returns where a place of the text is in the input; places asked for come in their order, or nearly so.
    fn start_of(&mut self, at: usize) -> Start {
        if at < self.known.0 {
            self.known = (0, self.start);
        }
        let (from, start) = self.known;
        self.known = (at, start.after(&self.text, from..at));
        self.known.1
    }

    fn read_on(&mut self) -> Result<(), Unreadable> {
        let kept = with_margin(&self.text, self.at..self.at).start;
        // What has been read is let go once it is worth the move of the rest.
        if kept > self.step().max(self.rest().len()) {
            self.start = self.start_of(kept);
            self.text.drain(..kept);
            self.text.shrink_to(4 * STEP);
            self.at -= kept;
            self.known = (0, self.start);
        }
        let bytes = self.rest().len().clamp(self.step(), self.limit.max(1));
        let mut more = std::mem::take(&mut self.partial);
        self.is_whole = Read::take(&mut self.input, bytes as u64).read_to_end(&mut more)? < bytes;
        let mut valid = more.len();
        if let Err(error) = std::str::from_utf8(&more) {
            valid = error.valid_up_to();
            if error.error_len().is_some() || self.is_whole {
                let before = self.start.offset + self.text.len();
                return Err(Unreadable::NotText(describe_invalid(&more, before, valid)));
            }
        }
        self.partial = more.split_off(valid);
        let more = String::from_utf8(more).unwrap_or_default();
        if self.text.is_empty() {
            self.text = more;
        } else {
            self.text.push_str(&more);
        }
        Ok(())
    }

    /// Makes an error at what comes `skip` bytes from here.
    pub(super) fn error(
        &mut self,
        skip: usize,
        error: impl Fn(&Cut) -> SyntaxError,
    ) -> Result<(Arc<Source>, SyntaxError), Unreadable> {
        let cut = self.cut(skip, 0)?;
        let error = error(&cut);
        Ok((cut.source, error))
    }
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Unreadable::Failed(error)
    }
}
