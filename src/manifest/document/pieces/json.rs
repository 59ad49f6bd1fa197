//! JSON values, one after the other, and the items of a `List` that is one of them.

use std::sync::Arc;

use super::{Cut, Event, Form, Outcome, Piece, Pieces, Stop, Taken, Unreadable, refusal, too_long};
use crate::manifest::document::item::ListType;
use crate::manifest::document::json::{count_blanks, length_of_value, parse_value, unexpected};
use crate::manifest::document::split::{looks_like_yaml, yaml_start};
use crate::text::source::Source;

impl Pieces<'_> {
    /// Reads values up to the end of the input, or to where it may go on as YAML; returns whether that is the end.
    pub(super) fn json_documents(&mut self) -> Result<bool, Unreadable> {
        loop {
            let blanks = self.blanks()?;
            if self.window.rest().len() == blanks {
                return Ok(true);
            }
            let start = self.window.offset();
            let outcome = self.json_document(blanks);
            let Some(refusal) = refusal(outcome)? else {
                self.index += 1;
                continue;
            };
            // One value or none may still be YAML in flow style.
            self.window.read_until(|_, is_whole| is_whole.then_some(()))?;
            let rest = self.window.rest();
            let may_be_yaml = self.index <= 1 && self.window.offset() == start && looks_like_yaml(rest);
            if let Some(start) = yaml_start(rest, 0).filter(|_| may_be_yaml) {
                self.window.skip(start);
                return Ok(false);
            }
            self.problem(refusal, false);
            return Ok(true);
        }
    }

    /// Counts the blanks that come next.
    fn blanks(&mut self) -> Result<usize, Unreadable> {
        let count = |text: &str, is_whole| {
            let blanks = count_blanks(text);
            (blanks < text.len() || is_whole).then_some(blanks)
        };
        Ok(self.window.read_until(count)?.unwrap_or_default())
    }

    /// Returns the length of the value that comes after some blanks, that of the rest where the input ends before the value;
    /// nothing for one that is longer than may be read.
    fn value_length(&mut self, blanks: usize) -> Result<Option<usize>, Unreadable> {
        let length = |text: &str, is_whole| match length_of_value(&text[blanks..]) {
            None if is_whole => Some(text.len() - blanks),
            length => length,
        };
        let limit = self.window.limit();
        Ok(self.window.read_until(length)?.filter(|length| *length <= limit))
    }

    fn json_document(&mut self, blanks: usize) -> Outcome<()> {
        let Some(length) = self.value_length(blanks)? else {
            let is_object = self.window.rest()[blanks..].starts_with('{');
            return if is_object {
                self.json_list(blanks)
            } else {
                self.refuse(blanks, "it is not an object")
            };
        };
        let piece = self.piece(blanks, length, Form::Json)?;
        let length = self.hand_on(piece)?;
        self.window.skip(blanks + length);
        Ok(())
    }

    fn piece(&mut self, skip: usize, length: usize, form: Form) -> Result<Piece, Unreadable> {
        Ok(Piece { cut: self.window.cut(skip, length)?, index: self.index, form })
    }

    pub(super) fn refuse<T>(&mut self, skip: usize, why: &str) -> Outcome<T> {
        let limit = self.window.limit();
        Err(Stop::Refused(self.window.error(skip, |cut| too_long(cut, limit, why))?))
    }

    /// Reads one of some marks; `expected` names them.
    fn mark(&mut self, marks: &[u8], expected: &str) -> Outcome<u8> {
        let blanks = self.blanks()?;
        let next = self.window.rest().as_bytes().get(blanks).copied();
        match next.filter(|it| marks.contains(it)) {
            Some(next) => {
                self.window.skip(blanks + 1);
                Ok(next)
            }
            None => self.unexpected(blanks, expected),
        }
    }

    fn unexpected<T>(&mut self, skip: usize, expected: &str) -> Outcome<T> {
        let error = |cut: &Cut| unexpected(&cut.source, cut.span.start as usize, expected);
        Err(Stop::Refused(self.window.error(skip, error)?))
    }

    /// Reads an object that is longer than may be read at once; its items are judged before it is known what it is, for kubectl
    /// writes `items` before `kind`.
    fn json_list(&mut self, blanks: usize) -> Outcome<()> {
        let limit = self.window.limit();
        let start = self.window.error(blanks, |cut| too_long(cut, limit, "it is not a `List`"))?;
        self.window.skip(blanks + 1);
        let mut frame = String::from("{");
        let mut taken = Taken::default();
        let outcome = self.json_entries(&mut frame, &mut taken);
        frame.push('}');
        let text = Arc::new(Source::new("", frame));
        let list = parse_value(&text, 0, 0);
        let is_list =
            list.is_ok_and(|(list, _)| !list.root().is_object() && taken.fits(&ListType::of(list.root())));
        let is_list = is_list && outcome.is_ok();
        (self.take)(Event::ListEnd(is_list.then(|| text.text.clone())));
        outcome.and(if is_list { Ok(()) } else { Err(Stop::Refused(start)) })
    }

    /// Reads the entries of an object after its `{`; those that are not items are added to the frame.
    fn json_entries(&mut self, frame: &mut String, taken: &mut Taken) -> Outcome<()> {
        let mut list = ListType::default();
        loop {
            let blanks = self.blanks()?;
            if frame.len() == 1 && self.window.rest()[blanks..].starts_with('}') {
                self.window.skip(blanks + 1);
                return Ok(());
            }
            if !self.window.rest()[blanks..].starts_with('"') {
                return self.unexpected(blanks, "a key in double quotes");
            }
            let (key, written) = self.frame_value()?;
            self.mark(b":", "`:`")?;
            if frame.len() > self.window.limit() {
                return self.refuse(0, "its fields without `items` are longer than that");
            }
            if frame.len() > 1 {
                frame.push(',');
            }
            frame.push_str(&written);
            frame.push(':');
            let key = key.unwrap_or_default();
            let blanks = self.blanks()?;
            if key == "items" && self.window.rest()[blanks..].starts_with('[') {
                self.window.skip(blanks + 1);
                // Of a key that comes twice the last value counts.
                (self.take)(Event::ListEnd(None));
                *taken = Taken { list: Arc::new(list.clone()), ..Taken::default() };
                self.json_items(taken)?;
                frame.push_str("[]");
            } else {
                let (value, written) = self.frame_value()?;
                match key.as_str() {
                    "apiVersion" => list.api_version = value,
                    "kind" => list.kind = value,
                    _ => {}
                }
                frame.push_str(&written);
            }
            if self.mark(b",}", "`,` or `}`")? == b'}' {
                return Ok(());
            }
        }
    }

    /// Reads a value that is not an item; returns it where it is a text, and how it is written.
    fn frame_value(&mut self) -> Outcome<(Option<String>, String)> {
        let blanks = self.blanks()?;
        let Some(length) = self.value_length(blanks)? else {
            return self.refuse(blanks, "a field of it alone is longer than that");
        };
        let piece = self.piece(blanks, length, Form::Json)?;
        let document = piece.document()?;
        let written = piece.cut.span.text(&piece.cut.source.text).to_owned();
        self.window.skip(blanks + length);
        Ok((document.and_then(|it| it.root().text().map(str::to_owned)), written))
    }

    /// Reads the items of a list after its `[`.
    fn json_items(&mut self, taken: &mut Taken) -> Outcome<()> {
        let blanks = self.blanks()?;
        if self.window.rest()[blanks..].starts_with(']') {
            self.window.skip(blanks + 1);
            return Ok(());
        }
        for number in 0.. {
            let blanks = self.blanks()?;
            let Some(length) = self.value_length(blanks)? else {
                return self.refuse(blanks, "an item of it alone is longer than that");
            };
            let list = taken.list.clone();
            let piece = self.piece(blanks, length, Form::JsonItem { number, list })?;
            if let Some(document) = piece.document()? {
                self.window.skip(blanks + document.span.range().len());
                document.objects().for_each(|it| taken.note(it));
                (self.take)(Event::Item(piece, document));
            }
            if self.mark(b",]", "`,` or `]`")? == b']' {
                break;
            }
        }
        Ok(())
    }
}
