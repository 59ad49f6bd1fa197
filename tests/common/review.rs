//! Reviews made from recorded ones, and what becomes of them.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests may fail, and read files")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use batchlint::policy::config;
use batchlint::policy::config::{Config, Preset};
use batchlint::text::source::Source;
use batchlint::webhook::review::{ReviewVerdict, check_request, parse_review};
use serde_json::{Value, json};

/// Rules that stay the same while others are added.
const RULES: [&str; 6] = [
    "literal-secret",
    "missing-backoff-limit",
    "missing-deadline",
    "missing-memory-limit",
    "missing-ttl",
    "mutable-image",
];

pub(crate) fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/admission")
}

pub(crate) fn recording(name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(directory().join(name)).unwrap()).unwrap()
}

/// Reads a configuration; the few `RULES` speak.
pub(crate) fn config(yaml: &str) -> Config {
    let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 24));
    config.preset = Preset::Strict;
    config.select = RULES.into_iter().collect();
    config::file::read_into(&Arc::new(Source::new(".batchlint.yaml", yaml)), &mut config).unwrap();
    config
}

pub(crate) fn policy(policy: &str) -> Config {
    config(&format!("admission: {{policy: {policy}}}"))
}

pub(crate) fn ask(review: &Value, config: &Config) -> ReviewVerdict {
    let mut request = parse_review(&serde_json::to_vec(review).unwrap()).unwrap();
    let verdict = check_request(&mut request, config, "0123456789abcdef", &|| false);
    assert_eq!(verdict.answer.response.uid, review["request"]["uid"], "the answer has the question's uid");
    check_form(&serde_json::to_value(&verdict.answer).unwrap());
    verdict
}

/// What holds for every answer.
fn check_form(answer: &Value) {
    assert_eq!(
        (&answer["apiVersion"], &answer["kind"]),
        (&json!("admission.k8s.io/v1"), &json!("AdmissionReview"))
    );
    let response = &answer["response"];
    assert_eq!(response["allowed"] == false, response["status"].is_object());
    let empty = Vec::new();
    let warnings = response["warnings"].as_array().unwrap_or(&empty);
    let texts: Vec<_> = warnings.iter().map(|it| it.as_str().unwrap()).collect();
    assert!(
        texts.iter().all(|it| it.chars().count() <= 256 && !it.is_empty() && !it.contains(char::is_control))
    );
    assert!(texts.iter().map(|it| it.len()).sum::<usize>() <= 4096);
    for (key, value) in response["auditAnnotations"].as_object().unwrap() {
        assert!(!key.contains('/') && value.as_str().unwrap().len() <= 4200);
    }
}

/// A CronJob that a person makes, with a finding of every rule but those that it is given fields for.
pub(crate) fn create(edit: impl FnOnce(&mut Value)) -> Value {
    let mut review = recording("00004-CREATE-CronJob.json");
    edit(&mut review["request"]["object"]);
    review
}

pub(crate) fn update(edit: impl FnOnce(&mut Value)) -> Value {
    let mut review = create(|_| {});
    let request = &mut review["request"];
    request["operation"] = json!("UPDATE");
    request["oldObject"] = request["object"].clone();
    edit(&mut request["object"]);
    review
}

pub(crate) fn denied(verdict: &ReviewVerdict) -> Vec<&'static str> {
    let denied = verdict.found.iter().filter(|(_, action)| action.as_str() == "enforce");
    denied.map(|(rule, _)| rule.id).collect()
}
