//! What the editor says of fields, held against what real API servers said: values, defaults, what is required.

use std::collections::BTreeSet;
use std::sync::Arc;

use batchlint::dry_run::answers;
use batchlint::kubernetes::types::{allowed, default, required};
use batchlint::kubernetes::verdict::body::Client;
use batchlint::manifest::document;
use batchlint::schema::version::Version;
use batchlint::schema::{FieldType, Struct, Type, cron_job, job};
use batchlint::text::source::Source;
use serde_json::{Value, json};

/// The version of the server that answered.
const MINOR: u8 = 37;

/// Finds a field by its path; `[0]` and keys of mappings are passed over.
fn field(root: &'static Struct, path: &str) -> Option<(&'static Struct, FieldType)> {
    let mut within = root;
    let mut found = None;
    for name in path.split('.').map(|part| part.split('[').next().unwrap()) {
        let field = *within.field(name, MINOR)?;
        found = Some((within, field));
        let mut kind = field.kind;
        loop {
            match kind {
                Type::Struct(inner) => within = inner,
                Type::List { element: inner, .. } | Type::Map { value: inner, .. } => {
                    kind = *inner;
                    continue;
                }
                _ => {}
            }
            break;
        }
    }
    found
}

/// Every list of `supported values` that a server gave is what is offered.
#[test]
fn values_are_those_that_the_server_lists() {
    // The list depends on more than the field, is one of examples, or names what a disabled feature would take.
    let other = ["podReplacementPolicy", "manualSelector", "diskURI", "os", "resizePolicy"];
    let cases = std::fs::read_to_string("testdata/kubernetes/cases.jsonl").unwrap();
    let mut compared = BTreeSet::new();
    for case in cases.lines() {
        let case: Value = serde_json::from_str(case).unwrap();
        let root = if case["manifest"].as_str().unwrap().contains("CronJob") { cron_job() } else { job() };
        for cause in case["causes"].as_array().into_iter().flatten() {
            let (path, message) = (cause[1].as_str().unwrap(), cause[2].as_str().unwrap());
            let Some((_, list)) = message.split_once("supported values: ") else { continue };
            let Some((within, field)) = field(root, path) else { continue };
            // A resource is the key of a mapping, no value.
            let is_key = matches!(field.kind, Type::Map { .. });
            if other.contains(&field.name) || is_key || within.go_name == "v1.Toleration" {
                continue;
            }
            let mut listed: BTreeSet<&str> = list.split(", ").map(|it| it.trim_matches('"')).collect();
            if within.go_name == "v1.PodSpec" && field.name == "restartPolicy" {
                listed.remove("Always"); // of any pod, but not of a Job's
            }
            let offered: BTreeSet<&str> = allowed::values(within, &field, MINOR).iter().copied().collect();
            assert_eq!(offered, listed, "{path}: {message}");
            compared.insert((within.go_name, field.name));
        }
    }
    assert!(compared.len() >= 20, "too little is compared: {compared:?}");
}

/// A Job and a CronJob that state hardly anything, as a server filled them in.
#[test]
fn defaults_are_those_that_the_server_writes() {
    let stated = ["name", "image", "command", "restartPolicy", "schedule", "ttlSecondsAfterFinished"];
    let mut compared = BTreeSet::new();
    for (file, root) in [("00001-CREATE-Job.json", job()), ("00004-CREATE-CronJob.json", cron_job())] {
        let text = std::fs::read_to_string(format!("testdata/admission/{file}")).unwrap();
        let review: Value = serde_json::from_str(&text).unwrap();
        let mut waiting = vec![("spec".to_owned(), review["request"]["object"]["spec"].clone())];
        while let Some((path, value)) = waiting.pop() {
            match value {
                Value::Object(fields) => {
                    waiting.extend(fields.into_iter().map(|(key, value)| (format!("{path}.{key}"), value)));
                }
                Value::Array(items) => waiting.extend(items.into_iter().map(|it| (path.clone(), it))),
                scalar => {
                    let Some((within, field)) = field(root, &path) else { continue };
                    let is_image_pull = field.name == "imagePullPolicy";
                    if stated.contains(&field.name) || path.contains("selector") {
                        continue;
                    }
                    let value = scalar.as_str().map_or_else(|| scalar.to_string(), str::to_owned);
                    let said = default::default_value(within, field.name)
                        .unwrap_or_else(|| panic!("{path}: {value}"));
                    let written =
                        if is_image_pull { "`Always` without a tag" } else { &format!("`{value}`") };
                    assert!(said.starts_with(written), "{path}: {said}, and the server writes {value}");
                    compared.insert((within.go_name, field.name));
                }
            }
        }
    }
    assert!(compared.len() >= 15, "too little is compared: {compared:?}");
}

/// A Job with every type that has fields it cannot do without: each of them is taken away once.
#[test]
fn without_a_required_field_the_server_refuses_the_object() {
    let pod = json!({
        "restartPolicy": "Never",
        "containers": [{
            "name": "a",
            "image": "a:1",
            "env": [{"name": "X", "value": "1"}],
            "ports": [{"containerPort": 80}],
            "volumeMounts": [{"name": "v", "mountPath": "/v"}],
        }],
        "volumes": [{"name": "v", "emptyDir": {}}],
    });
    let rule = json!({"action": "FailJob", "onExitCodes": {"operator": "In", "values": [1]}});
    let spec = json!({"podFailurePolicy": {"rules": [rule]}, "template": {"spec": pod}});
    let job_object =
        json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": spec});
    let cron_spec = json!({"schedule": "0 3 * * *", "jobTemplate": {"spec": spec}});
    let cron_object =
        json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "a"}, "spec": cron_spec});
    let mut removed = BTreeSet::new();
    for (root, object) in [(job(), job_object), (cron_job(), cron_object)] {
        assert_eq!(refusals(&object), [""; 0], "whole, it is accepted");
        for (pointer, within) in structs(root, &object) {
            for name in required::fields(within).iter().filter(|it| !["apiVersion", "kind"].contains(it)) {
                let mut without = object.clone();
                let holder = without.pointer_mut(&pointer).unwrap().as_object_mut().unwrap();
                assert!(holder.remove(*name).is_some(), "{pointer} states {name}");
                assert!(!refusals(&without).is_empty(), "{pointer}: {name} is not required");
                removed.insert((within.go_name, *name));
            }
        }
    }
    assert!(removed.len() >= 20, "too little is taken away: {removed:?}");
}

/// Returns what the server has against an object.
fn refusals(object: &Value) -> Vec<String> {
    let source = Arc::new(Source::new("a.json", object.to_string()));
    let answers = answers(&source, &document::read(&source), Version { minor: MINOR }, Client::Raw);
    answers
        .iter()
        .flat_map(|it| it.causes.iter().map(|cause| format!("{}: {}", cause.field, cause.message)))
        .collect()
}

/// Returns every mapping of an object that has a type, by its JSON pointer.
fn structs(root: &'static Struct, object: &Value) -> Vec<(String, &'static Struct)> {
    let mut found = Vec::new();
    let mut waiting = vec![(String::new(), object, Type::Struct(root))];
    while let Some((pointer, value, kind)) = waiting.pop() {
        match (kind, value) {
            (Type::Struct(within), Value::Object(fields)) => {
                for (key, value) in fields {
                    waiting.push((format!("{pointer}/{key}"), value, within.field(key, MINOR).unwrap().kind));
                }
                found.push((pointer, within));
            }
            (Type::List { element, .. }, Value::Array(items)) => {
                let items = items.iter().enumerate();
                waiting.extend(items.map(|(at, item)| (format!("{pointer}/{at}"), item, *element)));
            }
            _ => {}
        }
    }
    found
}
