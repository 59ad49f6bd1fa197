//! What the API server would answer.

use std::sync::Arc;

use batchlint::Source;
use batchlint::dry_run::{Answer, Route, answers as answers_of};
use batchlint::kubernetes::verdict::body::Client;
use batchlint::manifest::document;
use batchlint::schema::version::Version;
use serde_json::{Value, json};

use crate::FILE;
use crate::units::Units;

/// Returns the answer to each document, as kubectl would send it.
pub(crate) fn answers(text: &str, version: Version) -> Value {
    let source = Arc::new(Source::new(FILE, text));
    let stream = document::read(&source);
    let units = Units::new(text);
    answers_of(&source, &stream, version, Client::Kubectl)
        .iter()
        .map(|it| answer(it, &source, &units))
        .collect()
}

fn answer(answer: &Answer, source: &Source, units: &Units) -> Value {
    let state = match answer.route {
        Some(Route::Unread) => "unread",
        Some(Route::OtherKind) => "not checked",
        _ if answer.accepted => "accepted",
        _ => "rejected",
    };
    let places = answer.places.iter().map(|(span, message)| {
        let (from, to) = units.of(*span);
        json!({"from": from, "to": to, "line": source.positions(*span).0.line, "message": message})
    });
    json!({
        "state": state,
        "document": answer.doc + 1,
        "title": answer.title,
        "kind": answer.kind,
        "code": answer.code,
        "reason": answer.reason,
        "message": answer.message,
        "warnings": answer.warnings,
        "takenSince": answer.taken_since.map(|it| it.to_string()),
        "places": places.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_decides() {
        let text = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {backoff: 1}\n";
        let answer = &answers(text, Version::NEWEST)[0];
        assert_eq!((&answer["state"], &answer["code"]), (&json!("rejected"), &json!(400)), "{answer}");
        assert_eq!(answer["places"][0]["line"], 4);
    }
}
