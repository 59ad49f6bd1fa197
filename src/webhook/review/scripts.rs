//! Scripts that no rule has looked into, because they are longer or nested deeper than what is read.

use serde_json::Value;

use crate::document::Document;
use crate::script::{Cause, Source};
use crate::script::{Invocation, MAXIMUM_LENGTH};
use crate::workload::{Job, Pod, Reading};

/// Whether an update or a new object brings in a script that is not read.
pub(super) fn has_unread(object: &Value, old: Option<&Value>) -> bool {
    let unread = unread(object);
    if unread.is_empty() {
        return false;
    }
    let known = old.map(self::unread).unwrap_or_default();
    unread.iter().any(|it| !known.contains(it))
}

/// Returns the scripts of an object that are not read.
fn unread(object: &Value) -> Vec<String> {
    if !has_long_text(object) {
        return Vec::new();
    }
    let document = Document::from_value(object);
    let Reading::Object(object) = Reading::of(document.root()) else { return Vec::new() };
    let containers = object.job().and_then(Job::pod).into_iter().flat_map(Pod::containers);
    let mut unread = Vec::new();
    for container in containers {
        let Some(invocation) = Invocation::of(container) else { continue };
        let Some(source) = Source::of(&invocation) else { continue };
        if source.parse().is_err_and(|it| it.cause == Cause::Limit) {
            unread.push(source.text.clone().into_owned());
        }
    }
    unread
}

/// Whether the object has a text in which so much can be nested. Each level takes two bytes at least.
fn has_long_text(value: &Value) -> bool {
    const SHORTEST: usize = 120;
    match value {
        Value::String(text) => {
            let openers = text.bytes().filter(|it| b"({\"`".contains(it)).count();
            let words =
                || ["if", "do", "case", "<<"].iter().map(|it| text.matches(it).count()).sum::<usize>();
            text.len() > MAXIMUM_LENGTH || text.len() >= SHORTEST && openers + words() >= SHORTEST / 2
        }
        Value::Array(items) => items.iter().any(has_long_text),
        Value::Object(map) => map.values().any(has_long_text),
        _ => false,
    }
}
