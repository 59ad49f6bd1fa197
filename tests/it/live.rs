//! Live objects, as `kubectl get … -o json | batchlint check -` pipes them in: the API server has them already.

use std::path::Path;

use batchlint::diagnostic::meta::Category;
use batchlint::diagnostic::severity::Severity;
use batchlint::engine::lint::lint;
use batchlint::engine::outcome::Outcome;
use batchlint::policy::config::{Config, Preset};
use batchlint::text::source::Source;
use serde_json::{Value, json};

/// Checks a list with every rule.
fn check(items: &[Value]) -> Outcome {
    let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 24));
    config.preset = Preset::Strict;
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    lint(Source::new("-", serde_json::to_string_pretty(&list).unwrap()), &config)
}

/// Returns what the API server is said to refuse.
fn refusals(items: &[Value]) -> Vec<String> {
    let outcome = check(items);
    assert_eq!(outcome.objects, items.len(), "all are judged");
    let is_refusal = |it: &&batchlint::diagnostic::finding::Finding| {
        it.rule.category == Category::Validity && it.severity == Severity::Error
    };
    outcome.findings.iter().filter(is_refusal).map(|it| it.message.to_string()).collect()
}

/// Returns the objects of all recorded reviews: a real API server has accepted every one.
fn recorded() -> Vec<Value> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/admission");
    let files = std::fs::read_dir(directory).unwrap().map(|it| it.unwrap().path());
    let reviews = files.filter(|it| it.extension().is_some_and(|it| it == "json"));
    let objects = reviews.flat_map(|path| {
        let review: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        ["object", "oldObject"].map(|key| review["request"][key].clone())
    });
    objects.filter(Value::is_object).collect()
}

/// With status, `managedFields`, the generated selector and labels, of plain, indexed, suspended and finished Jobs.
#[test]
fn what_an_api_server_has_stored_is_not_refused() {
    let mut objects = recorded();
    assert!(objects.len() > 50, "{}", objects.len());
    for object in &mut objects {
        // The Jobs of a controller would be skipped.
        let owners = object["metadata"]["ownerReferences"].as_array_mut();
        owners.into_iter().flatten().for_each(|owner| owner["controller"] = json!(false));
    }
    assert_eq!(refusals(&objects), [""; 0]);
}

fn stored_job() -> Value {
    let is_job = |it: &Value| it["kind"] == "Job" && it["metadata"]["name"] == "plain";
    recorded().into_iter().find(is_job).unwrap()
}

/// Kubernetes before 1.27 generated labels and a selector without a prefix, and such Jobs are still there.
#[test]
fn a_job_of_an_old_server_has_labels_without_a_prefix() {
    let mut job = stored_job();
    let uid = job["metadata"]["uid"].clone();
    let labels = json!({"controller-uid": uid, "job-name": "plain"});
    job["spec"]["selector"] = json!({"matchLabels": {"controller-uid": uid}});
    job["spec"]["template"]["metadata"]["labels"] = labels;
    assert_eq!(refusals(&[job]), [""; 0]);
}

/// The labels hold the object's own `uid`: those of another object were never generated for this one.
#[test]
fn labels_with_the_uid_of_another_object_are_refused() {
    let mut job = stored_job();
    job["metadata"]["uid"] = json!("11111111-2222-4333-8444-555555555555");
    let refusals = refusals(&[job]).join("\n");
    assert!(refusals.contains("must be '11111111-2222-4333-8444-555555555555'"), "{refusals}");
}

/// Servers took a zone in the schedule and longer names once. They keep what they have, and refuse it of new objects.
#[test]
fn a_cron_job_older_than_a_limit_is_not_refused() {
    let mut stored = recorded().into_iter().find(|it| it["kind"] == "CronJob").unwrap();
    stored["metadata"]["name"] = json!("n".repeat(60));
    stored["spec"]["schedule"] = json!("CRON_TZ=Europe/Berlin 0 3 * * *");
    stored["spec"].as_object_mut().unwrap().remove("timeZone");
    let mut new = stored.clone();
    new["metadata"].as_object_mut().unwrap().remove("uid");
    assert_eq!(refusals(&[stored]), [""; 0]);
    let refused = refusals(&[new]);
    let words = ["must be no more than 52 characters", "cannot use TZ or CRON_TZ in schedule"];
    assert!(
        refused.len() == 2 && words.iter().zip(&refused).all(|(it, text)| text.contains(it)),
        "{refused:?}"
    );
}
