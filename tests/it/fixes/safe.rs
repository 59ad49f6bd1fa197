//! `Safe` has one meaning: the object that Kubernetes stores is the same, and so is every Job made from it. Kubernetes
//! itself has checked the fixes of these manifests: `testdata/fixes/safe.jsonl` holds each before and after, and the
//! answer of `oracle/defaults/record.sh`. `UPDATE=1 cargo test` writes the fixes, after which the script has to run.

use std::collections::BTreeSet;
use std::path::Path;

use crate::common::strict;
use batchlint::manifest::edit::Safety;
use batchlint::rewrite::fix_all::fix_all;
use batchlint::rules;
use batchlint::text::source::Source;
use serde_json::{Value, json};

const POD: &str = "template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}";

fn job(spec: &str) -> String {
    format!("apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\nspec:\n{spec}")
}

fn cron_job(version: &str, spec: &str) -> String {
    format!(
        "apiVersion: {version}\nkind: CronJob\nmetadata: {{name: a}}\nspec:\n  schedule: '5 4 * * *'\n{spec}"
    )
}

fn decided(spec: &str) -> String {
    let policies =
        "  concurrencyPolicy: Replace\n  successfulJobsHistoryLimit: 2\n  failedJobsHistoryLimit: 2\n";
    cron_job("batch/v1", &format!("{policies}{spec}"))
}

/// For each safe fix a manifest in which nothing else is to be fixed, in the styles that people write.
fn cases() -> Vec<(&'static str, String)> {
    let template = format!("  jobTemplate:\n    spec:\n      backoffLimit: 2\n      {POD}\n");
    let account = |fields: &str| POD.replace("restartPolicy", &format!("{fields}, restartPolicy"));
    let item = job(&format!("  {POD}\n")).replace('\n', "\n    ").trim_end().to_owned();
    vec![
        ("missing-backoff-limit", job(&format!("  # why\n  {POD}\n"))),
        ("missing-backoff-limit", job(&format!("  backoffLimit:\n  {POD}\n")).replace('\n', "\r\n")),
        ("missing-backoff-limit", job(&format!("  parallelism: 2\n  {POD}\n"))),
        ("missing-backoff-limit", decided(&format!("  jobTemplate:\n    spec:\n      {POD}\n"))),
        ("missing-backoff-limit", decided(&format!("  jobTemplate: {{spec: {{{POD}}}}}\n"))),
        ("missing-backoff-limit", format!("apiVersion: v1\nkind: List\nitems:\n  - {item}\n")),
        (
            "missing-backoff-limit",
            r#"{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": {"template":
               {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a:1"}]}}}}"#
                .to_owned(),
        ),
        ("missing-concurrency-policy", decided(&template).replace("  concurrencyPolicy: Replace\n", "")),
        ("missing-concurrency-policy", decided(&template).replace("Replace", "\"\"")),
        ("missing-history-limits", decided(&template).replace("  failedJobsHistoryLimit: 2\n", "")),
        ("missing-history-limits", decided(&template).replace("  successfulJobsHistoryLimit: 2\n", "")),
        ("removed-api-version", decided(&template).replace("batch/v1", "batch/v1beta1")),
        ("duplicate-key", job(&format!("  backoffLimit: 2\n  backoffLimit: 2\n  {POD}\n"))),
        ("deprecated-field", job(&format!("  backoffLimit: 2\n  {}\n", account("serviceAccount: b")))),
        (
            "deprecated-field",
            job(&format!("  backoffLimit: 2\n  {}\n", account("serviceAccount: b, serviceAccountName: c"))),
        ),
        (
            "unused-suppression",
            job(&format!("  backoffLimit: 2 # batchlint: ignore[missing-backoff-limit] decided\n  {POD}\n")),
        ),
    ]
}

#[test]
fn kubernetes_stores_the_same_after_safe_fixes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/fixes/safe.jsonl");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let recorded: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let pair = |rule: &str, before: &str, least: Safety, same: bool| {
        let fixed = fix_all(&Source::new("a.yaml", before), &strict(None), least);
        assert_ne!(fixed.text, before, "{rule} is fixed");
        json!({"rule": rule, "before": before, "after": fixed.text, "same": same})
    };
    let safe = cases().into_iter().map(|(rule, before)| pair(rule, &before, Safety::Safe, true));
    // What must not count as the same, so that the check is known to tell.
    let uneven =
        decided(&format!("  jobTemplate: {{spec: {{backoffLimit: 2, {POD}}}}}\n")).replace("5 4", "*/7 4");
    let pairs = safe.chain([pair("uneven-step", &uneven, Safety::Unsafe, false)]);
    let pairs: Vec<Value> = pairs.collect();
    let known = |pair: &Value| recorded.contains(pair);
    if std::env::var_os("UPDATE").is_some() && !pairs.iter().all(known) {
        let question = |pair: &Value| {
            let (rule, before, after) = (&pair["rule"], &pair["before"], &pair["after"]);
            format!("{}\n", json!({"rule": rule, "before": before, "after": after}))
        };
        let lines: String = pairs.iter().map(question).collect();
        std::fs::write(&path, lines).unwrap();
    }
    let unknown: Vec<_> = pairs.iter().filter(|pair| !known(pair)).collect();
    assert!(unknown.is_empty(), "Kubernetes has not judged so:\n{unknown:#?}");
    let tried: BTreeSet<_> = cases().into_iter().map(|(rule, _)| rule).collect();
    let safe = rules::registry().iter().filter(|rule| rule.fix == Some(Safety::Safe)).map(|rule| rule.id);
    assert_eq!(tried, safe.collect(), "every rule with a safe fix is judged");
}
