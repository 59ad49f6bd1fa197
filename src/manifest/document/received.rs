//! Objects that an API server sends: JSON that becomes a document, with paths but without places.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::build::{Builder, Pair};
use super::data::{Content, Document, Style, Text};
use super::resolve::whole;
use crate::text::source::Source;
use crate::text::span::{Span, range_in};

impl Document {
    /// Reads an object from JSON without the `managedFields` of any metadata; those of the object itself are read from
    /// where `managed_fields` says, if they can be.
    ///
    /// `fieldsV1` is the one place of a Job where an API server keeps whatever JSON it is sent, so that it may be deeper than
    /// anybody reads, or hold what is not Unicode. No rule looks at it but at the top.
    ///
    /// # Errors
    /// Returns why the JSON cannot be read; a key that appears twice is a data error.
    pub(crate) fn from_json(
        json: &[u8],
        managed_fields: Option<Range<usize>>,
    ) -> serde_json::Result<Document> {
        // What is not UTF-8 may be in `managedFields` that are skipped. Without a copy, every text is copied by itself.
        let copy = str::from_utf8(json).unwrap_or_default().to_owned();
        let source = Arc::new(Source::received(copy));
        let json = if source.json.is_empty() { json } else { source.json.as_bytes() };
        let managed_fields = managed_fields.and_then(|it| json.get(it));
        let mut builder = Builder::new(source.clone(), json.len());
        read(&mut builder, &source.json, json, Position::Root { managed_fields })?;
        Ok(builder.finish(0, Span::default(), Vec::new()))
    }
}

/// Adds the value of a whole JSON text, which may be a part of the source's.
fn read(builder: &mut Builder, source: &str, json: &[u8], position: Position<'_>) -> serde_json::Result<u32> {
    let mut json = serde_json::Deserializer::from_slice(json);
    let id = Reader { builder, source, position }.deserialize(&mut json)?;
    json.end().map(|()| id)
}

/// Makes a text a part of its source if it was read without copying it.
fn text_in(source: &str, text: &str) -> Text {
    match range_in(source, text) {
        Some(Range { start, end }) => Text::Source(Span::new(start, end)),
        None => Text::Owned(text.into()),
    }
}

/// Where a value is in its object.
#[derive(Clone, Copy)]
enum Position<'m> {
    Root { managed_fields: Option<&'m [u8]> },
    Metadata { managed_fields: Option<&'m [u8]> },
    Elsewhere,
}

impl<'m> Position<'m> {
    /// Returns the position of the value of a key.
    fn of(self, key: &str) -> Position<'m> {
        match self {
            _ if key != "metadata" => Position::Elsewhere,
            Position::Root { managed_fields } => Position::Metadata { managed_fields },
            _ => Position::Metadata { managed_fields: None },
        }
    }
}

/// Adds the next value of a text, and returns its id.
struct Reader<'b, 'm> {
    builder: &'b mut Builder,
    source: &'m str,
    position: Position<'m>,
}

impl Reader<'_, '_> {
    fn scalar<E>(self, content: Content) -> Result<u32, E> {
        Ok(self.builder.add(content, Span::default(), Style::DoubleQuoted))
    }

    /// Reads the entries of a mapping, except for the `managedFields` of metadata.
    fn pairs<'de, A: MapAccess<'de>>(
        &mut self,
        mut entries: A,
        pairs: &mut Vec<Pair>,
    ) -> Result<(), A::Error> {
        let is_metadata = matches!(self.position, Position::Metadata { .. });
        let source = self.source;
        while let Some(key) = entries.next_key_seed(Key { source })? {
            let name = self.builder.text(&key);
            if is_metadata && name == "managedFields" {
                entries.next_value::<IgnoredAny>()?;
                continue;
            }
            let position = self.position.of(name);
            let value = entries.next_value_seed(Reader { builder: self.builder, source, position })?;
            pairs.push(pair(key, value));
        }
        Ok(())
    }
}

fn pair(key: Text, value: u32) -> Pair {
    Pair { key, key_span: Span::default(), value, merge: false }
}

/// Reads the next key of a mapping.
struct Key<'m> {
    source: &'m str,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Text;

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<Text, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = Text;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Text, E> {
        Ok(text_in(self.source, key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Text, E> {
        Ok(Text::Owned(key.into()))
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_, '_> {
    type Value = u32;

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<u32, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_, '_> {
    type Value = u32;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<u32, E> {
        self.scalar(Content::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<u32, E> {
        self.scalar(Content::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<u32, E> {
        self.scalar(Content::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<u32, E> {
        self.scalar(i64::try_from(value).map_or(Content::Uint(value), Content::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<u32, E> {
        self.scalar(whole(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<u32, E> {
        let text = text_in(self.source, value);
        self.scalar(Content::String(text))
    }

    fn visit_str<E>(self, value: &str) -> Result<u32, E> {
        self.scalar(Content::String(Text::Owned(value.into())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<u32, A::Error> {
        let Reader { builder, source, .. } = self;
        let id = builder.add(Content::Null, Span::default(), Style::Flow);
        let mut children = Vec::new();
        let position = Position::Elsewhere;
        while let Some(item) = items.next_element_seed(Reader { builder: &mut *builder, source, position })? {
            children.push(item);
        }
        builder.fill_list(id, &children, 0);
        Ok(id)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, entries: A) -> Result<u32, A::Error> {
        let id = self.builder.add(Content::Null, Span::default(), Style::Flow);
        let mut pairs = Vec::new();
        let read = self.pairs(entries, &mut pairs);
        let builder = self.builder;
        if let Position::Metadata { managed_fields: Some(json) } = self.position
            && read.is_ok()
        {
            let before = builder.size();
            match self::read(builder, self.source, json, Position::Elsewhere) {
                Ok(value) => pairs.push(pair(Text::Owned("managedFields".into()), value)),
                Err(_) => builder.truncate(before),
            }
        }
        let known = builder.duplicate_count();
        // Only merges can fail, and JSON has none.
        let _ = builder.fill_map(id, pairs.into_iter(), 0);
        if builder.duplicate_count() > known {
            // It comes before whatever else is wrong.
            return Err(A::Error::custom("a key appears twice"));
        }
        read.map(|()| id)
    }
}
