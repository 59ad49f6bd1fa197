//! Credentials in the requests of probes and hooks, and in all fields of which nothing is known.

use super::detected::{Parts, Secret, Within, in_url};
use super::headers;
use super::metadata::in_metadata;
use super::promise::is_secret;
use super::shape::{shape, tokens};
use super::text;
use super::url;
use crate::manifest::document::{Entry, Node};
use crate::manifest::workload::{Container, Object};

const REQUESTS: [&str; 5] = [
    "livenessProbe.httpGet",
    "readinessProbe.httpGet",
    "startupProbe.httpGet",
    "lifecycle.postStart.httpGet",
    "lifecycle.preStop.httpGet",
];

/// Finds the credentials in the headers and paths of a container's requests.
pub(super) fn in_probes(container: Container<'_>) -> Vec<Secret<'_>> {
    let requests = REQUESTS.iter().filter_map(|path| container.node.field(path).node());
    requests.flat_map(in_request).collect()
}

fn in_request(request: Node<'_>) -> Vec<Secret<'_>> {
    let headers = request.field("httpHeaders").items().filter_map(|header| {
        let name = header.field("name").text()?;
        in_header(name, header.field("value").node()?)
    });
    let mut found: Vec<_> = headers.collect();
    if let Some(path) = request.field("path").node() {
        let mut parts = Parts::default();
        let secret = |text| {
            let (part, shape) = (parts.place(path, text), shape(text));
            Secret { name: "path", value: path, text, part, shape, within: Within::Url }
        };
        found.extend(url::query_passwords(path.text().unwrap_or_default()).map(secret));
    }
    found
}

/// Returns the credential of a header: what follows the scheme in `Authorization`, else the whole value.
fn in_header<'d>(name: &'d str, value: Node<'d>) -> Option<Secret<'d>> {
    let whole = value.text()?.trim();
    let text = headers::credential(name, whole).or_else(|| shape(whole).map(|_| whole))?;
    let part = Parts::default().place(value, text);
    Some(Secret { name, value, text, part, shape: shape(text), within: Within::Field })
}

/// Maps whose keys anybody may choose.
const OPEN_MAPS: [&str; 4] = ["matchLabels", "nodeSelector", "options", "volumeAttributes"];

/// Fields that are searched by what is known of them: commands, headers; or that servers write.
const SEARCHED: [&str; 4] = ["args", "command", "httpHeaders", "managedFields"];

/// Finds the credentials in all other fields of an object: annotations and labels, a token in a path, a password in the options
/// of a volume or in the address of a repository.
pub(super) fn in_others(object: Object<'_>) -> Vec<Secret<'_>> {
    let mut found = Vec::new();
    for entry in object.node.entries().filter(|it| it.key != "status") {
        below(entry.key, entry.value, &mut found);
    }
    found
}

/// Searches the value of a key.
fn below<'d>(key: &'d str, value: Node<'d>, found: &mut Vec<Secret<'d>>) {
    if let Some(text) = value.text() {
        found.extend(in_value(key, value, text));
        return;
    }
    for item in value.items() {
        below(key, item, found);
    }
    let map = value;
    let is_metadata = matches!(key, "annotations" | "labels");
    let is_open = is_metadata || OPEN_MAPS.contains(&key);
    let is_variable = key == "env";
    let is_searched = |key: &str| !is_open && SEARCHED.contains(&key) || is_variable && key == "value";
    for entry in value.entries().filter(|it| !is_searched(it.key)) {
        let Entry { key: own, value, key_span, .. } = entry;
        let part = Some(key_span);
        let in_key = tokens(own).into_iter().map(|(shape, text)| Secret {
            name: key,
            value,
            text,
            part,
            shape: Some(shape),
            within: Within::Field,
        });
        found.extend(in_key);
        let name = match own {
            // `{name: password, value: hunter2}`, `{key: password, operator: In, values: [hunter2]}`
            "value" | "values" => map.get("name").or_else(|| map.get("key")).and_then(Node::text),
            _ => None,
        };
        let name = name.unwrap_or(own);
        match value.text() {
            _ if is_metadata => found.extend(in_metadata(entry)),
            Some(text) if is_open || own == "value" => found.extend(in_option(name, value, text)),
            None if own == "values" => {
                let texts = value.items().filter_map(|it| Some((it, it.text()?)));
                found.extend(texts.flat_map(|(value, text)| in_option(name, value, text)));
            }
            _ => below(name, value, found),
        }
    }
}

/// Finds the credentials in a value whose name somebody chose: all of it, or the parts of `user=app,password=hunter2`.
fn in_option<'d>(name: &'d str, value: Node<'d>, text: &'d str) -> Vec<Secret<'d>> {
    if is_secret(name, text) {
        return vec![Secret { name, value, text, part: None, shape: shape(text), within: Within::Field }];
    }
    text::at(text::search("", text), name, value, Within::Field)
}

/// Finds the passwords of addresses and the tokens in a value.
fn in_value<'d>(name: &'d str, value: Node<'d>, text: &'d str) -> Vec<Secret<'d>> {
    let found = in_url(name, value);
    if !found.is_empty() {
        return found;
    }
    let found = tokens(text);
    if found.is_empty() {
        return Vec::new();
    }
    let mut parts = Parts::default();
    let secret = |(shape, text)| {
        let part = parts.place(value, text);
        Secret { name, value, text, part, shape: Some(shape), within: Within::Field }
    };
    found.into_iter().map(secret).collect()
}
