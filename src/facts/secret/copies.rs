//! Copies of manifests in annotations: what kubectl and other tools keep of the object that they applied last.

use std::sync::Arc;

use crate::manifest::document::{self, Document, Entry, Node};
use crate::manifest::workload::{Container, ContainerKind, Job, Object, Pod};
use crate::text::source::Source;

/// Returns the annotations of an object that hold a copy of one, with what they hold; none where it cannot be read.
pub(super) fn in_annotations<'d>(object: Object<'d>) -> Vec<(Entry<'d>, Vec<Document>)> {
    let annotations = object.node.field("metadata.annotations").node();
    let copies = annotations.into_iter().flat_map(Node::entries).filter_map(|entry| {
        let text = entry.value.text().filter(|it| is_copy(it))?;
        let source = Arc::new(Source::new(entry.key, text));
        Some((entry, document::read(&source).documents))
    });
    copies.collect()
}

/// Whether a text looks like an object in JSON.
pub(super) fn is_copy(text: &str) -> bool {
    text.trim_start().starts_with('{')
        && ["ontainers\"", "\"env\"", "\"spec\""].iter().any(|it| text.contains(it))
}

/// Returns the containers of a copy, wherever they are: it may be of any kind, or a part of an object. What has variables is
/// one.
pub(super) fn containers(object: Object<'_>) -> Vec<Container<'_>> {
    let mut found = Vec::new();
    object.node.visit(&mut |node| {
        for (key, kind) in [("initContainers", ContainerKind::Init), ("containers", ContainerKind::Main)] {
            let pod = Pod { job: Job { object, spec: node }, spec: node };
            let items = node.get(key).into_iter().flat_map(Node::items);
            found.extend(items.map(|node| Container { pod, node, kind }));
        }
        let is_listed = node.parent().and_then(Node::key).is_some_and(|it| it.ends_with("ontainers"));
        if !is_listed && node.get("env").is_some() {
            let pod = Pod { job: Job { object, spec: node }, spec: node };
            found.push(Container { pod, node, kind: ContainerKind::Main });
        }
    });
    found
}
