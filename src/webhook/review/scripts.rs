//! Scripts that no rule has looked into, because they are longer, alone or together, or nested deeper than what is read, or
//! have a `coproc`.
//!
//! A script that its shell cannot read either is another matter: it does nothing, and `script-syntax-error` reports it.

use serde_json::Value;

use crate::manifest::document::Document;
use crate::manifest::workload::{Job, Pod, Reading};
use crate::shell::{Cause, Invocation, MAXIMUM_LENGTH, Source, SyntaxError, parse_all};

/// Whether the object has a script that is not read, and that the old object did not have.
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
    // Annotations hold long texts too, which nobody runs.
    let spec = &object["spec"];
    if text_length(spec) <= MAXIMUM_LENGTH && !may_be_unread(spec) {
        return Vec::new();
    }
    let document = Document::from_value(object);
    let Reading::Object(object) = Reading::of(document.root()) else { return Vec::new() };
    let containers = object.job().and_then(Job::pod).into_iter().flat_map(Pod::containers);
    let invocations: Vec<_> = containers.filter_map(Invocation::of).collect();
    let sources: Vec<_> = invocations.iter().map(Source::of).collect();
    let read = parse_all(&sources);
    let is_unread = |result: &Option<Result<_, SyntaxError>>| {
        result.as_ref().is_some_and(|it| it.as_ref().is_err_and(|error| error.cause != Cause::Shell))
    };
    let unread = sources.iter().flatten().zip(read.iter().filter(|it| it.is_some()));
    unread.filter(|(_, it)| is_unread(it)).map(|(source, _)| source.text.clone().into_owned()).collect()
}

/// Returns how many bytes the texts have together.
fn text_length(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(text_length).sum(),
        Value::Object(map) => map.values().map(text_length).sum(),
        _ => 0,
    }
}

/// Whether there is a text that may be such a script. Each level of nesting takes two bytes at least.
fn may_be_unread(value: &Value) -> bool {
    const SHORTEST: usize = 120;
    match value {
        Value::String(text) => {
            let openers = text.bytes().filter(|it| b"({\"`".contains(it)).count();
            let words =
                || ["if", "do", "case", "<<"].iter().map(|it| text.matches(it).count()).sum::<usize>();
            let is_deep = || text.len() >= SHORTEST && openers + words() >= SHORTEST / 2;
            text.len() > MAXIMUM_LENGTH || text.contains("coproc") || is_deep()
        }
        Value::Array(items) => items.iter().any(may_be_unread),
        Value::Object(map) => map.values().any(may_be_unread),
        _ => false,
    }
}
