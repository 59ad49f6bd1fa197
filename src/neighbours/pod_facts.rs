//! What a namespace decides by when it gets a pod of a Job, as JSON: no commands, variables or images.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

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
    let annotations = template.field("metadata.annotations").entries();
    let annotations = annotations.filter(|it| ANNOTATIONS.iter().any(|start| it.key.starts_with(start)));
    let annotations: Map<_, _> = annotations.map(|it| (it.key.to_owned(), it.value.to_json())).collect();
    let mut pod = Map::new();
    for entry in template.field("spec").entries() {
        let part = match entry.key {
            "containers" | "initContainers" => entry.value.items().map(container).collect(),
            "volumes" => entry.value.items().map(volume).collect(),
            key if OF_POD.contains(&key) => entry.value.to_json(),
            _ => continue,
        };
        pod.insert(entry.key.to_owned(), part);
    }
    serde_json::json!({"metadata": {"annotations": annotations}, "spec": pod}).to_string().into()
}

fn container(container: Node<'_>) -> Json {
    let mut parts = Map::new();
    for entry in container.entries() {
        let part = match entry.key {
            "livenessProbe" | "readinessProbe" | "startupProbe" => handler(entry.value),
            "lifecycle" => entry.value.entries().map(|it| (it.key.to_owned(), handler(it.value))).collect(),
            key if OF_CONTAINER.contains(&key) => entry.value.to_json(),
            _ => continue,
        };
        parts.insert(entry.key.to_owned(), part);
    }
    Json::Object(parts)
}

/// Returns which host a probe or hook asks.
fn handler(handler: Node<'_>) -> Json {
    let asked = handler.entries().filter(|it| matches!(it.key, "httpGet" | "tcpSocket"));
    let host = |it: Node<'_>| it.get("host").map_or(Json::Null, Node::to_json);
    asked.map(|it| (it.key.to_owned(), serde_json::json!({"host": host(it.value)}))).collect()
}

/// Returns the name and type of a volume.
fn volume(volume: Node<'_>) -> Json {
    let part = |value: Node<'_>| match value.value() {
        Value::Map => Json::Object(Map::new()),
        Value::String(_) => value.to_json(),
        _ => Json::Null,
    };
    volume.entries().map(|it| (it.key.to_owned(), part(it.value))).collect()
}
