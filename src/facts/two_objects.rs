//! Two objects in one document, where a `---` is missing between them.

use crate::manifest::document::{Duplicate, DuplicateCause, Node};
use crate::manifest::workload::{Kind, Object};

/// Returns the keys that the second object repeats, in the order of the text; none if the document has one object.
pub(crate) fn repeated_keys(object: Object<'_>) -> Vec<&Duplicate> {
    let document = object.node.document;
    let is_own =
        |it: &&Duplicate| it.cause == DuplicateCause::Repeated && document.kept(it).0.id == object.node.id;
    let mut repeated: Vec<&Duplicate> = object.node.duplicates().iter().filter(is_own).collect();
    let has = |key: &str| repeated.iter().any(|it| document.kept(it).1.key == key);
    // A single key that is there twice is a slip within one object.
    if !has("kind") || !["apiVersion", "metadata", "spec"].into_iter().any(has) {
        return Vec::new();
    }
    repeated.sort_by_key(|it| it.second);
    repeated
}

/// Returns the Job or CronJob of a document that kubectl takes for an object of another kind, which follows without a `---`.
pub(crate) fn lost_object(node: Node<'_>) -> Option<Object<'_>> {
    let document = node.document;
    let kinds = node.duplicates().iter().filter(|it| document.kept(it).1.key == "kind");
    let kind = kinds.into_iter().find_map(|it| {
        match it.first_value.text(&document.source.text).trim_matches(['"', '\'']) {
            "Job" => Some(Kind::Job),
            "CronJob" => Some(Kind::CronJob),
            _ => None,
        }
    })?;
    let object = Object { node, kind };
    (!repeated_keys(object).is_empty()).then_some(object)
}
