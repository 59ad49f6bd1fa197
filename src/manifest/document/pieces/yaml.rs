//! YAML documents, one after the other, and the items of a `List` that is one of them.

use std::sync::Arc;

use super::{Cut, Event, Form, Outcome, Piece, Pieces, Stop, Taken, Unreadable, endless, refusal, too_long};
use crate::manifest::document::item::ListType;
use crate::manifest::document::node::Value;
use crate::manifest::document::split::{SEPARATOR, dropped_error, next_part, separator_problem};

/// What comes after an item, or after the key of the items.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Item,
    /// Another key of the list, or the end of the document.
    Tail,
}

impl Pieces<'_> {
    /// Reads documents up to the end of the input.
    pub(super) fn yaml_documents(&mut self) -> Result<(), Unreadable> {
        let limit = self.window.limit();
        loop {
            let part = self.window.read_until(next_part)?;
            let separator = match part.filter(|part| part.document <= limit) {
                Some(part) => {
                    if part.document > 0 {
                        let piece = self.yaml_piece(part.document)?;
                        let outcome = self.hand_on(piece).map(drop);
                        if let Some(refusal) = refusal(outcome)? {
                            self.problem(refusal, false);
                        }
                        self.window.skip(part.document);
                        self.index += 1;
                    }
                    part.separator
                }
                None => {
                    let start = self.window.offset();
                    let outcome = self.yaml_list();
                    if let Some(refusal) = refusal(outcome)? {
                        self.problem(refusal, false);
                    }
                    // A separator at its start belongs to the document.
                    if self.window.offset() == start && self.window.rest().starts_with(SEPARATOR) {
                        self.window.skip(SEPARATOR.len());
                    }
                    self.index += 1;
                    self.skip_document()?
                }
            };
            let Some(separator) = separator else { return Ok(()) };
            let Cut { source, span } = self.window.cut(0, separator)?;
            if let Some(problem) = separator_problem(&source, span, self.index) {
                (self.take)(Event::Problem(problem, source));
            }
            self.window.skip(separator);
        }
    }

    fn yaml_piece(&mut self, length: usize) -> Result<Piece, Unreadable> {
        let form = Form::Yaml { repeatable: self.repeatable };
        Ok(Piece { cut: self.window.cut(0, length)?, index: self.index, form })
    }

    /// Returns the length of the line that comes `skip` bytes from here, 0 at the end of the input, and
    /// `None` if it is beyond what may be read ahead.
    fn line(&mut self, skip: usize) -> Result<Option<usize>, Unreadable> {
        self.window.read_until(|text, is_whole| {
            let rest = text.get(skip..)?;
            let end = memchr::memchr(b'\n', rest.as_bytes()).map(|at| at + 1);
            end.or(is_whole.then_some(rest.len()))
        })
    }

    /// Skips what is left of a document, and returns the length of the separator after it. What has no end is not read on:
    /// `yes | batchlint check -`.
    fn skip_document(&mut self) -> Result<Option<usize>, Unreadable> {
        let most = self.window.limit().saturating_mul(MOST_SKIPPED);
        let start = self.window.offset();
        loop {
            if self.window.offset() - start > most {
                let refusal = self.window.error(0, |cut| endless(cut, most))?;
                self.problem(refusal, false);
                return Ok(None);
            }
            match self.line(0)? {
                Some(0) => return Ok(None),
                Some(line) if self.window.rest().starts_with(SEPARATOR) => return Ok(Some(line)),
                Some(line) => self.window.skip(line),
                None => self.window.skip_all(),
            }
        }
    }

    /// Reads a document that is longer than may be read at once, up to its end or an error.
    fn yaml_list(&mut self) -> Outcome<()> {
        let limit = self.window.limit();
        let start = self.window.error(0, |cut| too_long(cut, limit, "it is not a `List` in block style"))?;
        let mut taken = Taken::default();
        let outcome = self.yaml_parts(&mut taken);
        let frame = outcome.as_ref().ok().and_then(Option::clone);
        let is_list = frame.is_some();
        (self.take)(Event::ListEnd(frame));
        outcome.and(if is_list { Ok(()) } else { Err(Stop::Refused(start)) })
    }

    /// Reads what comes before the items, the items, and what comes after them; returns the list without its items, where it is
    /// one.
    fn yaml_parts(&mut self, taken: &mut Taken) -> Outcome<Option<String>> {
        let Some(head) = self.length_of_head()? else { return Ok(None) };
        let (before, mut frame) = self.frame_part(head)?;
        taken.list = Arc::new(before.clone());
        self.yaml_items(taken)?;
        let Some(tail) = self.length_of_tail()? else {
            return self.refuse(0, "its fields without `items` are longer than that");
        };
        let (behind, text) = self.frame_part(tail)?;
        frame.push_str(&text);
        let list = ListType {
            api_version: behind.api_version.or(before.api_version),
            kind: behind.kind.or(before.kind),
        };
        let is_list = list.kind.as_ref().is_some_and(|kind| kind.ends_with("List")) && taken.fits(&list);
        Ok(is_list.then_some(frame))
    }

    /// Returns the length of the text up to and including the key of the items; `None` if it is not at the start of a line.
    fn length_of_head(&mut self) -> Result<Option<usize>, Unreadable> {
        const KEY: &str = "items:";
        let mut length = 0;
        loop {
            let Some(line) = self.line(length)?.filter(|it| *it > 0) else { return Ok(None) };
            let text = &self.window.rest()[length..length + line];
            if length > 0 && text.starts_with(SEPARATOR) || length > self.window.limit() {
                return Ok(None);
            }
            if text.strip_prefix(KEY).is_some_and(is_ignored) {
                return Ok(Some(length + KEY.len()));
            }
            length += line;
        }
    }

    /// Returns the length of what is left of the document.
    fn length_of_tail(&mut self) -> Result<Option<usize>, Unreadable> {
        let mut length = 0;
        loop {
            let Some(line) = self.line(length)? else { return Ok(None) };
            if line == 0 || self.window.rest()[length..].starts_with(SEPARATOR) {
                return Ok(Some(length));
            }
            length += line;
        }
    }

    /// Reads a part of a list that comes before or after its items; returns what it says of them, and the text.
    fn frame_part(&mut self, length: usize) -> Outcome<(ListType, String)> {
        let piece = self.yaml_piece(length)?;
        let parsed = piece.parse();
        self.repeatable = parsed.repeatable;
        let list = match parsed.document {
            Err(error) => return Err(piece.refused(error)),
            Ok(None) => ListType::default(),
            Ok(Some(document)) => {
                let root = document.root();
                let items = root.get("items");
                if !matches!(root.value(), Value::Map | Value::Null) || items.is_some_and(|it| !it.is_null())
                {
                    return self.refuse(0, "its items cannot be told from the rest");
                }
                ListType::of(root)
            }
        };
        let Cut { source, span } = piece.cut;
        let text = span.text(&source.text).to_owned();
        if let Some(dropped) = parsed.dropped {
            let error = dropped_error(&source, dropped);
            self.problem((source, error), true);
        }
        self.window.skip(length);
        Ok((list, text))
    }

    /// Reads the items of a list after its key.
    fn yaml_items(&mut self, taken: &mut Taken) -> Outcome<()> {
        // The rest of the line of the key, and what comments come before the first item.
        let mut ahead = self.line(0)?.unwrap_or_default();
        let Some(first) = self.line(ahead)? else { return self.refuse(0, TOO_LONG) };
        let mut line = first;
        while line > 0 && is_ignored(&self.window.rest()[ahead..ahead + line]) {
            ahead += line;
            let Some(next) = self.line(ahead)? else { return self.refuse(0, TOO_LONG) };
            line = next;
        }
        let text = &self.window.rest()[ahead..];
        let indent = text.len() - text.trim_start_matches(' ').len();
        if !is_item(text, indent) {
            return self.refuse(0, "its items are not in lines of their own");
        }
        let mut next = Next::Item;
        for number in 0.. {
            if next == Next::Tail {
                break;
            }
            let Some((length, behind)) = self.length_of_item(ahead, indent)? else {
                return self.refuse(0, TOO_LONG);
            };
            let form = Form::YamlItem { number, list: taken.list.clone(), repeatable: self.repeatable };
            let piece = Piece { cut: self.window.cut(0, length)?, index: self.index, form };
            let read = self.yaml_item(piece, taken)?;
            self.window.skip(read);
            ahead = length - read;
            next = behind;
        }
        Ok(())
    }

    /// Reads an item; returns its length, without the comments after it, which are about the next one.
    fn yaml_item(&mut self, piece: Piece, taken: &mut Taken) -> Outcome<usize> {
        let Cut { source, span } = piece.cut.clone();
        let mut end = None;
        let parsed = piece.parse();
        self.repeatable = parsed.repeatable;
        match parsed.document {
            Err(error) if error.message.starts_with("unknown anchor") => {
                return self.refuse(0, "an alias in it stands for a part of another item");
            }
            Err(error) => return Err(piece.refused(error)),
            Ok(Some(document)) if parsed.dropped.is_none() => {
                for item in document.objects() {
                    taken.note(item);
                    end = Some(item.span().end as usize);
                }
                (self.take)(Event::Item(piece, document));
            }
            Ok(_) => {}
        }
        let Some(end) = end else { return self.refuse(0, "its items are not in lines of their own") };
        let text = &source.text[..span.end as usize];
        let is_at_start = text[..end].ends_with('\n');
        let rest = memchr::memchr(b'\n', &text.as_bytes()[end..]).map_or(text.len() - end, |at| at + 1);
        Ok(end + if is_at_start { 0 } else { rest } - span.start as usize)
    }

    /// Returns the length of the item whose first line comes `ahead` bytes from here, and what comes after it.
    fn length_of_item(&mut self, ahead: usize, indent: usize) -> Result<Option<(usize, Next)>, Unreadable> {
        let limit = self.window.limit();
        let Some(mut length) = self.line(ahead)?.map(|line| ahead + line) else { return Ok(None) };
        while let Some(line) = self.line(length)?.filter(|_| length <= limit.saturating_add(ahead)) {
            let text = &self.window.rest()[length..length + line];
            if line == 0 || text.starts_with(SEPARATOR) {
                return Ok(Some((length, Next::Tail)));
            }
            if is_item(text, indent) {
                return Ok(Some((length, Next::Item)));
            }
            if !text.starts_with(' ') && !is_ignored(text) {
                return Ok(Some((length, Next::Tail)));
            }
            length += line;
        }
        Ok(None)
    }
}

/// What is left of a document that cannot be read is skipped up to so many times the length of what is read at once.
const MOST_SKIPPED: usize = 4;

const TOO_LONG: &str = "an item of it alone is longer than that";

/// Whether a line has nothing but blanks or a comment.
fn is_ignored(line: &str) -> bool {
    let text = line.trim_start_matches([' ', '\t']);
    text.trim_end_matches(['\r', '\n']).is_empty() || text.starts_with('#')
}

/// Whether a text starts with an item of a list at this indentation.
fn is_item(text: &str, indent: usize) -> bool {
    let item = text.get(indent..).and_then(|it| it.strip_prefix('-'));
    let is_indented = text.bytes().take(indent).all(|it| it == b' ');
    is_indented && item.is_some_and(|it| it.is_empty() || it.starts_with([' ', '\t', '\r', '\n']))
}
