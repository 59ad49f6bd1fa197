//! What kubectl keeps of the object that it applied last. It repeats what stands elsewhere; what has been taken out since
//! stands only there.

use std::collections::HashSet;

use super::detected::{Parts, Secret, Within};
use super::promise::is_secret;
use super::script::in_file;
use super::shape::tokens;
use super::url;
use crate::manifest::workload::Object;

pub(super) const ANNOTATION: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Returns the credentials that only the annotation has.
pub(super) fn only_there<'d>(object: Object<'d>, known: &[Secret<'d>]) -> Vec<Secret<'d>> {
    let annotations = object.node.field("metadata.annotations").node();
    let Some(entry) = annotations.and_then(|it| it.entries().find(|it| it.key == ANNOTATION)) else {
        return Vec::new();
    };
    let Some(text) = entry.value.text() else { return Vec::new() };
    let mut known: HashSet<&str> = known.iter().map(|it| it.text).collect();
    let mut parts = Parts::default();
    let urls = url::passwords(text).into_iter().map(|it| (it, None));
    let shapes = tokens(text).map(|(shape, it)| (it, Some(shape)));
    let named = text.split(['{', '}']).filter_map(variable).chain(in_file(text).into_iter().map(|it| it.1));
    // A text with escapes is not the value that stands elsewhere.
    let found = urls.chain(shapes).chain(named.map(|it| (it, None))).filter(|it| !it.0.contains('\\'));
    let found = found.filter(|it| known.insert(it.0));
    let secret = |(it, shape)| Secret {
        name: entry.key,
        value: entry.value,
        text: it,
        part: parts.place(entry.value, it),
        shape,
        within: Within::Metadata,
    };
    found.map(secret).collect()
}

/// Returns the value of `"name":"DB_PASSWORD","value":"hunter2"`, if it is a credential.
fn variable(map: &str) -> Option<&str> {
    let field = |key: &str| map.split_once(key)?.1.split('"').next();
    let (name, value) = (field("\"name\":\"")?, field("\"value\":\"")?);
    is_secret(name, value).then_some(value)
}
