//! Texts within a document that their readers cannot parse: scripts, and JSON in a field.

use std::ops::Range;

use super::nodes::objects;
use crate::manifest::document::{Document, Node};
use crate::manifest::workload::{Job, Pod};
use crate::shell::{Invocation, ScriptCache, ScriptSource, UnreadableCause};
use serde::de::IgnoredAny;

/// Finds the scripts of a document that no shell can parse, and what begins as JSON does and is none.
pub(super) fn unparsed(document: &Document) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if document.source.text.is_empty() {
        return found;
    }
    for object in objects(std::slice::from_ref(document)) {
        let cache = ScriptCache::new(object);
        for container in object.job().and_then(Job::pod).into_iter().flat_map(Pod::containers) {
            let invocation = Invocation::new(container);
            let source = invocation.as_ref().and_then(ScriptSource::find);
            let is_refused = source.as_ref().is_some_and(
                |it| matches!(it.parse(&cache).parsed(), Err(error) if error.cause == UnreadableCause::Shell),
            );
            found.extend(source.filter(|_| is_refused).map(|it| it.node.span().range()));
        }
    }
    let texts = document.all().filter(|it| it.text().is_some_and(is_broken_json));
    found.extend(texts.map(|it: Node<'_>| it.span().range()));
    found
}

/// Whether a text begins as an object or a list in JSON does, and cannot be read as such.
fn is_broken_json(text: &str) -> bool {
    let text = text.trim_start();
    // `[ "$A" = b ]` is a command.
    let list = text.strip_prefix('[').map(str::trim_start);
    let has_key = |it: &str| it.strip_prefix('{').is_some_and(|it| it.trim_start().starts_with('"'));
    let is_json = has_key(text) || list.is_some_and(has_key) || text.starts_with("[\"");
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    is_json && values.any(|it| it.is_err())
}
