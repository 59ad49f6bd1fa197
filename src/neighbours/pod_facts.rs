//! What a namespace decides by when it gets a pod of a Job, as JSON: no commands, variables or images.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::manifest::document::{Node, Stream, Value, read};
use crate::manifest::workload::Job;
use crate::text::source::Source;

/// What is known of the pods of a Job.
#[derive(Clone, Debug)]
pub struct PodFacts {
    /// The parts of the pod template that count, as JSON.
    template: Box<str>,
    /// How many run at once at most.
    pub at_once: i64,
    /// How many are to succeed, where that is stated.
    pub completions: Option<i64>,
    /// Whether a CronJob makes the Job.
    pub is_of_cron_job: bool,
    /// The minor of Kubernetes that is assumed.
    pub minor: u8,
}

impl PodFacts {
    /// Collects what is known of the pods of a Job.
    pub fn of(job: Job<'_>, minor: u8) -> Self {
        PodFacts {
            template: job.spec.field("template").node().map(admitted_parts).unwrap_or_default(),
            at_once: job.pods_at_once(),
            completions: job.completions().integer(),
            is_of_cron_job: job.cron_job().is_some(),
            minor,
        }
    }

    /// Reads the parts of the pod template again.
    pub fn template(&self) -> Stream {
        parse(&self.template)
    }

    /// Returns what a message says of a Job whose pods are refused.
    pub fn consequence(&self) -> &'static str {
        if self.is_of_cron_job {
            "no run gets a pod, and only an event of its Job says why"
        } else {
            "the Job gets no pods, and only an event says why"
        }
    }
}

/// Reads JSON that was kept of an object.
pub fn parse(json: &str) -> Stream {
    read(&Arc::new(Source::new("kept.json", json)))
}

/// The fields of a pod that count, without its containers and volumes.
const OF_POD: [&str; 12] = [
    "activeDeadlineSeconds",
    "affinity",
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "hostUsers",
    "os",
    "overhead",
    "priorityClassName",
    "resources",
    "runtimeClassName",
    "securityContext",
];

/// The fields of a container that count, without its probes and hooks.
const OF_CONTAINER: [&str; 5] = ["name", "ports", "resources", "restartPolicy", "securityContext"];

/// Annotations that start like this count.
const ANNOTATIONS: [&str; 3] = [
    "container.apparmor.security.beta.kubernetes.io/",
    "container.seccomp.security.alpha.kubernetes.io/",
    "seccomp.security.alpha.kubernetes.io/",
];

/// Returns the parts of a pod template that a namespace decides by.
fn admitted_parts(template: Node<'_>) -> Box<str> {
    let mut json = String::with_capacity(512);
    json.push_str("{\"metadata\": {\"annotations\": {");
    for entry in template.field("metadata.annotations").entries() {
        if ANNOTATIONS.iter().any(|start| entry.key.starts_with(start)) {
            field(entry.key, &mut json, |json| value(entry.value, json));
        }
    }
    json.push_str("}}, \"spec\": {");
    for entry in template.field("spec").entries() {
        match entry.key {
            key @ ("containers" | "initContainers") => {
                field(key, &mut json, |json| list(entry.value, json, container));
            }
            key @ "volumes" => field(key, &mut json, |json| list(entry.value, json, volume)),
            key if OF_POD.contains(&key) => field(key, &mut json, |json| value(entry.value, json)),
            _ => {}
        }
    }
    json.push_str("}}");
    json.into()
}

/// Writes a field, after those before it.
fn field(key: &str, json: &mut String, write: impl FnOnce(&mut String)) {
    if !json.ends_with('{') {
        json.push(',');
    }
    text(key, json);
    json.push(':');
    write(json);
}

fn list(node: Node<'_>, json: &mut String, write: fn(Node<'_>, &mut String)) {
    json.push('[');
    for (at, item) in node.items().enumerate() {
        json.push_str(if at > 0 { "," } else { "" });
        write(item, json);
    }
    json.push(']');
}

fn map(json: &mut String, write: impl FnOnce(&mut String)) {
    json.push('{');
    write(json);
    json.push('}');
}

fn text(text: &str, json: &mut String) {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        json.push('"');
        json.push_str(text);
        json.push('"');
    } else {
        json.push_str(&Json::from(text).to_string());
    }
}

fn value(node: Node<'_>, json: &mut String) {
    match node.value() {
        Value::String(it) => text(it, json),
        Value::List => list(node, json, value),
        Value::Map => map(json, |json| {
            node.entries().for_each(|it| field(it.key, json, |json| value(it.value, json)));
        }),
        _ => json.push_str(&node.to_json().to_string()),
    }
}

fn container(container: Node<'_>, json: &mut String) {
    map(json, |json| {
        for entry in container.entries() {
            match entry.key {
                key @ ("livenessProbe" | "readinessProbe" | "startupProbe") => {
                    field(key, json, |json| handler(entry.value, json));
                }
                key @ "lifecycle" => field(key, json, |json| {
                    map(json, |json| {
                        let hooks = entry.value.entries();
                        hooks.for_each(|it| field(it.key, json, |json| handler(it.value, json)));
                    });
                }),
                key if OF_CONTAINER.contains(&key) => field(key, json, |json| value(entry.value, json)),
                _ => {}
            }
        }
    });
}

/// Writes which host a probe or hook asks.
fn handler(handler: Node<'_>, json: &mut String) {
    map(json, |json| {
        for entry in handler.entries().filter(|it| matches!(it.key, "httpGet" | "tcpSocket")) {
            field(entry.key, json, |json| {
                map(json, |json| {
                    if let Some(host) = entry.value.get("host") {
                        field("host", json, |json| value(host, json));
                    }
                });
            });
        }
    });
}

/// Writes the name and type of a volume.
fn volume(volume: Node<'_>, json: &mut String) {
    map(json, |json| {
        for entry in volume.entries() {
            field(entry.key, json, |json| match entry.value.value() {
                Value::Map => json.push_str("{}"),
                Value::String(it) => text(it, json),
                _ => json.push_str("null"),
            });
        }
    });
}
