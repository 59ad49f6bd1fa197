//! Decoding as the API server does it: which error it stops at, and which fields strict validation refuses
//! (`sigs.k8s.io/json`, `k8s.io/apimachinery/pkg/runtime/serializer/json`).

use super::decode::root;
use super::error::quote;
use super::schema::{Struct, Type};
use super::time::parse_rfc3339;
use crate::document::{Duplicate, Entry, Node, Value, resolve};
use crate::span::Span;
use crate::value::quantity::Quantity;
use crate::workload::Object;

/// The API server lists this many unknown and repeated fields.
const MOST_STRICT_ERRORS: usize = 100;

/// How the manifest reaches the API server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Client {
    /// The file as it is.
    #[default]
    Raw,
    /// As kubectl sends it: turned into JSON, of repeated keys the last one only.
    Kubectl,
}

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

/// A field that strict validation refuses.
#[derive(Clone)]
pub struct StrictError<'d> {
    /// The error in the server's words.
    pub message: String,
    /// The field.
    pub node: Node<'d>,
}

/// Decodes an object: what the API server refuses before it validates. An error hides all strict errors.
pub fn decode<'d>(
    object: Object<'d>,
    minor: u8,
    client: Client,
) -> Result<Vec<StrictError<'d>>, DecodeError<'d>> {
    let is_json = is_json(object.node);
    let mut walk = Walk {
        minor,
        order: Order::Any,
        literal: is_json && client == Client::Raw,
        kubectl: client == Client::Kubectl,
        fields: Vec::with_capacity(16),
        structure: "",
        saved: None,
        strict: Vec::new(),
    };
    let duplicates = if client == Client::Raw { duplicates(object) } else { Vec::new() };
    let aborted = walk.structure(object.node, root(object.kind));
    if aborted.is_ok() && walk.saved.is_none() && walk.strict.is_empty() && duplicates.is_empty() {
        return Ok(Vec::new());
    }
    // Something is wrong: once more in the order in which the server reads.
    walk.order = if walk.literal { Order::Text(&duplicates) } else { Order::Sorted };
    (walk.saved, walk.strict) = (None, Vec::new());
    walk.fields.clear();
    walk.structure = "";
    walk.structure(object.node, root(object.kind))?;
    if let Some(error) = walk.saved {
        return Err(error);
    }
    let mut strict = walk.strict;
    if !walk.literal
        && let Some(error) = yaml_error(&duplicates, object.node)
    {
        strict.insert(0, error);
    }
    Ok(strict)
}

/// Says whether the document is sent as JSON: it starts with a brace and is valid.
fn is_json(node: Node<'_>) -> bool {
    let text = node.document.span.text(&node.document.source.text).trim_ascii();
    text.starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// Returns the repeated keys of an object, the inner ones first, as go-yaml meets them; also those in lost values.
fn duplicates(object: Object<'_>) -> Vec<&Duplicate> {
    let document = object.node.document;
    let is_lost = |map: Node<'_>| {
        let top = std::iter::successors(Some(map), |node| node.parent()).last();
        top.is_some_and(|top| top != document.root())
    };
    let is_inside = |it: &&Duplicate| {
        let (map, _) = document.kept(it);
        map.is_within(object.node) || (is_lost(map) && object.node.span().contains(it.second))
    };
    let mut found: Vec<_> = document.duplicates.iter().filter(is_inside).collect();
    found.sort_by_key(|it| {
        let span = document.kept(it).1.value.span();
        (span.end, std::cmp::Reverse(span.start))
    });
    found
}

/// Writes the one error that go-yaml makes of all repeated keys.
fn yaml_error<'d>(duplicates: &[&'d Duplicate], within: Node<'d>) -> Option<StrictError<'d>> {
    let document = within.document;
    let source = &document.source;
    let lines = source.lines();
    let first_line = lines.line(document.span.start);
    let mut message = "yaml: unmarshal errors:".to_owned();
    for (at, duplicate) in duplicates.iter().enumerate() {
        let (_, entry) = document.kept(duplicate);
        // Of three and more the next one says where the value of this one was.
        let next =
            duplicates[at + 1..].iter().find(|it| it.map == duplicate.map && it.entry == duplicate.entry);
        let value = next.map_or_else(|| entry.value.span(), |it| it.first_value);
        let line = lines.line(value.start) - first_line + 1;
        message += &format!("\n  line {line}: key {} already set in map", go_key(entry, duplicate.second));
    }
    let node = document.kept(duplicates.first()?).1.value;
    Some(StrictError { message, node })
}

/// Writes a key as Go's `%#v` does: in quotes unless it is no text.
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
    /// As written, with the keys that are repeated.
    Text(&'a [&'d Duplicate]),
}

struct Walk<'a, 'd> {
    minor: u8,
    order: Order<'a, 'd>,
    /// Whether numbers are sent as they are written.
    literal: bool,
    kubectl: bool,
    /// The names that lead to the current value, without list indexes.
    fields: Vec<&'static str>,
    /// The struct of the last of them.
    structure: &'static str,
    saved: Option<DecodeError<'d>>,
    strict: Vec<StrictError<'d>>,
}

type Walked<'d> = Result<(), DecodeError<'d>>;

impl<'d> Walk<'_, 'd> {
    fn structure(&mut self, node: Node<'d>, within: &'static Struct) -> Walked<'d> {
        let (length, outer) = (self.fields.len(), self.structure);
        self.each(node, |walk, entry| {
            let Some(field) = within.field(entry.key, walk.minor) else {
                walk.refuse("unknown field", entry);
                return Ok(());
            };
            if !field.embedded.is_empty() {
                walk.fields.push(field.embedded);
            }
            walk.fields.push(field.name);
            walk.structure = within.name();
            walk.value(entry.value, &field.kind)?;
            walk.fields.truncate(length);
            walk.structure = outer;
            Ok(())
        })
    }

    /// Calls `read` for every entry of a mapping in the server's order.
    fn each(
        &mut self,
        node: Node<'d>,
        mut read: impl FnMut(&mut Self, Entry<'d>) -> Walked<'d>,
    ) -> Walked<'d> {
        match self.order {
            Order::Any => node.entries().try_for_each(|entry| read(self, entry)),
            Order::Sorted => {
                let mut entries: Vec<_> = node.entries().collect();
                entries.sort_by_key(|entry| entry.key);
                entries.into_iter().try_for_each(|entry| read(self, entry))
            }
            Order::Text(duplicates) => node.entries().try_for_each(|entry| {
                read(self, entry)?;
                let repeats = |it: &&&Duplicate| node.document.kept(it).1.value == entry.value;
                if duplicates.iter().any(|it| repeats(&it)) {
                    self.refuse("duplicate field", entry);
                }
                Ok(())
            }),
        }
    }

    fn refuse(&mut self, what: &str, entry: Entry<'d>) {
        if self.strict.len() >= MOST_STRICT_ERRORS {
            return;
        }
        let message = match self.order {
            Order::Any => String::new(),
            _ => format!("{what} {}", quote(&strict_path(entry.value))),
        };
        self.strict.push(StrictError { message, node: entry.value });
    }

    fn value(&mut self, node: Node<'d>, expected: &'static Type) -> Walked<'d> {
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
                for item in node.items() {
                    self.value(item, element)?;
                }
            }
            (Type::Map { value: element, .. }, Value::Map) => {
                self.each(node, |walk, entry| walk.value(entry.value, element))?;
            }
            (Type::Struct(within), Value::Map) => self.structure(node, within)?,
            _ if self.saved.is_some() => {}
            _ => self.saved = Some(self.mismatch(node, expected)),
        }
        Ok(())
    }

    fn quantity(&self, node: Node<'d>) -> Walked<'d> {
        let parsed = match node.value() {
            Value::String(text) => Quantity::parse(text),
            Value::Int(_) | Value::Float(_) => Quantity::parse(&self.number(node)),
            // Any other JSON is no quantity either.
            _ => Quantity::parse("true"),
        };
        parsed.map(|_| ()).map_err(|error| self.syntax(node, error.as_str().to_owned()))
    }

    fn syntax(&self, node: Node<'d>, message: String) -> DecodeError<'d> {
        DecodeError { message, node, is_syntax: true }
    }

    /// Says whether a number that JSON has as it is written is written with a point or exponent.
    fn has_fraction(&self, node: Node<'d>) -> bool {
        self.literal && node.raw().contains(['.', 'e', 'E'])
    }

    fn mismatch(&self, node: Node<'d>, expected: &Type) -> DecodeError<'d> {
        let value = match node.value() {
            Value::Int(_) | Value::Float(_) => match expected {
                Type::Int32 | Type::Int64 => format!("number {}", self.number(node)),
                _ => "number".to_owned(),
            },
            Value::List => "array".to_owned(),
            Value::Map => "object".to_owned(),
            Value::Bool(_) => "bool".to_owned(),
            Value::String(_) | Value::Null => "string".to_owned(),
        };
        let (path, go_type) = (self.fields.join("."), expected.go_type());
        let message = format!(
            "json: cannot unmarshal {value} into Go struct field {}.{path} of type {go_type}",
            self.structure
        );
        DecodeError { message, node, is_syntax: false }
    }

    /// Writes a number as the JSON that the server reads.
    fn number(&self, node: Node<'d>) -> String {
        let client = if self.kubectl { Client::Kubectl } else { Client::Raw };
        if self.literal { node.raw().to_owned() } else { json_number(node, client) }
    }
}

/// Writes a number as the JSON that YAML is turned into.
pub fn json_number(node: Node<'_>, client: Client) -> String {
    match node.value() {
        // kubectl keeps 64 bits with a sign.
        Value::Int(number) if client == Client::Kubectl && i64::try_from(number).is_err() => {
            json_float(number as f64)
        }
        Value::Int(number) => number.to_string(),
        Value::Float(number) => json_float(number),
        _ => String::new(),
    }
}

/// Writes a float as Go's `encoding/json`: the fewest digits that say which it is.
fn json_float(number: f64) -> String {
    let text = format!("{number:e}");
    if number != 0.0 && !(1e-6..1e21).contains(&number.abs()) {
        return if text.contains("e-") { text } else { text.replace('e', "e+") };
    }
    match text.split_once('e').map(|(digits, exponent)| (digits, exponent.parse::<usize>())) {
        Some((digits, Ok(places))) => {
            let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
            let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
            let (inner, rest) = fraction.split_at(places.min(fraction.len()));
            let point = if rest.is_empty() { "" } else { "." };
            let zeros = "0".repeat(places - inner.len());
            format!("{sign}{whole}{inner}{zeros}{point}{rest}")
        }
        _ => number.to_string(),
    }
}

/// Returns the path of a field as strict errors have it.
fn strict_path(node: Node<'_>) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut node = node;
    while let Some(parent) = node.parent().filter(|_| !node.is_object()) {
        match node.key() {
            Some(key) => parts.push(format!(".{key}")),
            None => {
                let index = parent.items().position(|item| item == node).unwrap_or_default();
                parts.push(format!("[{index}]"));
            }
        }
        node = parent;
    }
    parts.reverse();
    parts.concat().trim_start_matches('.').to_owned()
}
