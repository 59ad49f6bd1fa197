//! The verdict held against what real API servers said, recorded from Kubernetes 1.37.2, 1.36.3 and 1.31.14.
//!
//! `cargo test --test it kubernetes:: -- --nocapture` prints every difference. `oracle/compare` compares with a live server's
//! code, `oracle/record` records anew.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use batchlint::dry_run::answers;
use batchlint::kubernetes::verdict::body::Client;
use batchlint::manifest::document;
use batchlint::schema::version::Version;
use batchlint::text::source::Source;
use serde_json::{Map, Value};

use crate::common::verdict;

fn read(path: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(path).expect("the cases");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().expect("an object")
}

/// Compares every manifest with its recorded answer, sent as it is and by kubectl.
fn compare(cases: &[Value], minor: u8) {
    let mut wrong = 0;
    for case in cases {
        let manifest = case["manifest"].as_str().unwrap_or_default();
        let kubectl = if case["kubectl"].is_null() { case } else { &case["kubectl"] };
        for (client, expected) in [(Client::Raw, case), (Client::Kubectl, kubectl)] {
            let answer = verdict::recorded(&verdict::answer(manifest, Version { minor }, client));
            let (expected, answer) = match minor {
                36.. => (object(expected).clone(), answer),
                _ => (verdict::outline(object(expected).clone()), verdict::outline(answer)),
            };
            let lines = verdict::differences(&expected, &answer);
            wrong += usize::from(!lines.is_empty());
            lines.iter().for_each(|line| println!("{} {client:?} {line}", case["id"]));
        }
    }
    println!("{} manifests, Kubernetes 1.{minor}", cases.len());
    assert_eq!(wrong, 0, "answers that differ");
}

/// Returns the cases with what is recorded of an older version where that differs.
fn older(minor: u8) -> Vec<Value> {
    let mut old: HashMap<String, Value> = read(&format!("testdata/kubernetes/cases-1.{minor}.jsonl"))
        .into_iter()
        .map(|it| (it["id"].to_string(), it))
        .collect();
    let mut cases = read("testdata/kubernetes/cases.jsonl");
    for case in &mut cases {
        let Some(Value::Object(mut answer)) = old.remove(&case["id"].to_string()) else { continue };
        answer.insert("manifest".to_owned(), case["manifest"].take());
        *case = answer.into();
    }
    assert!(old.is_empty(), "answers to no case: {:?}", old.keys());
    cases
}

#[test]
fn the_verdict_is_that_of_kubernetes_1_37() {
    compare(&read("testdata/kubernetes/cases.jsonl"), 37);
}

#[test]
fn the_verdict_is_that_of_kubernetes_1_36() {
    compare(&older(36), 36);
}

/// What is recorded of 1.31 is where it stops, and at which fields. Its words are not ported.
#[test]
fn the_verdict_is_that_of_kubernetes_1_31() {
    compare(&older(31), 31);
}

#[test]
fn errors_are_on_the_lines_that_they_are_about() {
    let text = std::fs::read_to_string("testdata/kubernetes/lines.yaml").expect("the manifests");
    let source = Arc::new(Source::new("lines.yaml", text.as_str()));
    let marked: Vec<usize> =
        text.lines().enumerate().filter(|it| it.1.ends_with(" #!")).map(|it| it.0 + 1).collect();
    let mut found = BTreeMap::new();
    for answer in answers(&source, &document::read(&source), Version::NEWEST, Client::Raw) {
        assert_eq!(answer.stage, "invalid", "{:?}", answer.message);
        for (span, reason) in &answer.places {
            found.entry(source.positions(*span).0.line).or_insert_with(Vec::new).push(reason.clone());
        }
    }
    let wrong: Vec<_> = found.iter().filter(|(line, _)| !marked.contains(line)).collect();
    let missing: Vec<_> = marked.iter().filter(|line| !found.contains_key(line)).collect();
    println!("{} lines with errors", marked.len());
    assert!(
        wrong.is_empty() && missing.is_empty(),
        "errors on other lines {wrong:#?}, no errors on {missing:?}"
    );
}
