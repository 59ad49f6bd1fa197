//! An object with every defect in the book, and the reviews of it.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use batchlint::policy::config::{Config, Preset};
use batchlint::webhook::review::{Decision, ReviewVerdict, check_request, parse_review};
use serde_json::{Value, json};

use super::review::{self, ask, denied};

/// A configuration with all rules of the default preset.
pub(crate) fn config(yaml: &str) -> Config {
    let mut config = review::config(yaml);
    config.preset = Preset::Default;
    config.select.clear();
    config
}

pub(crate) fn policy(policy: &str) -> Config {
    config(&format!("admission: {{policy: {policy}}}"))
}

pub(crate) const TOKEN: &str = "ghp_NqVwYS81VP7Hb1DX8pPd5khxE3pyIgKpaUnA";

/// A container with a credential in the open and all rights on its node.
pub(crate) fn container(name: &str) -> Value {
    json!({
        "name": name, "image": "alpine", "command": ["sh", "-c", "mysql -phunter2Zx9Qk"],
        "env": [{"name": "DB_PASSWORD", "value": "hunter2Zx9Qk"}], "resources": {},
        "securityContext": {"privileged": true}, "imagePullPolicy": "Always",
        "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
    })
}

pub(crate) fn job_spec() -> Value {
    json!({
        "parallelism": 1, "completions": 1, "backoffLimit": 6, "completionMode": "NonIndexed", "suspend": false,
        "podReplacementPolicy": "TerminatingOrFailed", "manualSelector": false,
        "template": {"metadata": {}, "spec": {
            "restartPolicy": "Never", "hostPID": true, "dnsPolicy": "ClusterFirst", "securityContext": {},
            "schedulerName": "default-scheduler", "terminationGracePeriodSeconds": 30,
            "containers": [container("c")],
        }},
    })
}

pub(crate) fn job() -> Value {
    let metadata = json!({"name": "evil", "namespace": "fx", "uid": "11111111-2222-4333-8444-555555555555"});
    json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": job_spec()})
}

pub(crate) fn cron_job() -> Value {
    let metadata = json!({"name": "evil", "namespace": "fx", "uid": "11111111-2222-4333-8444-555555555555"});
    let spec = json!({
        "schedule": "* * * * *", "concurrencyPolicy": "Allow", "suspend": false, "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 1, "jobTemplate": {"metadata": {}, "spec": job_spec()},
    });
    json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata, "spec": spec})
}

/// The Job's spec, or that of the Jobs that a CronJob makes.
pub(crate) fn spec(object: &mut Value) -> &mut Value {
    if object["kind"] == "CronJob" { &mut object["spec"]["jobTemplate"]["spec"] } else { &mut object["spec"] }
}

pub(crate) fn pod(object: &mut Value) -> &mut Value {
    &mut spec(object)["template"]["spec"]
}

pub(crate) fn containers(object: &mut Value) -> &mut Vec<Value> {
    pod(object)["containers"].as_array_mut().unwrap()
}

pub(crate) fn create(object: Value) -> Value {
    let kind = json!({"group": "batch", "version": "v1", "kind": object["kind"]});
    json!({"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {
        "uid": "705ab4f5-6393-11e8-b7cc-42010a800002", "kind": kind, "requestKind": kind,
        "name": "evil", "namespace": "fx", "operation": "CREATE",
        "userInfo": {"username": "alice", "groups": ["system:authenticated"]},
        "object": object, "oldObject": null, "dryRun": false, "options": null,
    }})
}

pub(crate) fn update(old: Value, edit: impl FnOnce(&mut Value)) -> Value {
    let mut review = create(old.clone());
    edit(&mut review["request"]["object"]);
    review["request"]["operation"] = json!("UPDATE");
    review["request"]["oldObject"] = old;
    review
}

/// Answers a body that is not what `serde_json` writes.
pub(crate) fn answer(body: &[u8], config: &Config) -> ReviewVerdict {
    check_request(&mut parse_review(body).unwrap(), config, "0123456789abcdef", &|| false)
}

/// Both kinds of objects as they are made, each changed by `edit`.
pub(crate) fn both(edit: impl Fn(&mut Value)) -> [Value; 2] {
    [job(), cron_job()].map(|mut object| {
        edit(&mut object);
        create(object)
    })
}

/// What the unchanged object is denied for, without the rules that an edit may well silence.
#[track_caller]
pub(crate) fn assert_judged(review: &Value, what: &str) {
    let verdict = ask(review, &policy("strict"));
    let rules = denied(&verdict);
    assert_eq!(verdict.decision, Decision::Deny, "{what}");
    for rule in ["host-namespaces", "literal-secret", "missing-memory-limit", "privileged-container"] {
        assert!(rules.contains(&rule), "{what}: {rules:?}");
    }
}

pub(crate) fn with_owner(object: &mut Value, api_version: &str, kind: &str, controller: Value) {
    object["metadata"]["ownerReferences"] =
        json!([{"apiVersion": api_version, "kind": kind, "name": "a", "uid": "b", "controller": controller}]);
}

pub(crate) fn as_user(mut review: Value, user: &str) -> Value {
    review["request"]["userInfo"]["username"] = json!(user);
    review
}

/// The user that makes Jobs from CronJobs.
pub(crate) const CRON_JOB_CONTROLLER: &str = "system:serviceaccount:kube-system:cronjob-controller";

/// Answers a review in the text of which `mark` is replaced.
pub(crate) fn with_text(review: &Value, mark: &str, text: &[u8]) -> Vec<u8> {
    let body = serde_json::to_string(review).unwrap();
    let (before, after) = body.split_once(&format!("\"{mark}\"")).unwrap();
    [before.as_bytes(), text, after.as_bytes()].concat()
}
