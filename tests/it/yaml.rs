//! The document layer against Kubernetes' own reading of tricky inputs (`testdata/documents/yaml.jsonl`).

use std::sync::Arc;

use batchlint::manifest::document;
use batchlint::text::source::Source;
use serde_json::{Number, Value as Json, json};

use crate::common::json::same;

#[test]
fn reads_tricky_yaml_as_kubernetes_does() {
    let cases = include_str!("../../testdata/documents/yaml.jsonl");
    let mut unexpected = Vec::new();
    for line in cases.lines() {
        let case: Json = serde_json::from_str(line).expect("a case is JSON");
        let (id, yaml) = (case["id"].as_str().unwrap(), case["yaml"].as_str().unwrap());
        let expected = match case["kubernetes"].get("docs") {
            Some(documents) => without_empty(documents.clone()),
            None if case["kubernetes"].get("docerr").is_none() => json!([]),
            None => json!("refused"),
        };
        let found = read(yaml);
        if !same(&found, &expected, same_number) {
            unexpected.push(format!("{id} {yaml:?}\n  Kubernetes: {expected}\n  batchlint:  {found}"));
        }
    }
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    let claim = format!("All {} recorded tricky inputs are parsed", cases.lines().count());
    assert!(include_str!("../../README.md").contains(&claim), "README has another number: {claim}");
}

/// Reads a file: its documents as JSON, or `refused` where Kubernetes would refuse any of it.
fn read(yaml: &str) -> Json {
    let stream = document::read(&Arc::new(Source::new("case.yaml", yaml)));
    if stream.problems.iter().any(|problem| !problem.silent) {
        return json!("refused");
    }
    without_empty(stream.documents.iter().map(|document| document.root().to_json()).collect())
}

/// kubectl skips documents without content.
fn without_empty(mut documents: Json) -> Json {
    documents.as_array_mut().unwrap().retain(|document| !document.is_null());
    documents
}

/// Compares numbers by value.
fn same_number(left: &Number, right: &Number) -> bool {
    left == right || left.as_f64() == right.as_f64()
}
