//! What a namespace does with pods, in the form of `oracle/admission`.
#![allow(
    dead_code,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "each test binary uses a part of this"
)]

use std::sync::Arc;

use batchlint::kubernetes::pod_admission::Pod;
use batchlint::kubernetes::pod_admission::contradiction::contradictions;
use batchlint::kubernetes::pod_admission::created::created;
use batchlint::kubernetes::pod_admission::limits::LimitRange;
use batchlint::kubernetes::pod_admission::quota::{Quota, unstated_message, usage};
use batchlint::kubernetes::pod_admission::resources::{PodResources, Resources};
use batchlint::kubernetes::pod_admission::security::{Policy, violations};
use batchlint::kubernetes::verdict::api_field::ApiField;
use batchlint::kubernetes::verdict::body::Body;
use batchlint::kubernetes::verdict::resource_list::ResourceList;
use batchlint::manifest::document::read;
use batchlint::text::source::Source;
use batchlint::value::quantity::Quantity;
use serde_json::{Map, Value, json};

/// So many pods are asked for at most.
const MOST_PODS: i128 = 8;

/// Returns what a pair's namespace does with its pod.
pub(crate) fn answer(pair: &Value) -> Value {
    let source = Arc::new(Source::new("pair.json", pair.to_string()));
    let stream = read(&source);
    let document = stream.documents.first().expect("a document");
    let root = ApiField::in_body(document.root(), Body::Json);
    let pod = Pod::of_template(root.get("template"));
    let minor = u8::try_from(root.get("server").int()).expect("a minor");
    let mut answer = Map::new();

    let policy = Policy::from_labels(root.get("enforce").opt_text(), root.get("version").opt_text(), minor);
    let violations: Vec<Value> = violations(pod, policy)
        .into_iter()
        .map(|it| json!({"check": it.check, "reason": it.reason, "detail": it.detail}))
        .collect();
    if !violations.is_empty() {
        answer.insert("violations".to_owned(), violations.into());
    }
    let ranges: Vec<LimitRange<'_>> =
        root.get("limitRange").set().map(LimitRange::of_spec).into_iter().collect();
    let resources = created(pod, &ranges, root.get("overhead").set(), minor);
    if let Some(range) = ranges.first() {
        answer.insert("limits".to_owned(), limits(range, &resources));
    }
    if let Some(spec) = root.get("quota").set() {
        answer.insert("quota".to_owned(), quota(&Quota::of_spec(spec), pod, &resources, minor));
    }
    answer.into()
}

fn shown(list: &ResourceList<'_>) -> Value {
    list.iter().map(|(name, quantity)| ((*name).to_owned(), Value::from(quantity.to_string()))).collect()
}

fn sorted(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = texts.collect();
    all.sort();
    all
}

fn limits(range: &LimitRange<'_>, pod: &PodResources<'_>) -> Value {
    let both = |it: &Resources<'_>| json!({"requests": shown(&it.requests), "limits": shown(&it.limits)});
    let resources: Vec<Value> = pod.all().map(|it| both(&it.resources)).collect();
    json!({
        "resources": resources,
        "pod": pod.pod.as_ref().map(both),
        "invalid": sorted(contradictions(pod).iter().map(ToString::to_string)),
        "breaches": sorted(range.breaches(pod).iter().map(ToString::to_string)),
    })
}

fn quota(quota: &Quota<'_>, pod: Pod<'_>, resources: &PodResources<'_>, minor: u8) -> Value {
    let (usage, unstated) = (usage(resources), quota.unstated(resources));
    let matches = quota.counts(pod, resources, minor);
    let missing = if unstated.is_empty() { String::new() } else { unstated_message(&unstated) };
    let excesses = quota.excesses(&usage);
    let forbidden = "pods \"job-abcde\" is forbidden";
    let (pods, refusal) = match excesses.first() {
        _ if !matches => (MOST_PODS, String::new()),
        _ if !missing.is_empty() => (0, format!("{forbidden}: failed quota: quota: {missing}")),
        Some(first) if first.pods < MOST_PODS => {
            let mut list: Vec<_> = excesses.iter().filter(|it| it.pods == first.pods).collect();
            list.sort_by_key(|it| &it.resource);
            let part = |shown: &dyn Fn(&Quantity, &Quantity) -> Quantity| {
                let parts: Vec<String> = list
                    .iter()
                    .map(|it| format!("{}={}", it.resource, shown(&it.requested, &it.hard)))
                    .collect();
                parts.join(",")
            };
            let requested = part(&|requested, _| requested.clone());
            let used = part(&|requested, _| {
                let mut used = Quantity::ZERO;
                (0..first.pods).for_each(|_| used.add(requested));
                used
            });
            let limited = part(&|_, hard| hard.clone());
            let words =
                format!("exceeded quota: quota, requested: {requested}, used: {used}, limited: {limited}");
            (first.pods, format!("{forbidden}: {words}"))
        }
        _ => (MOST_PODS, String::new()),
    };
    let usage: Map<String, Value> =
        usage.iter().map(|(name, it)| (name.clone(), Value::from(it.to_string()))).collect();
    json!({
        "matches": matches,
        "missing": missing,
        "usage": usage,
        "pods": pods as i64,
        "refusal": refusal,
    })
}

/// Returns what an answer shows: the checks, and what else is not as it was asked for.
pub(crate) fn parts(answer: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut parts: Vec<String> =
        answer["violations"].as_array().into_iter().flatten().map(|it| text(&it["check"])).collect();
    for (part, field) in
        [("limits", "invalid"), ("limits", "breaches"), ("quota", "missing"), ("quota", "refusal")]
    {
        let value = &answer[part][field];
        let is_there = value
            .as_array()
            .map_or_else(|| value.as_str().is_some_and(|it| !it.is_empty()), |it| !it.is_empty());
        parts.extend(is_there.then(|| format!("{part}.{field}")));
    }
    parts.extend((answer["quota"]["matches"] == true).then(|| "quota.matches".to_owned()));
    parts
}

/// Returns all texts of an answer that are Kubernetes' words.
pub(crate) fn texts(answer: &Value) -> Vec<String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let violations = list(&answer["violations"]);
    let violations = violations.iter().map(|it| format!("{} {}", text(&it["check"]), text(&it["detail"])));
    let limits = ["invalid", "breaches"].into_iter().flat_map(|name| list(&answer["limits"][name]));
    let quota = ["missing", "refusal"].map(|name| text(&answer["quota"][name]));
    violations.chain(limits.map(|it| text(&it))).chain(quota).filter(|it| !it.is_empty()).collect()
}

/// Returns how an answer differs from the one that is expected, nothing if it does not.
pub(crate) fn difference(expected: &Value, actual: &Value) -> Option<String> {
    for (part, fields) in [
        ("violations", &[][..]),
        ("limits", &["resources", "pod", "invalid", "breaches"]),
        ("quota", &["error", "matches", "missing", "usage", "pods", "refusal"]),
    ] {
        for field in fields {
            let (left, right) = (&expected[part][field], &actual[part][field]);
            if left != right {
                return Some(format!("{part}.{field}\n  -{left}\n  +{right}"));
            }
        }
        let (left, right) = (&expected[part], &actual[part]);
        if left != right {
            return Some(format!("{part}\n  -{left}\n  +{right}"));
        }
    }
    None
}
