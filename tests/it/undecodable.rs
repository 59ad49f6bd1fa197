//! A value that cannot be decoded hides no other error of its object, and makes up none.

use std::collections::HashMap;
use std::sync::Arc;

use batchlint::diagnostic::finding::Finding;
use batchlint::diagnostic::meta::Category;
use batchlint::diagnostic::severity::Severity;
use batchlint::engine::lint::lint;
use batchlint::manifest::document;
use batchlint::policy::config::{Config, Preset};
use batchlint::text::source::Source;
use serde_json::{Value, json};

/// Returns what the API server is said to refuse.
fn refusals(text: &str) -> Vec<Finding> {
    let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 24));
    config.preset = Preset::Strict;
    let mut findings = lint(Source::new("job.yaml", text), &config).findings;
    findings.retain(|it| it.rule.category == Category::Validity && it.severity == Severity::Error);
    findings
}

const MANY_MISTAKES: &str = "\
apiVersion: batch/v1
kind: CronJob
metadata: {name: UPPER}
spec:
  schedule: \"61 * * * *\"
  jobTemplate:
    spec:
      backoffLimit: \"3\"
      template:
        spec:
          restartPolicy: Sometimes
          containers:
          - name: main
            image: a:1
            resources: {requests: {memory: 2Gi}, limits: {memory: 1Gb, cpu: 100mi}}
";

#[test]
fn all_errors_are_reported_at_once() {
    let found = refusals(MANY_MISTAKES);
    let found: Vec<_> = found.iter().map(|it| (it.rule.id, it.place.path.as_str())).collect();
    let limits = "spec.jobTemplate.spec.template.spec.containers[0].resources.limits";
    assert_eq!(
        found,
        [
            ("invalid-value", "metadata.name"),
            ("invalid-value", "spec.schedule"),
            ("wrong-type", "spec.jobTemplate.spec.backoffLimit"),
            ("restart-policy", "spec.jobTemplate.spec.template.spec.restartPolicy"),
            ("invalid-value", &format!("{limits}.memory")),
            ("invalid-value", &format!("{limits}.cpu")),
        ]
    );
}

/// Returns the JSON pointer of every value below `value`.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let entries: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(list) => {
            list.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (key, value) in entries {
        let pointer = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        pointers(value, &pointer, found);
        found.push(pointer);
    }
}

/// Each field is tried in this many manifests.
const MAX: usize = 3;

/// Manifests that a real API server has accepted, with one value that cannot be decoded in each: it is the only error.
#[test]
fn no_other_error_follows() {
    let cases = std::fs::read_to_string("testdata/kubernetes/cases.jsonl").unwrap();
    let cases = cases.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut tried: HashMap<String, usize> = HashMap::new();
    for case in cases.filter(|case| case["stage"] == "ok") {
        let source = Arc::new(Source::new("job.yaml", case["manifest"].as_str().unwrap()));
        let manifest = document::read(&source).documents[0].root().to_json();
        let mut all = Vec::new();
        pointers(&manifest, "", &mut all);
        // Without these it is of another kind, or a patch.
        all.retain(|pointer| !matches!(pointer.as_str(), "/apiVersion" | "/kind" | "/spec"));
        for pointer in &all {
            let times = tried.entry(pointer.replace(|it: char| it.is_ascii_digit(), "")).or_default();
            *times += 1;
            if *times > MAX {
                continue;
            }
            for unreadable in [json!([["x"]]), json!("1Gb"), json!({"x": {}})] {
                let mut broken = manifest.clone();
                *broken.pointer_mut(pointer).unwrap() = unreadable;
                let (own, others): (Vec<_>, Vec<_>) =
                    refusals(&broken.to_string()).into_iter().partition(is_undecodable);
                // Some fields take any text, and say so in words of their own.
                let others = if own.is_empty() { Vec::new() } else { messages(&others) };
                assert_eq!(others, [""; 0], "{pointer} of {}", case["id"]);
            }
        }
    }
    assert!(tried.len() > 500, "{}", tried.len());
}

fn is_undecodable(finding: &Finding) -> bool {
    finding.rule.id == "wrong-type" || finding.message.contains("quantities must match")
}

fn messages(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|it| &*it.message).collect()
}
