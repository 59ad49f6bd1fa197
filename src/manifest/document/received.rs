//! Objects that an API server sends: JSON that becomes a document, with paths but without places.

use std::fmt;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::build::{Builder, Pair, whole};
use super::data::{Content, Document, Style, Text};
use crate::text::source::Source;
use crate::text::span::Span;

impl Document {
    /// Reads an object from JSON without the `managedFields` of any metadata; those of the object itself are read from
    /// `managed_fields`, if they can be.
    ///
    /// `fieldsV1` is the one place of a Job where an API server keeps whatever JSON it is sent, so that it may be deeper than
    /// anybody reads, or hold what is not Unicode. No rule looks at it but at the top.
    ///
    /// # Errors
    /// Returns why the JSON cannot be read; a key that appears twice is a data error.
    pub(crate) fn from_json(json: &[u8], managed_fields: Option<&[u8]>) -> serde_json::Result<Document> {
        // What most objects need; larger ones grow.
        let mut builder = Builder::new(Arc::new(Source::from_server()), json.len());
        read(&mut builder, json, Position::Root { managed_fields })?;
        Ok(builder.finish(0, Span::default(), Vec::new()))
    }
}

/// Adds the value of a whole text.
fn read(builder: &mut Builder, json: &[u8], position: Position<'_>) -> serde_json::Result<u32> {
    let mut json = serde_json::Deserializer::from_slice(json);
    let id = Reader { builder, position }.deserialize(&mut json)?;
    json.end().map(|()| id)
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
        while let Some(key) = entries.next_key::<Box<str>>()? {
            if is_metadata && &*key == "managedFields" {
                entries.next_value::<IgnoredAny>()?;
                continue;
            }
            let position = self.position.of(&key);
            let value = entries.next_value_seed(Reader { builder: self.builder, position })?;
            pairs.push(pair(key, value));
        }
        Ok(())
    }
}

fn pair(key: Box<str>, value: u32) -> Pair {
    Pair { key: Text::Owned(key), key_span: Span::default(), value, merge: false }
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

    fn visit_str<E>(self, value: &str) -> Result<u32, E> {
        self.scalar(Content::String(Text::Owned(value.into())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<u32, A::Error> {
        let builder = self.builder;
        let id = builder.add(Content::Null, Span::default(), Style::Flow);
        let mut children = Vec::new();
        while let Some(item) =
            items.next_element_seed(Reader { builder: &mut *builder, position: Position::Elsewhere })?
        {
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
            match self::read(builder, json, Position::Elsewhere) {
                Ok(value) => pairs.push(pair("managedFields".into(), value)),
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
