//! What nobody stated is not blamed: an API server writes its defaults into every object before it asks a webhook, and none
//! of them is a finding.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::common::{blocks, config, pages};
use batchlint::diagnostic::meta::Admission;
use batchlint::engine::lint::lint_admitted;
use batchlint::manifest::document::{self, Document};
use batchlint::manifest::workload::{Classification, Kind, classify};
use batchlint::policy::config::Config;
use batchlint::rules;
use batchlint::text::source::Source;
use serde_json::{Value, json};

/// Sets what is not set, as an API server does (`pkg/apis/batch/v1/defaults.go`, `pkg/apis/core/v1/defaults.go`).
fn set(object: &mut Value, defaults: Value) {
    let Some(object) = object.as_object_mut() else { return };
    for (key, value) in defaults.as_object().unwrap() {
        let at = object.entry(key.clone()).or_insert(Value::Null);
        if at.is_null() {
            *at = value.clone();
        }
    }
}

fn set_job(job: &mut Value) {
    set(&mut job["metadata"], json!({"uid": "826d2843-5d49-4d14-97a0-195dd75603f4", "generation": 1}));
    let spec = &mut job["spec"];
    if spec["completions"].is_null() && spec["parallelism"].is_null() {
        set(spec, json!({"completions": 1}));
    }
    let limit = if spec["backoffLimitPerIndex"].is_null() { 6 } else { i32::MAX };
    let replacement = if spec["podFailurePolicy"].is_null() { "TerminatingOrFailed" } else { "Failed" };
    set(
        spec,
        json!({
            "parallelism": 1, "backoffLimit": limit, "completionMode": "NonIndexed", "suspend": false,
            "manualSelector": false, "podReplacementPolicy": replacement,
        }),
    );
    set_pod(&mut spec["template"]["spec"]);
}

fn set_cron_job(cron_job: &mut Value) {
    set(&mut cron_job["metadata"], json!({"uid": "826d2843-5d49-4d14-97a0-195dd75603f4", "generation": 1}));
    let spec = &mut cron_job["spec"];
    set(
        spec,
        json!({
            "concurrencyPolicy": "Allow", "suspend": false, "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 1,
        }),
    );
    // The Jobs that are made from it get the other defaults when they are made.
    set_pod(&mut spec["jobTemplate"]["spec"]["template"]["spec"]);
}

fn set_pod(pod: &mut Value) {
    set(
        pod,
        json!({
            "restartPolicy": "Always", "dnsPolicy": "ClusterFirst", "schedulerName": "default-scheduler",
            "terminationGracePeriodSeconds": 30, "securityContext": {},
        }),
    );
    if let Some(account) = pod.get("serviceAccountName").cloned() {
        set(pod, json!({"serviceAccount": account}));
    }
    for list in ["initContainers", "containers"] {
        pod[list].as_array_mut().into_iter().flatten().for_each(set_container);
    }
    for volume in pod["volumes"].as_array_mut().into_iter().flatten() {
        for source in ["secret", "configMap", "downwardAPI", "projected"] {
            if volume[source].is_object() {
                set(&mut volume[source], json!({"defaultMode": 420}));
            }
        }
        if volume["hostPath"].is_object() {
            set(&mut volume["hostPath"], json!({"type": ""}));
        }
        strip(volume);
    }
    strip(pod);
}

fn set_container(container: &mut Value) {
    let image = container["image"].as_str().unwrap_or_default();
    let name = image.rsplit('/').next().unwrap_or_default();
    let is_latest = !image.contains('@') && (!name.contains(':') || name.ends_with(":latest"));
    set(
        container,
        json!({
            "imagePullPolicy": if is_latest { "Always" } else { "IfNotPresent" },
            "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File", "resources": {},
        }),
    );
    if let Value::Object(limits) = container["resources"]["limits"].clone() {
        set(&mut container["resources"], json!({"requests": {}}));
        set(&mut container["resources"]["requests"], limits.into());
    }
    strip(&mut container["resources"]);
    for port in container["ports"].as_array_mut().into_iter().flatten() {
        set(port, json!({"protocol": "TCP"}));
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if container[probe].is_object() {
            set(
                &mut container[probe],
                json!({"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}),
            );
            if container[probe]["httpGet"].is_object() {
                set(&mut container[probe]["httpGet"], json!({"path": "/", "scheme": "HTTP"}));
            }
            strip(&mut container[probe]);
        }
    }
    for variable in container["env"].as_array_mut().into_iter().flatten() {
        if variable["valueFrom"]["fieldRef"].is_object() {
            set(&mut variable["valueFrom"]["fieldRef"], json!({"apiVersion": "v1"}));
        }
        strip(variable);
    }
    strip(container);
}

/// Takes out what only looking at it has added.
fn strip(value: &mut Value) {
    if let Some(map) = value.as_object_mut() {
        map.retain(|_, it| !it.is_null());
    }
}

fn found(object: &Value, config: &Config) -> BTreeSet<(&'static str, String)> {
    let outcome = lint_admitted(&mut Document::from_value(object), false, config, &|| false).unwrap();
    outcome.findings.iter().map(|it| (it.rule.id, it.place.path.clone())).collect()
}

/// The objects of all pages have the same findings with and without the defaults, but for those of rules that need to know
/// what was stated.
#[test]
fn a_default_is_no_finding_and_hides_none() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for (id, page) in pages() {
        for block in blocks(page) {
            let config = config(&block, id);
            let stream = document::read(&Arc::new(Source::new("page.yaml", block.yaml.as_str())));
            for node in stream.documents.iter().flat_map(|it| it.objects()) {
                let Classification::Object(object) = classify(node) else { continue };
                if object.is_partial() || object.job().is_none_or(|it| it.pod().is_none()) {
                    continue;
                }
                let stated = node.to_json();
                let mut defaulted = stated.clone();
                match object.kind {
                    Kind::Job => set_job(&mut defaulted),
                    Kind::CronJob => set_cron_job(&mut defaulted),
                }
                count += 1;
                let before = found(&stated, &config);
                let after = found(&defaulted, &config);
                let sees_all = |it: &&(&'static str, _)| {
                    rules::registry().find(it.0).unwrap().admission == Admission::Same
                };
                let new: Vec<_> = after.difference(&before).collect();
                let lost: Vec<_> = before.difference(&after).filter(sees_all).collect();
                if !(new.is_empty() && lost.is_empty()) {
                    wrong
                        .push(format!("{id}, {}: new {new:?}, lost {lost:?}\n{}", block.section, block.yaml));
                }
            }
        }
    }
    assert!(count > 400, "{count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
