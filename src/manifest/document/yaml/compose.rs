//! The tree: nodes with their values, anchors and aliases, as go-yaml decodes them (`decode.go`).

use std::collections::HashMap;
use std::sync::Arc;

use crate::manifest::document::build::{Builder, NO_MERGE, Pair};
use crate::manifest::document::data::{Content, MAX_DEPTH, Style, Text};
use crate::manifest::document::error::SyntaxError;
use crate::manifest::document::explain::NO_KEY;
use crate::manifest::document::fault::{Context, Fault, Outcome};
use crate::manifest::document::resolve::{self, Scalar, key_text, whole};
use crate::text::base64;
use crate::text::source::Source;
use crate::text::span::Span;

/// The namespace of the tags that YAML itself defines, written `!!`.
pub(super) const CORE_TAGS: &str = "tag:yaml.org,2002:";

/// What stands before a node.
#[derive(Clone, Debug, Default)]
pub(super) struct Properties<'s> {
    pub(super) anchor: Option<&'s str>,
    /// The whole tag, its handle resolved.
    pub(super) tag: Option<Box<str>>,
}

impl Properties<'_> {
    /// Nothing before the node.
    pub(super) const NONE: Self = Properties { anchor: None, tag: None };
}

/// When go-yaml and `sigs.k8s.io/yaml` find an error: one of the text comes before all of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// While values are made of nodes.
    Decode,
    /// While they are made fit for JSON.
    Convert,
    /// While JSON is written.
    Marshal,
}

/// A list or mapping that is still open.
struct Frame<'s> {
    id: u32,
    anchor: Option<&'s str>,
    is_map: bool,
    /// Where its items, or its pairs, start among those of all open ones.
    start: usize,
    /// The key that waits for its value.
    key: Option<Key>,
    /// Where its last item or value ends as it is written: an alias, not what that stands for.
    end: u32,
    /// How many steps were taken before it.
    steps: usize,
}

struct Key {
    text: Text,
    span: Span,
    is_merge: bool,
}

/// What a name stands for.
struct Anchor {
    node: u32,
    is_map: bool,
    /// How many steps it takes to decode it; none while it is still open.
    cost: Option<usize>,
}

/// A document in the making.
pub(super) struct Composer<'s> {
    source: &'s Arc<Source>,
    pub(super) builder: Builder,
    frames: Vec<Frame<'s>>,
    items: Vec<u32>,
    pairs: Vec<Pair>,
    anchors: HashMap<&'s str, Anchor>,
    has_root: bool,
    /// The first error other than those of the syntax.
    refusal: Option<(Stage, SyntaxError)>,
    /// Keys that JSON cannot have, unless other values replace theirs.
    odd_keys: Vec<(Span, SyntaxError)>,
    has_infinity: bool,
}

impl<'s> Composer<'s> {
    pub(super) fn new(source: &'s Arc<Source>, chunk: Span, repeatable: usize) -> Self {
        let mut builder = Builder::new(source.clone(), chunk.text(&source.text).len());
        builder.repeatable = repeatable;
        // What most manifests need; larger ones grow.
        let (frames, pairs, items) = (Vec::with_capacity(16), Vec::with_capacity(32), Vec::with_capacity(16));
        let (anchors, odd_keys) = Default::default();
        let (has_root, refusal, has_infinity) = (false, None, false);
        Composer { source, builder, frames, items, pairs, anchors, has_root, refusal, odd_keys, has_infinity }
    }

    /// Notes an error that is not one of the text, unless there is an earlier one.
    fn refuse(&mut self, stage: Stage, error: SyntaxError) {
        if self.refusal.as_ref().is_none_or(|(first, _)| stage < *first) {
            self.refusal = Some((stage, error));
        }
    }

    fn is_key_expected(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.is_map && frame.key.is_none())
    }

    /// Whether the next node is what `<<` brings.
    fn is_merged(&self) -> bool {
        self.frames.last().and_then(|it| it.key.as_ref()).is_some_and(|key| key.is_merge)
    }

    /// Adds a scalar (`decoder.scalar`).
    pub(super) fn scalar(&mut self, text: Text, style: Style, span: Span, properties: &Properties<'s>) {
        let tag = properties.tag.as_deref();
        let value = text.of(self.source);
        let is_key = self.is_key_expected();
        let is_merge = is_key
            && value == "<<"
            && match tag {
                None => style == Style::Plain,
                Some(tag) => tag == "!" || tag.strip_prefix(CORE_TAGS) == Some("merge"),
            };
        if self.is_merged() {
            self.refuse(Stage::Decode, SyntaxError::new(NO_MERGE, span));
        } else if !is_merge {
            self.step(span);
        }
        let content = match (tag, style) {
            (None, Style::Plain) => resolved(resolve::plain(value), text, is_key),
            (None, _) => Content::String(text),
            (Some(tag), _) => tagged(tag, text, self.source, is_key).unwrap_or_else(|words| {
                self.refuse(Stage::Decode, SyntaxError::new(words, span));
                Content::Null
            }),
        };
        if let Content::Float(number) = content {
            self.has_infinity |= !number.is_finite();
        }
        if is_key && properties.anchor.is_none() {
            return self.take_key(content, span, is_merge);
        }
        let id = self.builder.add(content, span, style);
        if let Some(name) = properties.anchor {
            self.anchors.insert(name, Anchor { node: id, is_map: false, cost: Some(1) });
        }
        self.arrive(id, span, is_merge);
    }

    /// Adds what an alias stands for (`parser.alias`, `decoder.alias`).
    pub(super) fn alias(&mut self, name: &'s str, span: Span) -> Outcome<()> {
        let Some(anchor) = self.anchors.get(name) else {
            return stop(format!("unknown anchor '{name}' referenced"), span);
        };
        let &Anchor { node, is_map, cost } = anchor;
        let mut copy = None;
        if self.is_merged() && !is_map {
            self.refuse(Stage::Decode, SyntaxError::new(NO_MERGE, span));
        } else if let Some(cost) = cost {
            self.step(span);
            self.builder.count_alias(cost);
            self.check_steps(span);
            // A document that is refused has no value.
            if self.refusal.is_none() {
                match self.builder.copy(node, self.frames.len(), span) {
                    Ok(id) => copy = Some(id),
                    Err(error) => self.refuse(Stage::Decode, error),
                }
            }
        } else {
            let words = format!("anchor '{name}' value contains itself");
            self.refuse(Stage::Decode, SyntaxError::new(words, span));
        }
        let id = copy.unwrap_or_else(|| self.builder.add(Content::Null, span, Style::Plain));
        self.arrive(id, span, false);
        Ok(())
    }

    /// Opens a list or mapping.
    pub(super) fn open(
        &mut self,
        is_map: bool,
        style: Style,
        span: Span,
        properties: &Properties<'s>,
    ) -> Outcome<()> {
        if self.frames.len() >= MAX_DEPTH {
            return stop(format!("nesting is deeper than {MAX_DEPTH} levels"), span);
        }
        let steps = self.builder.steps;
        // The items of a merged list are decoded, the list is not.
        if is_map || !self.is_merged() {
            self.step(span);
        }
        let id = self.builder.add(Content::Null, span, style);
        if let Some(name) = properties.anchor {
            self.anchors.insert(name, Anchor { node: id, is_map, cost: None });
        }
        let start = if is_map { self.pairs.len() } else { self.items.len() };
        let anchor = properties.anchor;
        self.frames.push(Frame { id, anchor, is_map, start, key: None, end: span.end, steps });
        Ok(())
    }

    /// Closes a list or mapping: at a bracket that ends at `end`, or with its last line.
    pub(super) fn close(&mut self, end: Option<u32>) {
        let Some(frame) = self.frames.pop() else { return };
        let Frame { id, anchor, is_map, start, steps, .. } = frame;
        let end = end.unwrap_or(frame.end);
        let span = Span { end, ..self.builder.span(id) };
        if is_map {
            let pairs = self.pairs.drain(start..);
            if let Err(error) = self.builder.fill_map(id, pairs, end) {
                self.refuse(Stage::Decode, error);
            }
        } else {
            self.builder.fill_list(id, &self.items[start..], end);
            self.items.truncate(start);
        }
        if let Some(anchor) = anchor.and_then(|name| self.anchors.get_mut(name)).filter(|it| it.node == id) {
            anchor.cost = Some(self.builder.steps - steps);
        }
        self.arrive(id, span, false);
    }

    /// Puts a whole node where it belongs: as an item, a key, a value, or the root.
    fn arrive(&mut self, id: u32, span: Span, is_merge: bool) {
        let Some(frame) = self.frames.last_mut() else {
            self.has_root = true;
            return;
        };
        if !frame.is_map {
            frame.end = self.builder.written_end(id, span);
            self.items.push(id);
            return;
        }
        if let Some(Key { text, span: key_span, is_merge }) = frame.key.take() {
            self.builder.place_missing(id, key_span);
            frame.end = self.builder.written_end(id, span);
            self.pairs.push(Pair { key: text, key_span, value: id, merge: is_merge });
            return;
        }
        let content = self.builder.content(id).clone();
        self.take_key(content, span, is_merge);
    }

    /// Makes a value the key that waits for its own value.
    fn take_key(&mut self, content: Content, span: Span, is_merge: bool) {
        let is_collection = matches!(content, Content::List { .. } | Content::Map { .. });
        let text = key_text(content).unwrap_or_else(|words| {
            let error = SyntaxError::new(words, span).help(NO_KEY);
            if is_collection {
                self.refuse(Stage::Decode, error);
            } else {
                self.odd_keys.push((span, error));
            }
            // Like no other key, so that none takes its place.
            Text::Owned(format!("{words} {}", span.start).into())
        });
        if let Some(frame) = self.frames.last_mut() {
            frame.key = Some(Key { text, span, is_merge });
        }
    }

    /// Counts the decoding of a node (`decoder.unmarshal`).
    fn step(&mut self, span: Span) {
        self.builder.steps += 1;
        self.check_steps(span);
    }

    #[inline]
    fn check_steps(&mut self, span: Span) {
        if self.builder.is_mostly_aliases() {
            self.refuse(Stage::Decode, SyntaxError::new("document contains excessive aliasing", span));
        }
    }

    /// Whether there is no value, or one that is not written.
    pub(super) fn is_empty(&self) -> bool {
        let is_unwritten =
            || matches!(self.builder.content(0), Content::Null) && self.builder.span(0).is_empty();
        !self.has_root || self.refusal.is_none() && is_unwritten()
    }

    /// Returns the whole tree, or why Kubernetes rejects it.
    pub(super) fn finish(mut self) -> Result<Builder, SyntaxError> {
        if self.refusal.is_none() && (self.has_infinity || !self.odd_keys.is_empty()) {
            self.check_json(0);
        }
        match self.refusal {
            Some((_, error)) => Err(error),
            None => Ok(self.builder),
        }
    }

    /// Refuses what JSON does not have, in a node and below it. What a later key replaced is not there any more.
    fn check_json(&mut self, id: u32) {
        match *self.builder.content(id) {
            Content::Float(number) if !number.is_finite() => {
                let name = if number.is_nan() {
                    "NaN"
                } else if number > 0.0 {
                    "+Inf"
                } else {
                    "-Inf"
                };
                let error =
                    SyntaxError::new(format!("json: unsupported value: {name}"), self.builder.span(id));
                let help = "infinity and not-a-number cannot be written in JSON, so no Kubernetes object can have them";
                self.refuse(Stage::Marshal, error.help(help));
            }
            Content::List { start, len } => {
                (start..start + len).for_each(|at| self.check_json(self.builder.item(at)));
            }
            Content::Map { start, len, .. } => {
                for at in start..start + len {
                    let (key, value) = self.builder.entry(at);
                    // They are noted in the order of the text.
                    if let Ok(odd) = self.odd_keys.binary_search_by_key(&key, |(span, _)| *span) {
                        self.refuse(Stage::Convert, self.odd_keys[odd].1.clone());
                    }
                    self.check_json(value);
                }
            }
            _ => {}
        }
    }
}

/// Makes the error that reading stops at a node.
fn stop<T>(words: String, span: Span) -> Outcome<T> {
    let context = Context::Nothing;
    Err(Box::new(Fault { words: words.into(), line: 0, context, from: span.start, at: span.start }))
}

/// Makes a value of a scalar without a tag.
fn resolved(scalar: Scalar, text: Text, is_key: bool) -> Content {
    match scalar {
        Scalar::Null => Content::Null,
        Scalar::Bool(value) => Content::Bool(value),
        Scalar::Int(number) => Content::Int(number),
        Scalar::Uint(number) => Content::Uint(number),
        // As a key it is written as go-yaml writes a float.
        Scalar::Float(number) if is_key => Content::Float(number),
        Scalar::Float(number) => whole(number),
        Scalar::String => Content::String(text),
    }
}

/// Makes a value of a scalar with a tag; the error is why it cannot be one (`decoder.scalar`).
fn tagged(tag: &str, text: Text, source: &Source, is_key: bool) -> Result<Content, String> {
    match tag.strip_prefix(CORE_TAGS) {
        Some("binary") => Ok(Content::String(binary(text.of(source))?)),
        Some(suffix) => {
            let scalar = resolve::tagged(suffix, text.of(source))?;
            Ok(resolved(scalar, text, is_key))
        }
        // Any other tag makes a text.
        None => Ok(Content::String(text)),
    }
}

/// Decodes base64 as Go does, and makes a text of it as Go writes bytes into JSON.
fn binary(text: &str) -> Result<Text, String> {
    let bytes = base64::decode(text).ok_or("!!binary value contains invalid base64 data")?;
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Ok(Text::Owned(text.into()))
}
