//! What scalars of several lines are made of.

use crate::manifest::document::data::Text;
use crate::text::span::Span;

/// The line breaks between two lines of a scalar, of which the first is folded away.
#[derive(Debug, Default)]
pub(super) struct Breaks {
    /// The first one, and whether there is one.
    pub(super) first: Option<char>,
    /// Those of the empty lines after it.
    pub(super) rest: String,
}

impl Breaks {
    /// Adds a break.
    pub(super) fn add(&mut self, character: char) {
        if self.first.is_none() { self.first = Some(character) } else { self.rest.push(character) }
    }

    /// Joins the lines around the breaks: a single line feed becomes a space.
    pub(super) fn fold_into(&mut self, text: &mut String) {
        match self.first {
            Some('\n') if self.rest.is_empty() => text.push(' '),
            Some('\n') => text.push_str(&self.rest),
            _ => return self.write_into(text),
        }
        self.first = None;
        self.rest.clear();
    }

    /// Writes the breaks as they are.
    pub(super) fn write_into(&mut self, text: &mut String) {
        text.extend(self.first.take());
        text.push_str(&self.rest);
        self.rest.clear();
    }
}

/// The value of a scalar: a part of the source, as long as nothing in it has to be written otherwise.
#[derive(Debug)]
pub(super) struct Content {
    /// What of the text is not in `changed` yet, from here on.
    pub(super) start: usize,
    changed: Option<String>,
}

impl Content {
    /// Starts a scalar.
    pub(super) fn new(start: usize) -> Self {
        Content { start, changed: None }
    }

    /// Takes the text up to `end` as it is; the caller writes what follows, and the text continues at `next`.
    pub(super) fn change(&mut self, text: &str, end: usize, next: usize) -> &mut String {
        let changed = self.changed.get_or_insert_default();
        changed.push_str(&text[self.start..end]);
        self.start = next;
        changed
    }

    /// Ends the scalar at `end`; `offset` is where the text starts in the source.
    pub(super) fn finish(mut self, text: &str, end: usize, offset: usize) -> Text {
        if self.changed.is_none() {
            return Text::Source(Span::new(offset + self.start, offset + end));
        }
        Text::Owned(std::mem::take(self.change(text, end, end)).into())
    }
}
