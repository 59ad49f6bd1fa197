//! JSON with places, and admission objects without: the same tree as for YAML.

use std::sync::Arc;

use serde_json::Value as Json;

use super::build::Builder;
use super::build::Pair;
use super::data::Document;
use super::data::{Content, MAX_DEPTH, Style, Text};
use super::error::SyntaxError;
use crate::text::source::Source;
use crate::text::span::{Span, to_u32};

/// Where a stream of JSON values stopped.
pub(super) struct Stop {
    /// How many values came before.
    pub(super) documents: usize,
    /// Where the value that cannot be read starts.
    pub(super) start: usize,
    /// Why it cannot be read.
    pub(super) error: SyntaxError,
}

/// Reads one JSON value after another from `start` on, as `encoding/json`'s decoder does.
pub(super) fn parse_stream(
    source: &Arc<Source>,
    start: usize,
    documents: &mut Vec<Document>,
) -> Result<(), Stop> {
    let mut at = start;
    for index in 0.. {
        let blanks = count_blanks(&source.text[at..]);
        if at + blanks == source.text.len() {
            break;
        }
        match parse_value(source, at + blanks, index) {
            Ok((document, end)) => {
                at = end;
                documents.push(document);
            }
            Err(error) => return Err(Stop { documents: index, start: at, error }),
        }
    }
    Ok(())
}

/// Reads the JSON value at `start`, as the document `index`, and returns the offset after it.
pub(super) fn parse_value(
    source: &Arc<Source>,
    start: usize,
    index: usize,
) -> Result<(Document, usize), SyntaxError> {
    // How long the value is, of many perhaps, is not known yet.
    let mut reader = Reader { text: &source.text, at: start, builder: Builder::new(source.clone(), 0) };
    reader.value(0)?;
    Ok((reader.builder.finish(index, Span::new(start, reader.at), Vec::new()), reader.at))
}

/// Reads the value at `start` as the only item of a list, which is not written there.
pub(super) fn parse_item(
    source: &Arc<Source>,
    start: usize,
    index: usize,
) -> Result<(Document, usize), SyntaxError> {
    let mut reader = Reader { text: &source.text, at: start, builder: Builder::new(source.clone(), 0) };
    let list = reader.builder.add(Content::Null, Span::new(start, start), Style::Flow);
    // The list is one level deep, its items are two.
    let item = reader.value(2)?;
    reader.builder.fill_list(list, &[item], to_u32(reader.at));
    Ok((reader.builder.finish(index, Span::new(start, reader.at), Vec::new()), reader.at))
}

/// Counts the blanks that a text starts with.
pub(super) fn count_blanks(text: &str) -> usize {
    text.bytes().take_while(|it| matches!(it, b' ' | b'\t' | b'\n' | b'\r')).count()
}

/// Says what is wrong at a place of a text where something else was expected.
pub(super) fn unexpected(source: &Arc<Source>, at: usize, expected: &str) -> SyntaxError {
    Reader { text: &source.text, at, builder: Builder::new(source.clone(), 0) }.unexpected(expected)
}

/// Returns the length of the value that a text starts with; `None` if the text may end before the value does. It is exact
/// for valid JSON only.
pub(super) fn length_of_value(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0_usize, 0);
    loop {
        match bytes.get(at)? {
            b'"' => at = end_of_string(bytes, at)?,
            b'{' | b'[' => (depth, at) = (depth + 1, at + 1),
            b'}' | b']' => (depth, at) = (depth.saturating_sub(1), at + 1),
            _ if depth > 0 => {
                at += bytes[at..].iter().position(|it| matches!(it, b'"' | b'{' | b'}' | b'[' | b']'))?;
            }
            _ => {
                let ends = |it: &u8| matches!(it, b' ' | b'\t' | b'\n' | b'\r' | b',' | b'}' | b']' | b':');
                at += bytes[at..].iter().position(ends)?.max(1);
            }
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Returns the offset after the string that starts at `at`.
fn end_of_string(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += 1 + memchr::memchr2(b'"', b'\\', bytes.get(at + 1..)?)?;
        match bytes[at] {
            b'"' => return Some(at + 1),
            _ => at += 1,
        }
    }
}

impl Document {
    /// Makes a document of an object that has no text: nodes have paths but no places.
    pub fn from_value(value: &Json) -> Document {
        // About as long as the text would be.
        let mut builder = Builder::new(Arc::new(Source::from_server()), 4096);
        add_value(&mut builder, value);
        builder.finish(0, Span::default(), Vec::new())
    }
}

impl super::node::Node<'_> {
    /// Returns the value as Kubernetes turns it into JSON.
    pub fn to_json(self) -> Json {
        match self.value() {
            super::node::Value::Null => Json::Null,
            super::node::Value::Bool(value) => value.into(),
            super::node::Value::Int(number) => match u64::try_from(number) {
                Ok(number) => number.into(),
                Err(_) => i64::try_from(number).unwrap_or(i64::MIN).into(),
            },
            super::node::Value::Float(number) => number.into(),
            super::node::Value::String(text) => text.into(),
            super::node::Value::List => self.items().map(Self::to_json).collect(),
            super::node::Value::Map => {
                self.entries().map(|it| (it.key.to_owned(), it.value.to_json())).collect()
            }
        }
    }
}

fn add_value(builder: &mut Builder, value: &Json) -> u32 {
    let nowhere = Span::default();
    let content = match value {
        Json::Null | Json::Array(_) | Json::Object(_) => Content::Null,
        Json::Bool(value) => Content::Bool(*value),
        Json::Number(number) => number_content(&number.to_string()).unwrap_or(Content::Null),
        Json::String(text) => Content::String(Text::Owned(text.as_str().into())),
    };
    let style = if value.is_array() || value.is_object() { Style::Flow } else { Style::DoubleQuoted };
    let id = builder.add(content, nowhere, style);
    match value {
        Json::Array(items) => {
            let children: Vec<u32> = items.iter().map(|item| add_value(builder, item)).collect();
            builder.fill_list(id, &children, 0);
        }
        Json::Object(map) => {
            let pair = |(key, value): (&String, &Json)| Pair {
                key: Text::Owned(key.as_str().into()),
                key_span: nowhere,
                value: add_value(builder, value),
                merge: false,
            };
            let pairs: Vec<Pair> = map.iter().map(pair).collect();
            // Only merges can fail, and JSON has none.
            let _ = builder.fill_map(id, pairs.into_iter(), 0);
        }
        _ => {}
    }
    id
}

/// Reads a number as Kubernetes does: without a fraction it is an integer, however it is written.
fn number_content(text: &str) -> Option<Content> {
    if let Ok(number) = text.parse::<i64>() {
        return Some(Content::Int(number));
    }
    if let Ok(number) = text.parse::<u64>() {
        return Some(Content::Uint(number));
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite()).map(super::resolve::whole)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    builder: Builder,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        self.at += count_blanks(&self.text[self.at..]);
    }

    /// Says what was expected at the current place and what stands there.
    fn unexpected(&self, expected: &str) -> SyntaxError {
        match self.text[self.at..].chars().next() {
            Some(found) => {
                let span = Span::new(self.at, self.at + found.len_utf8());
                SyntaxError::new(format!("expected {expected}, found {found:?}"), span)
            }
            None => {
                let span = Span::new(self.at, self.at);
                SyntaxError::new(format!("expected {expected}, found the end of the file"), span)
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<u32, SyntaxError> {
        self.skip_blanks();
        let start = self.at;
        if depth > MAX_DEPTH {
            return Err(SyntaxError::too_deep(Span::new(start, start + 1)));
        }
        match self.peek() {
            Some(b'{') => self.map(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => {
                let text = self.string()?;
                Ok(self.builder.add(Content::String(text), Span::new(start, self.at), Style::DoubleQuoted))
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<u32, SyntaxError> {
        let words = [("true", Content::Bool(true)), ("false", Content::Bool(false)), ("null", Content::Null)];
        let rest = &self.text[self.at..];
        let Some((word, content)) = words.into_iter().find(|(word, _)| rest.starts_with(word)) else {
            return Err(self.unexpected("a JSON value"));
        };
        let start = self.at;
        self.at += word.len();
        Ok(self.builder.add(content, Span::new(start, self.at), Style::Plain))
    }

    fn number(&mut self) -> Result<u32, SyntaxError> {
        let start = self.at;
        while let Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        let span = Span::new(start, self.at);
        let text = span.text(self.text);
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_json = !text.starts_with('+') && serde_json::from_str::<serde_json::Number>(text).is_ok();
        match number_content(text).filter(|_| is_json && !digits.is_empty()) {
            Some(content) => Ok(self.builder.add(content, span, Style::Plain)),
            None => Err(SyntaxError::new(format!("`{text}` is not a JSON number"), span)),
        }
    }

    fn list(&mut self, depth: usize) -> Result<u32, SyntaxError> {
        let start = self.at;
        let id = self.builder.add(Content::Null, Span::new(start, start + 1), Style::Flow);
        self.at += 1;
        let mut children = Vec::new();
        self.skip_blanks();
        if self.peek() != Some(b']') {
            loop {
                children.push(self.value(depth + 1)?);
                self.skip_blanks();
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b']') => break,
                    _ => return Err(self.unexpected("`,` or `]`")),
                }
            }
        }
        self.at += 1;
        self.builder.fill_list(id, &children, to_u32(self.at));
        Ok(id)
    }

    fn map(&mut self, depth: usize) -> Result<u32, SyntaxError> {
        let start = self.at;
        let id = self.builder.add(Content::Null, Span::new(start, start + 1), Style::Flow);
        self.at += 1;
        let mut pairs = Vec::new();
        self.skip_blanks();
        if self.peek() != Some(b'}') {
            loop {
                self.skip_blanks();
                if self.peek() != Some(b'"') {
                    return Err(self.unexpected("a key in double quotes"));
                }
                let key_start = self.at;
                let key = self.string()?;
                let key_span = Span::new(key_start, self.at);
                self.skip_blanks();
                if self.peek() != Some(b':') {
                    return Err(self.unexpected("`:`"));
                }
                self.at += 1;
                let value = self.value(depth + 1)?;
                pairs.push(Pair { key, key_span, value, merge: false });
                self.skip_blanks();
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b'}') => break,
                    _ => return Err(self.unexpected("`,` or `}`")),
                }
            }
        }
        self.at += 1;
        self.builder.fill_map(id, pairs.into_iter(), to_u32(self.at))?;
        Ok(id)
    }

    /// Reads a string; the source is shared where it has no escapes.
    fn string(&mut self) -> Result<Text, SyntaxError> {
        let start = self.at;
        self.at += 1;
        let mut escaped = false;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.at += 2;
                }
                Some(byte) if byte < 0x20 => return Err(self.unexpected("an escape for a control character")),
                Some(_) => self.at += 1,
                None => {
                    self.at = self.text.len();
                    return Err(self.unexpected("the closing `\"` of a string"));
                }
            }
        }
        self.at += 1;
        if !escaped {
            return Ok(Text::Source(Span::new(start + 1, self.at - 1)));
        }
        let span = Span::new(start, self.at);
        let text = unescape(span.text(self.text));
        text.map(|text| Text::Owned(text.into()))
            .ok_or_else(|| SyntaxError::new("a string has an invalid escape", span))
    }
}

/// Takes the escapes out of a JSON string in its quotes; as in Go, half a surrogate pair becomes U+FFFD.
fn unescape(quoted: &str) -> Option<String> {
    if let Ok(text) = serde_json::from_str(quoted) {
        return Some(text);
    }
    let mut text = String::new();
    let mut units: Vec<u16> = Vec::new();
    let mut rest = quoted.get(1..quoted.len() - 1)?;
    while !rest.is_empty() {
        if let Some(digits) = rest.strip_prefix("\\u").and_then(|rest| rest.get(..4)) {
            units.push(u16::from_str_radix(digits, 16).ok()?);
            rest = &rest[6..];
            continue;
        }
        text.push_str(&String::from_utf16_lossy(&std::mem::take(&mut units)));
        let len = if rest.starts_with('\\') { 2 } else { rest.chars().next()?.len_utf8() };
        let part: String = serde_json::from_str(&format!("\"{}\"", rest.get(..len)?)).ok()?;
        text.push_str(&part);
        rest = &rest[len..];
    }
    text.push_str(&String::from_utf16_lossy(&units));
    Some(text)
}
