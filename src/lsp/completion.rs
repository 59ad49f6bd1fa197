//! What may stand at a place: the fields of the type there, or the values of the field.

mod order;

use crate::diagnostic::meta::Meta;
use std::ops::Range;

use super::field::{TypedField, kind_of, node_type, object_of};
use super::hover::{describe, describe_type};
use super::outline::{Cursor, Outline, ParentLink};
use crate::kubernetes::types::{allowed, required};
use crate::rules;
use crate::schema::{FieldType, Struct, Type};

/// Something that can be inserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What the list shows.
    pub label: String,
    /// What is inserted; `$0` is where typing continues, and other `$` are escaped.
    pub insert: String,
    /// The bytes that it replaces.
    pub replace: Range<usize>,
    /// Where it stands in the list: by this number, then by its label.
    pub rank: usize,
    /// A few words next to the label.
    pub detail: String,
    /// More, as Markdown.
    pub documentation: String,
    /// Whether it is a key; else it is a value.
    pub is_key: bool,
}

/// Lists what may stand at `offset`.
pub fn complete_at(outline: &Outline<'_>, offset: usize, minor: u8) -> Vec<Completion> {
    if let Some(ids) = suppressed(outline.text, offset) {
        return ids;
    }
    match outline.cursor(offset) {
        Some(Cursor::Value { node, word }) => values(outline, node, word, minor),
        Some(Cursor::Word { holder, node, word, indent }) => {
            let place = Place { outline, holder, node, word, indent, minor };
            match node_type(outline, holder, minor).map(|node_type| (node_type.kind, node_type.field)) {
                Some((Type::Struct(within), _)) => place.keys(within),
                Some((Type::List { element, .. }, field)) => place.items(*element, field),
                Some((Type::Map { value: Type::Quantity, .. }, _)) => place.resources(),
                Some((kind @ Type::String { .. }, Some(field))) if is_item(outline, holder) => {
                    place.text_items(kind, field)
                }
                None if holder == object_of(outline, holder) => place.top(),
                _ => Vec::new(),
            }
        }
        None => Vec::new(),
    }
}

/// Where a key or an item is typed.
struct Place<'o, 't> {
    outline: &'o Outline<'t>,
    holder: usize,
    node: Option<usize>,
    word: Range<usize>,
    indent: usize,
    minor: u8,
}

impl Place<'_, '_> {
    /// Lists the fields of a type that are not there yet.
    fn keys(&self, within: &'static Struct) -> Vec<Completion> {
        let (first, last) = order::field_order(within);
        let rank = |name: &str| match first.iter().position(|it| *it == name) {
            Some(at) => at,
            None if last.contains(&name) => 900,
            None => 100,
        };
        let fields = within.fields().iter().filter(|it| it.is_in(self.minor) && !self.is_there(it.name));
        let required = required::fields(within);
        let completion = |field: &FieldType| {
            let needed = if required.contains(&field.name) { ", required" } else { "" };
            let type_name = describe_type(field.kind).replace('`', "");
            let documentation = describe(TypedField { within, field: *field }, self.minor, None);
            let insert = self.key(field.name, opens(field.kind));
            self.completion(
                field.name,
                insert,
                rank(field.name),
                format!("{type_name}{needed}"),
                documentation,
            )
        };
        fields.map(completion).collect()
    }

    /// Lists the keys of an object whose kind nobody knows yet; none if it is of another kind.
    fn top(&self) -> Vec<Completion> {
        let outline = self.outline;
        let known = ["apiVersion", "kind", "metadata", "spec"];
        let mut keys = outline.children(self.holder).filter(|&it| Some(it) != self.node);
        let is_foreign =
            |key| outline.child(self.holder, key).is_some_and(|it| !outline.value(it).is_empty());
        if keys.any(|key| !known.contains(&outline.key(key))) || is_foreign("kind") {
            return Vec::new();
        }
        let missing = known.into_iter().enumerate().filter(|(_, name)| !self.is_there(name));
        let completion = |(rank, name): (usize, &str)| {
            let insert = self.key(name, if rank < 2 { Opens::Scalar } else { Opens::Map });
            self.completion(name, insert, rank, String::new(), String::new())
        };
        missing.map(completion).collect()
    }

    /// Lists what an item of a list may be.
    fn items(&self, element: Type, field: Option<TypedField>) -> Vec<Completion> {
        let is_flow = self.outline.nodes[self.holder].brackets.is_some();
        match (element, field) {
            (Type::Struct(within), _) => {
                let name = order::field_order(within).0.first().copied();
                let name = name.or(within.fields().first().map(|it| it.name)).unwrap_or_default();
                let (label, insert) = if is_flow {
                    (format!("{{{name}: }}"), format!("{{{}}}", self.key(name, Opens::Scalar)))
                } else {
                    (format!("- {name}"), format!("- {}", self.key(name, Opens::Scalar)))
                };
                vec![self.completion(&label, insert, 0, within.name().to_owned(), String::new())]
            }
            (kind, Some(field)) if is_flow => self.text_items(kind, field),
            (kind, Some(field)) => {
                let dashed = |completion: Completion| Completion {
                    label: format!("- {}", completion.label),
                    insert: format!("- {}", completion.insert),
                    ..completion
                };
                self.text_items(kind, field).into_iter().map(dashed).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Lists the texts that a list takes.
    fn text_items(&self, kind: Type, field: TypedField) -> Vec<Completion> {
        let values = allowed::values(field.within, &FieldType { kind, ..field.field }, self.minor);
        let quoted = |value: &str| quote(self.outline, &self.word, value, kind);
        let completion = |(rank, value): (usize, &&str)| Completion {
            is_key: false,
            ..self.completion(value, escape(&quoted(value)), rank, String::new(), String::new())
        };
        values.iter().enumerate().map(completion).collect()
    }

    /// Lists the resources that requests and limits are for.
    fn resources(&self) -> Vec<Completion> {
        let missing = ["cpu", "memory", "ephemeral-storage"].into_iter().enumerate();
        let missing = missing.filter(|(_, name)| !self.is_there(name));
        let completion = |(rank, name): (usize, &str)| {
            self.completion(name, self.key(name, Opens::Scalar), rank, "quantity".to_owned(), String::new())
        };
        missing.map(completion).collect()
    }

    fn is_there(&self, name: &str) -> bool {
        let mut others = self.outline.children(self.holder).filter(|&it| Some(it) != self.node);
        others.any(|it| self.outline.key(it) == name)
    }

    /// Writes a key with what its value starts with; the key alone where its colon is there already.
    fn key(&self, name: &str, opens: Opens) -> String {
        let outline = self.outline;
        let is_json = is_json(outline);
        let key = if is_json || outline.text[self.word.clone()].starts_with('"') {
            format!("\"{name}\"")
        } else {
            name.to_owned()
        };
        if outline.text[self.word.end..outline.span.end].trim_start_matches(' ').starts_with(':') {
            return key;
        }
        let is_flow = is_json || outline.nodes[self.holder].brackets.is_some();
        match opens {
            Opens::Scalar => format!("{key}: $0"),
            Opens::Map if is_flow => format!("{key}: {{$0}}"),
            Opens::List if is_flow => format!("{key}: [$0]"),
            Opens::Map => format!("{key}:\n{:1$}$0", "", self.deeper()),
            Opens::List => format!("{key}:\n{:1$}- $0", "", self.deeper()),
        }
    }

    /// Returns the indentation of what stands below the key, from that of its line on: editors add the line's own.
    fn deeper(&self) -> usize {
        let line = self.outline.text[..self.word.start].rfind('\n').map_or(0, |at| at + 1);
        let before = &self.outline.text[line..self.word.start];
        let own = before.len() - before.trim_start().len();
        self.indent.saturating_sub(own) + 2
    }

    fn completion(
        &self,
        label: &str,
        insert: String,
        rank: usize,
        detail: String,
        documentation: String,
    ) -> Completion {
        let (label, replace) = (label.to_owned(), self.word.clone());
        Completion { label, insert, replace, rank, detail, documentation, is_key: true }
    }
}

/// What a value starts with.
#[derive(Clone, Copy)]
enum Opens {
    Scalar,
    Map,
    List,
}

fn opens(kind: Type) -> Opens {
    match kind {
        Type::Struct(_) | Type::Map { .. } => Opens::Map,
        Type::List { .. } => Opens::List,
        _ => Opens::Scalar,
    }
}

/// Lists the values of a field.
fn values(outline: &Outline<'_>, node: usize, word: Range<usize>, minor: u8) -> Vec<Completion> {
    let (values, kind) = match known_values(outline, node, minor) {
        Some(known) => known,
        None => return Vec::new(),
    };
    // `key:` needs a blank before its value.
    let blank = if outline.text[..word.start].ends_with(':') { " " } else { "" };
    let completion = |(rank, value): (usize, String)| Completion {
        insert: escape(&format!("{blank}{}", quote(outline, &word, &value, kind))),
        label: value,
        replace: word.clone(),
        rank,
        detail: String::new(),
        documentation: String::new(),
        is_key: false,
    };
    values.into_iter().enumerate().map(completion).collect()
}

fn known_values(outline: &Outline<'_>, node: usize, minor: u8) -> Option<(Vec<String>, Type)> {
    let text = Type::String { go_type: "string" };
    let parent = outline.nodes[node].parent;
    if parent == object_of(outline, node) && outline.nodes[node].step == ParentLink::Key {
        let other = |key| outline.child(parent, key).map(|it| outline.value(it)).filter(|it| !it.is_empty());
        let is_batch = other("apiVersion").is_none_or(|version| version.starts_with("batch/"));
        let is_ours = other("kind").is_none() || kind_of(outline, parent).is_some();
        let texts = |texts: &[&str]| Some((texts.iter().map(|it| (*it).to_owned()).collect(), text));
        match outline.key(node) {
            "apiVersion" if is_ours => return texts(&["batch/v1"]),
            "kind" if is_batch => return texts(&["CronJob", "Job"]),
            _ => {}
        }
    }
    let node_type = node_type(outline, node, minor)?;
    let TypedField { within, field } = node_type.field?;
    if within.go_name == "v1.CronJobSpec" && field.name == "timeZone" {
        return Some((crate::time::zone_names(), text));
    }
    let is_scalar = !matches!(node_type.kind, Type::List { .. } | Type::Map { .. } | Type::Struct(_));
    let values = if is_scalar { allowed::values(within, &field, minor) } else { &[] };
    Some((values.iter().map(|it| (*it).to_owned()).collect(), node_type.kind))
}

/// Lists the ids of rules where a suppression names some.
fn suppressed(text: &str, offset: usize) -> Option<Vec<Completion>> {
    let line = text[..offset].rsplit('\n').next().unwrap_or_default();
    let (_, ids) = line.split_once('#')?.1.split_once("batchlint: ignore[")?;
    let typed = ids.rsplit(',').next().unwrap_or_default().trim_start();
    if ids.contains(']') || typed.contains(' ') {
        return Some(Vec::new());
    }
    let replace = offset - typed.len()..offset;
    let completion = |rule: &Meta| Completion {
        label: rule.id.to_owned(),
        insert: rule.id.to_owned(),
        replace: replace.clone(),
        rank: 0,
        detail: rule.summary.to_owned(),
        documentation: rules::opening(rule),
        is_key: false,
    };
    Some(rules::registry().iter().map(completion).collect())
}

/// Writes a value so that YAML and JSON read it as what it is: in quotes where YAML 1.1 reads a text as something else.
fn quote(outline: &Outline<'_>, word: &Range<usize>, value: &str, kind: Type) -> String {
    let is_text = matches!(kind, Type::String { .. });
    let is_quoted = outline.text[word.clone()].starts_with('"') || is_json(outline);
    let reads_as_other = ["true", "false"].contains(&value.to_lowercase().as_str());
    if is_text && (is_quoted || reads_as_other) { format!("\"{value}\"") } else { value.to_owned() }
}

fn is_json(outline: &Outline<'_>) -> bool {
    outline.nodes[0].brackets.is_some() && outline.text[outline.span.clone()].contains('"')
}

fn is_item(outline: &Outline<'_>, node: usize) -> bool {
    matches!(outline.nodes[node].step, ParentLink::Item(_))
}

/// Returns the text of a snippet for clients that do not know any.
pub fn without_snippet(insert: &str) -> String {
    insert.replacen("$0", "", 1).replace("\\$", "$").replace("\\\\", "\\").trim_end_matches(' ').to_owned()
}

/// Escapes what has a meaning in snippets.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$")
}
