//! Holds answers against those of a real API server.
#![allow(
    dead_code,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "each test binary uses a part of this"
)]

use std::sync::Arc;

use batchlint::dry_run::answers;
use batchlint::kubernetes::verdict::body::Client;
use batchlint::manifest::document::read;
use batchlint::schema::version::Version;
use batchlint::text::source::Source;
use serde_json::{Map, Value, json};

/// Returns the answer to a manifest of one document as `dry-run` prints it.
pub(crate) fn answer(manifest: &str, version: Version, client: Client) -> Value {
    let source = Arc::new(Source::new("case.yaml", manifest));
    match answers(&source, &read(&source), version, client).first() {
        Some(answer) => serde_json::to_value(answer).expect("JSON"),
        None => json!({"stage": "route", "accepted": false, "message": "no objects passed to create"}),
    }
}

/// Returns what the recordings keep of an answer: what the rest follows from.
pub(crate) fn recorded(answer: &Value) -> Map<String, Value> {
    let mut kept = Map::new();
    let stage = answer["stage"].as_str().unwrap_or_default();
    kept.insert("stage".to_owned(), stage.into());
    if ["decode", "route", "other"].contains(&stage) {
        kept.insert("message".to_owned(), answer["message"].clone());
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let cause = |it: &Value| {
        let kind = text(&it["type"]).trim_start_matches("FieldValue").to_owned();
        json!([kind, it["field"], it["message"]])
    };
    let causes: Vec<Value> = list(&answer["causes"]).map(cause).collect();
    for (name, list) in [
        ("strict", list(&answer["strict"]).cloned().collect()),
        ("causes", causes),
        ("warnings", list(&answer["warnings"]).cloned().collect::<Vec<_>>()),
    ] {
        if !list.is_empty() {
            kept.insert(name.to_owned(), list.into());
        }
    }
    kept
}

/// Returns what an older Kubernetes has in common with the newest: where it stops, and at which fields; not its words.
pub(crate) fn outline(mut recorded: Map<String, Value>) -> Map<String, Value> {
    recorded.remove("message");
    if let Some(Value::Array(causes)) = recorded.get_mut("causes") {
        causes.iter_mut().for_each(|cause| cause.as_array_mut().into_iter().for_each(|it| it.truncate(2)));
        causes.sort_by_key(Value::to_string);
        causes.dedup();
    }
    if let Some(Value::Object(kubectl)) = recorded.get_mut("kubectl") {
        *kubectl = outline(std::mem::take(kubectl));
    }
    recorded
}

/// Lists what differs between what is recorded of two answers, one line each. The order of causes and warnings does not
/// count: it is random where the API server walks a map.
pub(crate) fn differences(expected: &Map<String, Value>, actual: &Map<String, Value>) -> Vec<String> {
    let of = |map: &Map<String, Value>, name: &str| map.get(name).cloned().unwrap_or_default();
    let mut lines = Vec::new();
    for name in ["stage", "message"] {
        let (expected, actual) = (of(expected, name), of(actual, name));
        // The words for text that cannot be read are those of another parser.
        let is_text = expected.as_str().is_some_and(|it| it.starts_with("error converting YAML to JSON: "));
        if expected != actual && !is_text && !is_same_but_for_stars(&expected, &actual) {
            lines.push(format!("{name} -{expected} +{actual}"));
        }
    }
    for name in ["strict", "causes", "warnings"] {
        let (expected, actual) = (of(expected, name), of(actual, name));
        lines.extend(without(&expected, &actual).into_iter().map(|it| format!("{name} -{it}")));
        lines.extend(without(&actual, &expected).into_iter().map(|it| format!("{name} +{it}")));
    }
    lines
}

/// Whether a message is the server's with stars for what may be a credential: it repeats an object without a `kind`, or the name in a
/// reference, which can be none.
fn is_same_but_for_stars(expected: &Value, actual: &Value) -> bool {
    let [mut rest, shown] = [expected, actual].map(|it| it.as_str().unwrap_or_default());
    let is_about_reference = shown.contains("Ref.");
    let Some((first, shown)) = shown.split_once("***") else { return false };
    let (parts, last) = shown.rsplit_once("***").map_or((None, shown), |(parts, last)| (Some(parts), last));
    let is_about_kind = first.contains("Object 'Kind' is missing in '");
    let is_starred = (is_about_kind || is_about_reference) && rest.starts_with(first);
    rest = rest.get(first.len()..).unwrap_or_default();
    is_starred
        && parts.into_iter().flat_map(|it| it.split("***")).all(|part| {
            let found = rest.find(part);
            rest = found.map_or("", |at| &rest[at + part.len()..]);
            found.is_some()
        })
        && rest.ends_with(last)
}

/// Whether a cause is the server's with stars for the name in a reference: what can be no name may be a credential.
fn is_starred_cause(expected: &Value, actual: &Value) -> bool {
    let parts = |cause: &Value| -> Option<[String; 3]> {
        let parts = list(cause).map(|it| it.as_str().unwrap_or_default().to_owned());
        parts.collect::<Vec<_>>().try_into().ok()
    };
    let (Some([kind, field, text]), Some([same_kind, same_field, starred])) =
        (parts(expected), parts(actual))
    else {
        return false;
    };
    let Some((before, behind)) = starred.split_once("\"***\"") else { return false };
    let rest = text.strip_prefix(before).and_then(|it| it.strip_suffix(behind));
    let is_quoted = rest.is_some_and(|it| it.len() > 1 && it.starts_with('"') && it.ends_with('"'));
    kind == same_kind && field == same_field && field.contains("Ref.") && is_quoted
}

/// Returns the items that the other list lacks.
fn without(items: &Value, others: &Value) -> Vec<Value> {
    let mut others: Vec<&Value> = list(others).collect();
    let is_same =
        |it: &Value, other: &Value| it == other || is_starred_cause(it, other) || is_starred_cause(other, it);
    let is_missing = |item: &&Value| match others.iter().position(|it| is_same(it, item)) {
        Some(at) => {
            others.swap_remove(at);
            false
        }
        None => true,
    };
    list(items).filter(is_missing).cloned().collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
