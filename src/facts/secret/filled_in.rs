//! What variables are filled in, which is not searched in full where they become too long.

use std::collections::HashSet;

use super::copies;
use crate::manifest::document::Node;
use crate::manifest::workload::{Container, Job, Object, Pod};

/// The fields of a container that hold variables, or in which they are filled in.
const FIELDS: [&str; 8] = [
    "env",
    "command",
    "args",
    "livenessProbe.exec",
    "readinessProbe.exec",
    "startupProbe.exec",
    "lifecycle.postStart.exec",
    "lifecycle.preStop.exec",
];

/// Whether an object has a container, or a copy of one in an annotation, with variables or texts that no container of an
/// older version has.
pub fn has_new_variables(object: Object<'_>, older: Object<'_>) -> bool {
    let known = filled_in(older);
    filled_in(object).iter().any(|it| !known.contains(it))
}

/// Returns for each container of an object, and of the copies in its annotations, what is filled in there.
fn filled_in(object: Object<'_>) -> HashSet<String> {
    let of_container = |container: Container<'_>| {
        let field =
            |path: &'static str| container.node.field(path).node().map(Node::to_json).unwrap_or_default();
        serde_json::Value::from(FIELDS.into_iter().map(field).collect::<Vec<_>>()).to_string()
    };
    let containers = object.job().and_then(Job::pod).into_iter().flat_map(Pod::containers);
    let mut found: HashSet<String> = containers.map(of_container).collect();
    for (_, documents) in copies::in_annotations(object) {
        for document in &documents {
            let copy = Object { node: document.root(), kind: object.kind };
            found.extend(copies::containers(copy).into_iter().map(of_container));
        }
    }
    found
}
