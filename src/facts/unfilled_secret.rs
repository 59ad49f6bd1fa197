//! Secrets of the same file that a pod uses, with a value that someone was to write.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::facts::mounted_script::ConfigMaps;
use crate::manifest::document::{Field, Node};
use crate::manifest::workload::Pod;
use crate::text::to_fill_in::{
    asks_in_capitals, asks_to_be_changed, is_addressed_to_reader, is_in_angle_brackets,
};

/// A key of a Secret that was not filled in.
pub struct UnfilledSecret<'d> {
    /// The field of the pod that names the Secret.
    pub source: Field<'d>,
    /// The key.
    pub key: &'d str,
}

/// Finds the first such key of each Secret that a container of the pod refers to.
pub fn unfilled_secrets<'d>(pod: Pod<'d>, maps: &ConfigMaps<'d>) -> Vec<UnfilledSecret<'d>> {
    let namespace = pod.job.object.namespace().text();
    let variables = pod.containers().flat_map(|it| it.env().items().collect::<Vec<_>>());
    let keys = variables
        .map(|it| (it.field("valueFrom.secretKeyRef.name"), it.field("valueFrom.secretKeyRef.key").text()));
    let wholes = pod.containers().flat_map(|it| it.env_from().items().collect::<Vec<_>>());
    let wholes = wholes.map(|it| (it.field("secretRef.name"), None));
    let mut found: Vec<UnfilledSecret<'d>> = Vec::new();
    let (mut seen, mut reported) = (BTreeSet::new(), BTreeSet::new());
    for (source, key) in keys.chain(wholes) {
        // What many variables name is read once.
        let Some(name) = source.text().filter(|it| !reported.contains(it) && seen.insert((*it, key))) else {
            continue;
        };
        let Some(secret) = maps.secret(name, namespace) else { continue };
        if let Some(key) = unfilled(secret, key) {
            reported.insert(name);
            found.push(UnfilledSecret { source, key });
        }
    }
    found
}

/// Returns the first key of a Secret that was not filled in, or the one that is asked for if it was not.
fn unfilled<'d>(secret: Node<'d>, key: Option<&'d str>) -> Option<&'d str> {
    let decode = |text: &str| String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok();
    let is_unfilled = |field: &str, node: Node<'d>| {
        let text = node.text().unwrap_or_default();
        if field == "data" { decode(text).is_some_and(|it| asks(it.trim())) } else { asks(text.trim()) }
    };
    ["stringData", "data"].into_iter().find_map(|field| {
        let data = secret.get(field)?;
        match key {
            Some(key) => data.get(key).filter(|it| is_unfilled(field, *it)).map(|_| key),
            None => data.entries().find(|it| is_unfilled(field, it.value)).map(|it| it.key),
        }
    })
}

/// Whether a value asks for another one.
fn asks(value: &str) -> bool {
    is_addressed_to_reader(value)
        || asks_in_capitals(value)
        || asks_to_be_changed(value)
        || is_in_angle_brackets(value)
}
