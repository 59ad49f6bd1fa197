//! The Kubernetes type of what stands at a place of an outline.

use super::outline::{Outline, ParentLink};
use crate::kubernetes::types::type_check::root;
use crate::manifest::workload::Kind;
use crate::schema::{FieldType, Struct, Type};

/// A field that a node stands for.
#[derive(Clone, Copy, Debug)]
pub struct TypedField {
    /// The type that has the field.
    pub within: &'static Struct,
    /// The field.
    pub field: FieldType,
}

/// The type of a node's value, and the field that it is, or is an item or entry of.
#[derive(Clone, Copy, Debug)]
pub struct NodeType {
    /// The type of the value.
    pub kind: Type,
    /// The nearest field on the way; none for an object.
    pub field: Option<TypedField>,
    /// Whether the node is the field itself, not a part of its value.
    pub is_field: bool,
}

/// Finds the type of a node in a Job or CronJob, in the minor or, where it lacks a field, in any.
pub fn node_type(outline: &Outline<'_>, node: usize, minor: u8) -> Option<NodeType> {
    let object = object_of(outline, node);
    let kind = kind_of(outline, object)?;
    let ancestors = outline.ancestors(node);
    let below = ancestors.iter().skip_while(|&&step| object != 0 && step != object);
    let mut node_type = NodeType { kind: Type::Struct(root(kind)), field: None, is_field: false };
    for &step in below.skip(usize::from(object != 0)) {
        node_type = match (node_type.kind, outline.nodes[step].step) {
            (Type::Struct(within), ParentLink::Key) => {
                let name = outline.key(step);
                let field = *within.field(name, minor).or_else(|| within.any_minor(name))?;
                NodeType { kind: field.kind, field: Some(TypedField { within, field }), is_field: true }
            }
            (Type::List { element, .. }, ParentLink::Item(_)) => {
                NodeType { kind: *element, is_field: false, ..node_type }
            }
            (Type::Map { value, .. }, ParentLink::Key) => {
                NodeType { kind: *value, is_field: false, ..node_type }
            }
            _ => return None,
        };
    }
    Some(node_type)
}

/// Returns the node of the object around a node: an item of a `List`, else the document.
pub fn object_of(outline: &Outline<'_>, node: usize) -> usize {
    let is_list = outline.child(0, "kind").is_some_and(|kind| outline.value(kind).ends_with("List"));
    match outline.ancestors(node).as_slice() {
        [items, item, ..] if is_list && outline.key(*items) == "items" => *item,
        _ => 0,
    }
}

/// Returns every object of a document.
pub fn objects(outline: &Outline<'_>) -> Vec<usize> {
    let items = outline.child(0, "items").into_iter().flat_map(|items| outline.children(items));
    let items: Vec<usize> = items.filter(|&item| object_of(outline, item) == item).collect();
    if items.is_empty() { vec![0] } else { items }
}

/// Whether an object is a Job or a CronJob; one whose kind is not typed yet is told by its fields.
pub fn kind_of(outline: &Outline<'_>, object: usize) -> Option<Kind> {
    let value = |key| outline.child(object, key).map(|node| outline.value(node)).filter(|it| !it.is_empty());
    let of_list = || outline.child(0, "kind").and_then(|kind| outline.value(kind).strip_suffix("List"));
    let group = value("apiVersion").map(|version| version.split_once('/').map_or("", |(group, _)| group));
    match value("kind").or_else(|| of_list().filter(|kind| object != 0 && !kind.is_empty())) {
        _ if group.is_some_and(|group| group != "batch") => None,
        Some("Job") => Some(Kind::Job),
        Some("CronJob") => Some(Kind::CronJob),
        Some(_) => None,
        None => {
            let spec = outline.child(object, "spec")?;
            let has = |key| outline.child(spec, key).is_some();
            let is_cron_job = has("schedule") || has("jobTemplate");
            let is_job = has("backoffLimit") || has("completions") || group == Some("batch");
            if is_cron_job { Some(Kind::CronJob) } else { is_job.then_some(Kind::Job) }
        }
    }
}
