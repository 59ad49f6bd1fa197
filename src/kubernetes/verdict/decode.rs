//! Decoding as the API server does it: which error it stops at, and which fields strict validation rejects
//! (`sigs.k8s.io/json`, `k8s.io/apimachinery/pkg/runtime/serializer/json`).

use crate::kubernetes::verdict::body::Body;
use std::collections::{HashMap, HashSet};

use super::error::quote;
use super::number::json_number;
use super::rfc3339::parse_rfc3339;
use crate::kubernetes::types::type_check::root;
use crate::manifest::document::{Document, Duplicate, Entry, Node, Value, resolve};
use crate::manifest::workload::Object;
use crate::schema::{Struct, Type};
use crate::text::span::Span;
use crate::value::quantity::Quantity;

/// The API server lists this many unknown and repeated fields.
const MAX_STRICT_ERRORS: usize = 100;

/// Why an object cannot be decoded.
#[derive(Clone)]
pub struct DecodeError<'d> {
    /// The error in Go's words.
    pub message: String,
    /// The value.
    pub node: Node<'d>,
    /// Whether it is the syntax of a quantity or time, not its type.
    pub is_syntax: bool,
}

/// A field that strict validation rejects.
#[derive(Clone)]
pub struct StrictError<'d> {
    /// The error in the server's words.
    pub message: String,
    /// The field.
    pub node: Node<'d>,
}

/// Decodes an object: what the API server rejects before it validates. An error hides all strict errors.
pub fn decode<'d>(
    object: Object<'d>,
    minor: u8,
    body: Body,
) -> Result<Vec<StrictError<'d>>, DecodeError<'d>> {
    let mut walk = Walk::new(minor, Order::Any, body);
    let duplicates = if body == Body::Kubectl { Vec::new() } else { duplicates(object) };
    let aborted = walk.structure(object.node, root(object.kind));
    if aborted.is_ok() && walk.saved.is_none() && walk.strict.is_empty() && duplicates.is_empty() {
        return Ok(Vec::new());
    }
    // Something is wrong: once more in the order in which the server reads.
    let is_json = body == Body::Json;
    let overwritten =
        if is_json { overwritten(&duplicates, object.node.document) } else { Overwritten::new() };
    walk.order = if is_json { Order::Text(&overwritten) } else { Order::Sorted };
    (walk.saved, walk.strict) = (None, Vec::new());
    walk.fields.clear();
    walk.path.clear();
    walk.structure = None;
    walk.structure(object.node, root(object.kind))?;
    if let Some(error) = walk.saved {
        return Err(error);
    }
    let mut strict = walk.strict;
    if !is_json && let Some(error) = yaml_error(&duplicates, object.node) {
        strict.insert(0, error);
    }
    Ok(strict)
}

/// Returns all that is wrong with what kubectl sends: each value that cannot be decoded, and the fields that strict
/// validation would reject.
pub fn all_errors(object: Object<'_>, minor: u8) -> (Vec<DecodeError<'_>>, Vec<StrictError<'_>>) {
    let mut walk = Walk { all: Some(Vec::new()), ..Walk::new(minor, Order::Sorted, Body::Kubectl) };
    let stopped = walk.structure(object.node, root(object.kind)).err();
    (walk.all.into_iter().flatten().chain(stopped).collect(), walk.strict)
}

/// Returns the repeated keys of an object with the place of the value that each has, the inner ones first, as
/// go-yaml meets them; also those in overwritten values.
fn duplicates(object: Object<'_>) -> Vec<(&Duplicate, Span)> {
    let document = object.node.document;
    let is_overwritten = |map: Node<'_>| {
        let top = std::iter::successors(Some(map), |node| node.parent()).last();
        top.is_some_and(|top| top != document.root())
    };
    let is_inside = |duplicate: &&Duplicate| {
        let (map, _) = document.kept(duplicate);
        map.is_within(object.node) || (is_overwritten(map) && object.node.span().contains(duplicate.second))
    };
    // Of three and more the next one says where the value of this one was.
    let mut next: HashMap<(u32, u32), Span> = HashMap::new();
    let mut found = Vec::new();
    for duplicate in object.node.duplicates().iter().rev().filter(is_inside) {
        let later = next.insert((duplicate.map, duplicate.entry), duplicate.first_value);
        found.push((duplicate, later.unwrap_or_else(|| document.kept(duplicate).1.value.span())));
    }
    found.sort_by_key(|(_, span)| (span.end, std::cmp::Reverse(span.start)));
    found
}

/// The entries that a later one of the same key overwrites, by their mapping.
type Overwritten<'d> = HashMap<u32, Vec<Entry<'d>>>;

fn overwritten<'d>(duplicates: &[(&'d Duplicate, Span)], document: &'d Document) -> Overwritten<'d> {
    let mut overwritten = Overwritten::new();
    if duplicates.is_empty() {
        return overwritten;
    }
    let nodes: HashMap<Span, Node<'_>> = document.all().map(|node| (node.span(), node)).collect();
    for (duplicate, _) in duplicates {
        let (map, kept) = document.kept(duplicate);
        if let Some(&value) = nodes.get(&duplicate.first_value) {
            overwritten.entry(map.id).or_default().push(Entry { key_span: duplicate.first, value, ..kept });
        }
    }
    overwritten
}

/// Writes the one error that go-yaml makes of all repeated keys.
fn yaml_error<'d>(duplicates: &[(&'d Duplicate, Span)], within: Node<'d>) -> Option<StrictError<'d>> {
    let document = within.document;
    let source = &document.source;
    let lines = source.lines();
    let first_line = lines.line(document.span.start);
    let mut message = "yaml: unmarshal errors:".to_owned();
    for (duplicate, value) in duplicates {
        let (_, entry) = document.kept(duplicate);
        let line = lines.line(value.start) - first_line + 1;
        message += &format!("\n  line {line}: key {} already set in map", go_key(entry, duplicate.second));
    }
    let node = document.kept(duplicates.first()?.0).1.value;
    Some(StrictError { message, node })
}

/// Writes a key as Go's `%#v` does: in quotes unless it is not text.
fn go_key(entry: Entry<'_>, span: Span) -> String {
    let raw = span.text(&entry.value.document.source.text);
    match resolve::plain(raw) {
        resolve::Scalar::String | resolve::Scalar::Null => quote(entry.key),
        _ => entry.key.to_owned(),
    }
}

/// In which order the fields of a struct are read.
#[derive(Clone, Copy)]
enum Order<'a, 'd> {
    /// Any: only whether something is wrong counts.
    Any,
    /// By name: YAML is turned into JSON with sorted keys.
    Sorted,
    /// As written, with the values that are overwritten.
    Text(&'a Overwritten<'d>),
}

struct Walk<'a, 'd> {
    minor: u8,
    order: Order<'a, 'd>,
    body: Body,
    /// The names that lead to the current value, without list indexes.
    fields: Vec<&'static str>,
    /// The path of the current value as strict errors have it; not kept where order does not count.
    path: String,
    /// The struct of the last of them.
    structure: Option<&'static Struct>,
    saved: Option<DecodeError<'d>>,
    /// All errors, where the walk does not stop at the first.
    all: Option<Vec<DecodeError<'d>>>,
    strict: Vec<StrictError<'d>>,
}

type WalkResult<'d> = Result<(), DecodeError<'d>>;

impl<'a, 'd> Walk<'a, 'd> {
    fn new(minor: u8, order: Order<'a, 'd>, body: Body) -> Self {
        Walk {
            minor,
            order,
            body,
            fields: Vec::with_capacity(16),
            path: String::new(),
            structure: None,
            saved: None,
            all: None,
            strict: Vec::new(),
        }
    }

    fn structure(&mut self, node: Node<'d>, within: &'static Struct) -> WalkResult<'d> {
        let (length, outer) = (self.fields.len(), self.structure);
        self.each(node, |walk, entry, is_repeated| {
            let Some(field) = within.field(entry.key, walk.minor) else {
                walk.reject("unknown field", entry);
                return Ok(());
            };
            if is_repeated {
                walk.reject("duplicate field", entry);
            }
            if !field.embedded.is_empty() {
                walk.fields.push(field.embedded);
            }
            walk.fields.push(field.name);
            walk.structure = Some(within);
            walk.value(entry.value, &field.kind)?;
            walk.fields.truncate(length);
            walk.structure = outer;
            Ok(())
        })
    }

    /// Calls `read` for every entry of a mapping in the server's order, and says which keys were there before.
    fn each(
        &mut self,
        node: Node<'d>,
        mut read: impl FnMut(&mut Self, Entry<'d>, bool) -> WalkResult<'d>,
    ) -> WalkResult<'d> {
        let mut entries: Vec<_> = match self.order {
            Order::Any => return node.entries().try_for_each(|entry| read(self, entry, false)),
            Order::Sorted => node.entries().collect(),
            Order::Text(overwritten) => {
                node.entries().chain(overwritten.get(&node.id).into_iter().flatten().copied()).collect()
            }
        };
        match self.order {
            Order::Text(_) => entries.sort_by_key(|entry| entry.key_span.start),
            _ => entries.sort_by_key(|entry| entry.key),
        }
        let (length, mut seen) = (self.path.len(), HashSet::new());
        for entry in entries {
            let is_repeated = !seen.insert(entry.key);
            self.path += if length == 0 { "" } else { "." };
            self.path += entry.key;
            read(self, entry, is_repeated)?;
            self.path.truncate(length);
        }
        Ok(())
    }

    /// Rejects the field whose path is the current one.
    fn reject(&mut self, what: &str, entry: Entry<'d>) {
        let message = match self.order {
            Order::Any => String::new(),
            _ => format!("{what} {}", quote(&self.path)),
        };
        if self.strict.len() < MAX_STRICT_ERRORS && !self.strict.iter().any(|it| it.message == message) {
            self.strict.push(StrictError { message, node: entry.value });
        }
    }

    fn value(&mut self, node: Node<'d>, expected: &'static Type) -> WalkResult<'d> {
        let result = self.decode_value(node, expected);
        let Some(all) = &mut self.all else { return result };
        all.extend(self.saved.take().into_iter().chain(result.err()));
        Ok(())
    }

    fn decode_value(&mut self, node: Node<'d>, expected: &'static Type) -> WalkResult<'d> {
        let value = node.value();
        match (expected, value) {
            (_, Value::Null) | (Type::Any, _) => {}
            (Type::String { .. }, Value::String(_)) | (Type::Bool, Value::Bool(_)) => {}
            (Type::Int32, Value::Int(number))
                if i32::try_from(number).is_ok() && !self.has_fraction(node) => {}
            (Type::Int64, Value::Int(number))
                if i64::try_from(number).is_ok() && !self.has_fraction(node) => {}
            (Type::Quantity, _) => return self.quantity(node),
            (Type::Time, Value::String(text)) => {
                return parse_rfc3339(text).map_err(|message| self.syntax(node, message));
            }
            (Type::IntOrString, Value::String(_)) => {}
            (Type::IntOrString, _) => {
                let fits = matches!(value, Value::Int(number) if i32::try_from(number).is_ok());
                if !fits || self.has_fraction(node) {
                    return Err(self.mismatch(node, &Type::Int32));
                }
            }
            (Type::Time, _) => return Err(self.mismatch(node, &Type::String { go_type: "string" })),
            (Type::List { element, .. }, Value::List) => {
                let length = self.path.len();
                for (index, item) in node.items().enumerate() {
                    if !matches!(self.order, Order::Any) {
                        self.path += &format!("[{index}]");
                    }
                    self.value(item, element)?;
                    self.path.truncate(length);
                }
            }
            (Type::Map { value: element, .. }, Value::Map) => {
                self.each(node, |walk, entry, is_repeated| {
                    if is_repeated {
                        walk.reject("duplicate field", entry);
                    }
                    walk.value(entry.value, element)
                })?;
            }
            (Type::Struct(within), Value::Map) => self.structure(node, within)?,
            _ if self.saved.is_some() => {}
            _ => self.saved = Some(self.mismatch(node, expected)),
        }
        Ok(())
    }

    fn quantity(&self, node: Node<'d>) -> WalkResult<'d> {
        let parsed = match node.value() {
            Value::String(text) => Quantity::parse(text),
            Value::Int(_) | Value::Float(_) => Quantity::parse(&json_number(node, self.body)),
            // Any other JSON is not a quantity either.
            _ => Quantity::parse("true"),
        };
        parsed.map(|_| ()).map_err(|error| self.syntax(node, error.as_str().to_owned()))
    }

    fn syntax(&self, node: Node<'d>, message: String) -> DecodeError<'d> {
        let is_syntax = !matches!(node.value(), Value::Bool(_) | Value::List | Value::Map);
        DecodeError { message, node, is_syntax }
    }

    /// Whether a number that JSON has as it is written is written with a point or exponent.
    fn has_fraction(&self, node: Node<'d>) -> bool {
        self.body == Body::Json && node.raw().contains(['.', 'e', 'E'])
    }

    fn mismatch(&self, node: Node<'d>, expected: &Type) -> DecodeError<'d> {
        let value = match node.value() {
            Value::Int(_) | Value::Float(_) => match expected {
                Type::Int32 | Type::Int64 => format!("number {}", json_number(node, self.body)),
                _ => "number".to_owned(),
            },
            Value::List => "array".to_owned(),
            Value::Map => "object".to_owned(),
            Value::Bool(_) => "bool".to_owned(),
            Value::String(_) | Value::Null => "string".to_owned(),
        };
        let (path, go_type) = (self.fields.join("."), expected.go_type());
        let structure = self.structure.map(Struct::name).unwrap_or_default();
        let message = format!(
            "json: cannot unmarshal {value} into Go struct field {structure}.{path} of type {go_type}"
        );
        DecodeError { message, node, is_syntax: false }
    }
}
