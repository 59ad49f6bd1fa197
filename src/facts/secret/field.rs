//! Credentials in the requests of probes and hooks, and in the attributes of CSI volumes.

use super::detected::{Parts, Secret, Within, in_url};
use super::promise::is_secret;
use super::shape::shape;
use super::url;
use crate::manifest::document::Node;
use crate::manifest::workload::{Container, Pod};

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
    let is_authorization =
        ["authorization", "proxy-authorization"].iter().any(|it| name.eq_ignore_ascii_case(it));
    let (promise, text) = if is_authorization {
        ("token", whole.split_once(' ').map_or(whole, |it| it.1.trim()))
    } else {
        (name, whole)
    };
    let shape = shape(text);
    let is_credential = shape.is_some() || is_secret(promise, text);
    let part = Parts::default().place(value, text);
    is_credential.then_some(Secret { name, value, text, part, shape, within: Within::Field })
}

/// Finds the credentials in the attributes that a pod hands to CSI drivers.
pub(super) fn in_volumes(pod: Pod<'_>) -> Vec<Secret<'_>> {
    let maps = pod.volumes().items().filter_map(|it| it.field("csi.volumeAttributes").node());
    maps.flat_map(Node::entries).flat_map(|it| in_attribute(it.key, it.value)).collect()
}

fn in_attribute<'d>(name: &'d str, value: Node<'d>) -> Vec<Secret<'d>> {
    let Some(text) = value.text() else { return Vec::new() };
    let mut found = in_url(name, value);
    let shape = shape(text);
    if found.is_empty() && (shape.is_some() || is_secret(name, text)) {
        found.push(Secret { name, value, text, part: None, shape, within: Within::Field });
    }
    found
}
