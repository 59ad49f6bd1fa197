//! Two objects in one document, where a `---` is missing between them.

use crate::manifest::document::{Duplicate, DuplicateCause};
use crate::manifest::workload::Object;

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
