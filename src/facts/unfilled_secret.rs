//! Secrets of the same file that a pod uses, with a value that someone was to write, or that is not base64.

use std::collections::BTreeSet;

use crate::facts::mounted_script::ConfigMaps;
use crate::manifest::document::{Field, Node};
use crate::manifest::workload::Pod;
use crate::text::base64::decode;
use crate::text::to_fill_in::{
    asks_in_capitals, asks_to_be_changed, is_addressed_to_reader, is_in_angle_brackets,
};

/// A key of a Secret that was not filled in.
pub struct UnfilledSecret<'d> {
    /// The field of the pod that names the Secret.
    pub source: Field<'d>,
    /// The key.
    pub key: &'d str,
    /// Whether the API server rejects the Secret, whose `data` has to be in base64.
    pub is_rejected: bool,
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
        if let Some((key, is_rejected)) = unfilled(secret, key) {
            reported.insert(name);
            found.push(UnfilledSecret { source, key, is_rejected });
        }
    }
    found
}

/// Returns the first key of a Secret that was not filled in, or the one that is asked for if it was not, and whether the API
/// server rejects its value.
fn unfilled<'d>(secret: Node<'d>, key: Option<&'d str>) -> Option<(&'d str, bool)> {
    let is_rejected =
        |field: &str, node: Node<'d>| field == "data" && decode(node.text().unwrap_or_default()).is_none();
    let is_unfilled = |field: &str, node: Node<'d>| {
        let text = node.text().unwrap_or_default().trim();
        match decode(text).filter(|_| field == "data") {
            Some(value) => String::from_utf8(value).is_ok_and(|it| asks(it.trim())),
            // Other tools replace `<path:…>` before the API server gets the Secret.
            None => asks(text) && (field != "data" || !is_in_angle_brackets(text)),
        }
    };
    ["stringData", "data"].into_iter().find_map(|field| {
        let data = secret.get(field)?;
        match key {
            Some(key) => {
                let value = data.get(key).filter(|it| is_unfilled(field, *it));
                value.map(|it| (key, is_rejected(field, it)))
            }
            None => {
                let entry = data.entries().find(|it| is_unfilled(field, it.value));
                entry.map(|it| (it.key, is_rejected(field, it.value)))
            }
        }
    })
}

/// Returns the first key in the `data` of a Secret whose value is a text that is not base64, and that nothing shows to be filled in
/// or decrypted before the API server gets it.
pub fn undecodable_key<'d>(secret: Node<'d>) -> Option<&'d str> {
    let is_literal = |text: &str| {
        text.bytes().all(|it| it.is_ascii_alphanumeric() || b"+-./=_!@^&*,?".contains(&it))
            && !asks(text.trim())
    };
    let mut entries = secret.get("data")?.entries();
    entries
        .find(|it| it.value.text().is_some_and(|it| decode(it).is_none() && is_literal(it)))
        .map(|it| it.key)
}

/// Whether a value asks for another one.
fn asks(value: &str) -> bool {
    is_addressed_to_reader(value)
        || asks_in_capitals(value)
        || asks_to_be_changed(value)
        || is_in_angle_brackets(value)
}
