//! What differs between two versions of a value once an API server has stored both: with its defaults, and quantities by what
//! they amount to (`apiequality.Semantic.DeepEqual`). What may be equal does not differ: a placeholder, a default that depends on
//! others, items of a list in another order.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::types::default::default_value;
use crate::manifest::document::{Node, Value};
use crate::manifest::place::Place;
use crate::schema::{FieldType, Struct, Type};
use crate::text::placeholder::is_placeholder;
use crate::value::quantity::Quantity;

/// Returns the places in the new version of a struct that differ from the old one; for what is gone, the mapping or list that
/// had it.
pub fn differences(old: Node<'_>, new: Node<'_>, within: &Struct, minor: u8) -> Vec<Place> {
    let mut found = Found { minor, places: Vec::new() };
    found.structs(old, new, within);
    found.places
}

/// Whether the servers of a minor keep a field. They drop one while its feature gate is off, which can last for years.
fn is_stored(field: &FieldType, within: &Struct, minor: u8) -> bool {
    let is_on = match (within.go_name, field.name) {
        ("v1.JobSpec", "managedBy") => minor >= 32,
        ("v1.JobSpec", "successPolicy") => minor >= 31,
        _ => field.since == within.since,
    };
    is_on && field.is_in(minor)
}

/// What identifies an item of a list, the most telling first.
const ITEM_KEYS: [&str; 6] = ["name", "mountPath", "devicePath", "containerPort", "topologyKey", "key"];

struct Found {
    minor: u8,
    places: Vec<Place>,
}

impl Found {
    fn values(&mut self, old: Node<'_>, new: Node<'_>, kind: Type) {
        match (kind, old.value(), new.value()) {
            (Type::Any, ..) => {}
            (Type::Struct(within), Value::Map, Value::Map) => self.structs(old, new, within),
            (Type::Map { value, .. }, Value::Map, Value::Map) => self.maps(old, new, *value),
            (Type::List { element, .. }, Value::List, Value::List) => self.lists(old, new, *element),
            (Type::Quantity, ..) if is_same_quantity(old, new) => {}
            (Type::Quantity, ..) => self.places.push(new.into()),
            (_, before, after) if differ(before, after) => self.places.push(new.into()),
            _ => {}
        }
    }

    fn structs(&mut self, old: Node<'_>, new: Node<'_>, within: &Struct) {
        let has_limits = within.go_name == "v1.ResourceRequirements";
        if has_limits {
            self.requests(old, new);
        }
        let minor = self.minor;
        for field in within.fields().iter().filter(|it| is_stored(it, within, minor)) {
            let is_told = |it: &Node<'_>| !it.is_null() && it.text() != Some("");
            match (old.get(field.name).filter(is_told), new.get(field.name).filter(is_told)) {
                _ if has_limits && field.name == "requests" => {}
                (Some(old), Some(new)) => self.values(old, new, field.kind),
                (None, Some(value)) if self.counts(value, within, field.name, field.kind) => {
                    self.places.push(value.into());
                }
                (Some(value), None) if self.counts(value, within, field.name, field.kind) => {
                    self.places.push(below(new, field.name));
                }
                _ => {}
            }
        }
    }

    /// Compares requests, which are the limits where they are not set.
    fn requests(&mut self, old: Node<'_>, new: Node<'_>) {
        let of =
            |it: Node<'_>| it.field("requests").entries().map(|it| it.key.to_owned()).collect::<Vec<_>>();
        let mut keys = [of(old), of(new)].concat();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            match (old.get("requests").and_then(|it| it.get(&key)), request(old, &key), request(new, &key)) {
                (_, Some(old), Some(new)) if is_same_quantity(old, new) => {}
                (_, _, Some(new)) => self.places.push(new.into()),
                (Some(_), _, None) => self.places.push(below(new, "requests")),
                (None, _, None) => {}
            }
        }
    }

    fn maps(&mut self, old: Node<'_>, new: Node<'_>, kind: Type) {
        for entry in new.entries().filter(|it| !it.value.is_null()) {
            match old.get(entry.key).filter(|it| !it.is_null()) {
                Some(old) => self.values(old, entry.value, kind),
                None => self.places.push(entry.value.into()),
            }
        }
        let is_gone = |key| new.get(key).is_none_or(|it| it.is_null());
        if old.entries().any(|it| !it.value.is_null() && is_gone(it.key)) {
            self.places.push(Place { path: new.path(), span: new.head() });
        }
    }

    fn lists(&mut self, old: Node<'_>, new: Node<'_>, element: Type) {
        let (before, after): (Vec<_>, Vec<_>) = (old.items().collect(), new.items().collect());
        let key = ITEM_KEYS.iter().find(|key| are_told_apart(&before, key) && are_told_apart(&after, key));
        let key = key.filter(|_| matches!(element, Type::Struct(_)));
        let Some(key) = key.filter(|key| before.len() != after.len() || has_same(&before, &after, key))
        else {
            if before.len() != after.len() {
                self.places.push(new.into());
                return;
            }
            before.into_iter().zip(after).for_each(|(old, new)| self.values(old, new, element));
            return;
        };
        let mut olds: HashMap<String, Node<'_>> =
            before.into_iter().filter_map(|it| Some((name_of(it, key)?, it))).collect();
        for item in after {
            match name_of(item, key).and_then(|name| olds.remove(&name)) {
                Some(old) => self.values(old, item, element),
                None => self.places.push(item.into()),
            }
        }
        if !olds.is_empty() {
            self.places.push(Place { path: new.path(), span: new.head() });
        }
    }

    /// Whether a field that only one version has makes a difference: it is neither empty nor surely or perhaps a default.
    fn counts(&self, value: Node<'_>, within: &Struct, field: &str, kind: Type) -> bool {
        const DEPENDENT: [&str; 3] = ["hostPort", "imagePullPolicy", "serviceAccount"];
        if DEPENDENT.contains(&field) || value.text().is_some_and(is_placeholder) {
            return false;
        }
        let default = default_value(within, field).and_then(|it| it.split('`').nth(1));
        match (default, kind, value.value()) {
            (_, Type::Struct(within), Value::Map) => value.entries().any(|entry| {
                let field =
                    within.field(entry.key, self.minor).filter(|it| is_stored(it, within, self.minor));
                field.is_some_and(|it| self.counts(entry.value, within, it.name, it.kind))
            }),
            (_, _, Value::Null) => false,
            (_, _, Value::List) => value.items().len() > 0,
            (_, _, Value::Map) => value.entries().len() > 0,
            // A file's mode is known by its octal digits.
            (Some("0644"), ..) => value.integer() != Some(0o644),
            (Some(default), _, Value::String(text)) => text != default,
            (Some(default), _, Value::Int(number)) => number.to_string() != default,
            (Some(default), _, Value::Bool(is)) => is.to_string() != default,
            (None, _, value) => !matches!(value, Value::Bool(false) | Value::Int(0) | Value::String("")),
            _ => false,
        }
    }
}

/// Returns a request, which is the limit where it is not set.
fn request<'d>(resources: Node<'d>, key: &str) -> Option<Node<'d>> {
    ["requests", "limits"].iter().find_map(|list| resources.get(list)?.get(key))
}

/// Returns the place of a field that is gone from a mapping.
fn below(map: Node<'_>, field: &str) -> Place {
    Place { path: format!("{}.{field}", map.path()), span: map.head() }
}

fn is_same_quantity(old: Node<'_>, new: Node<'_>) -> bool {
    let read = |node: Node<'_>| match node.value() {
        Value::String(text) => Quantity::parse(text).ok(),
        Value::Int(number) => Quantity::parse(&number.to_string()).ok(),
        Value::Float(number) => Quantity::parse(&number.to_string()).ok(),
        _ => None,
    };
    // What is not a quantity may become any. Those of lists of resources are kept to a thousandth.
    let is_equal = |old: Quantity, new: Quantity| {
        old.rounded_to_milli().compare(&new.rounded_to_milli()) == Ordering::Equal
    };
    read(old).zip(read(new)).is_none_or(|(old, new)| is_equal(old, new))
}

/// Whether two values of one type differ, whatever is filled in for placeholders.
fn differ(old: Value<'_>, new: Value<'_>) -> bool {
    match (old, new) {
        (Value::String(old), Value::String(new)) => {
            let is_filled_alike = || is_sentence(old) && expressions(old).eq(expressions(new));
            old != new && (!is_open(old) && !is_open(new) || is_filled_alike())
        }
        (Value::Int(old), Value::Int(new)) => old != new,
        (Value::Bool(old), Value::Bool(new)) => old != new,
        _ => false,
    }
}

/// Whether a text may become another one. In a script `$` is the shell's.
fn is_open(text: &str) -> bool {
    if is_sentence(text) { text.contains("{{") } else { is_placeholder(text) }
}

fn is_sentence(text: &str) -> bool {
    text.contains(char::is_whitespace)
}

/// Returns the expressions of templates in a text: a script has them for `kubectl get -o go-template='{{.spec.host}}'`, too.
fn expressions(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).map(|it| it.split_once("}}").map_or(it, |(expression, _)| expression))
}

/// Returns what an item is known by.
fn name_of(item: Node<'_>, key: &str) -> Option<String> {
    match item.get(key)?.value() {
        Value::String(text) => Some(text.to_owned()),
        Value::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

fn names(items: &[Node<'_>], key: &str) -> Option<Vec<String>> {
    let mut names: Vec<String> = items.iter().map(|it| name_of(*it, key)).collect::<Option<_>>()?;
    names.sort_unstable();
    Some(names)
}

/// Whether a key tells all items apart.
fn are_told_apart(items: &[Node<'_>], key: &str) -> bool {
    names(items, key).is_some_and(|it| it.windows(2).all(|pair| pair[0] != pair[1]))
}

fn has_same(before: &[Node<'_>], after: &[Node<'_>], key: &str) -> bool {
    names(before, key) == names(after, key)
}
