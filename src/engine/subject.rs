//! What findings call the object that they are about.

use crate::diagnostic::finding::Subject;
use crate::manifest::workload::Object;

/// Returns what findings call an object.
pub(crate) fn subject(object: Object<'_>) -> Subject {
    let name = object.name().text().or_else(|| object.generate_name().text());
    Subject {
        kind: object.kind_name(),
        namespace: object.namespace().text().unwrap_or_default().to_owned(),
        name: name.unwrap_or_default().to_owned(),
        owner: owner(object).unwrap_or_default().to_owned(),
    }
}

/// The labels that say who looks after an object, the most telling first.
const OWNER_LABELS: [&str; 3] = ["owner", "team", "app.kubernetes.io/part-of"];

fn owner(object: Object<'_>) -> Option<&str> {
    let labels = object.node.field("metadata.labels").node()?;
    OWNER_LABELS.iter().find_map(|key| labels.get(key)?.text())
}
