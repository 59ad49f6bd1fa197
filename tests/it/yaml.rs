//! The document layer against Kubernetes' own reading of tricky inputs (`testdata/documents/yaml.jsonl`).

use std::sync::Arc;

use batchlint::manifest::document;
use batchlint::text::source::Source;
use serde_json::{Value as Json, json};

/// Inputs that are read differently, each with the reason.
const DIFFERENCES: &[(&str, &str)] = &[
    (
        "d049",
        "kubectl reads a file that starts with `{` as JSON values; the cases were made with the YAML reader alone",
    ),
    ("d050", "as d049"),
    ("d129", "as d049: it is JSON, though no YAML 1.1"),
    ("s298", "granit refuses a tab that indents inside braces"),
    ("s349", "granit takes U+0085 for a character, YAML 1.1 for a line end"),
    ("d161", "as s349"),
    ("s350", "granit takes U+2028 for a character, YAML 1.1 for a line end"),
    ("d160", "as s350"),
    ("d078", "granit wants a blank between a quoted scalar and a comment"),
    ("d043", "a text is the whole document, which is no object for Kubernetes; go-yaml drops what follows"),
    (
        "d047",
        "granit sees the second `}` before it reports the end of the first, where go-yaml stops reading",
    ),
    ("d048", "as d047, with other text behind the `}`"),
    ("d151", "granit refuses text behind `...`, go-yaml does not read it"),
];

#[test]
fn reads_tricky_yaml_as_kubernetes_does() {
    let cases = include_str!("../../testdata/documents/yaml.jsonl");
    let mut unexpected = Vec::new();
    let mut identical = 0;
    for line in cases.lines() {
        let case: Json = serde_json::from_str(line).expect("a case is JSON");
        let (id, yaml) = (case["id"].as_str().unwrap(), case["yaml"].as_str().unwrap());
        let expected = match case["kubernetes"].get("docs") {
            Some(documents) => without_empty(documents.clone()),
            None if case["kubernetes"].get("docerr").is_none() => json!([]),
            None => json!("refused"),
        };
        let found = read(yaml);
        let listed = DIFFERENCES.iter().any(|(listed, _)| *listed == id);
        if same(&found, &expected) {
            identical += 1;
        }
        if same(&found, &expected) == listed {
            unexpected.push(format!("{id} {yaml:?}\n  Kubernetes: {expected}\n  batchlint:  {found}"));
        }
    }
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    let (all, readme) = (cases.lines().count(), include_str!("../../README.md").replace("\n  ", " "));
    let claim = format!(
        "Of {all} tricky inputs batchlint parses {identical} exactly as Kubernetes does; the other {} are",
        all - identical
    );
    assert!(readme.contains(&claim), "README has other numbers: {claim}");
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

/// Compares numbers by value: Go writes `1e+06` where we write 1000000.
fn same(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| same(value, other)))
        }
        _ => left == right,
    }
}
