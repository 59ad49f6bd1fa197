//! Numbers at the ends of their types, which Kubernetes stores: no rule fails on them, and none counts up to them.

use crate::common;

use crate::common::gate::{cron_job, job, pod, policy, spec};
use crate::common::review::ask;
use serde_json::{Value, json};

/// Where a number goes.
type Field = fn(&mut Value, i64);

/// The fields of which rules compute something.
const FIELDS: [(&str, Field); 14] = [
    ("activeDeadlineSeconds", |it, number| spec(it)["activeDeadlineSeconds"] = json!(number)),
    ("backoffLimit", |it, number| spec(it)["backoffLimit"] = json!(number)),
    ("backoffLimitPerIndex", |it, number| {
        spec(it)["completionMode"] = json!("Indexed");
        spec(it)["backoffLimitPerIndex"] = json!(number);
    }),
    ("completions", |it, number| spec(it)["completions"] = json!(number)),
    ("parallelism", |it, number| spec(it)["parallelism"] = json!(number)),
    ("ttlSecondsAfterFinished", |it, number| spec(it)["ttlSecondsAfterFinished"] = json!(number)),
    ("restartPolicy", |it, _| pod(it)["restartPolicy"] = json!("OnFailure")),
    ("the pod's deadline", |it, number| pod(it)["activeDeadlineSeconds"] = json!(number)),
    ("terminationGracePeriodSeconds", |it, number| pod(it)["terminationGracePeriodSeconds"] = json!(number)),
    ("startingDeadlineSeconds", |it, number| it["spec"]["startingDeadlineSeconds"] = json!(number)),
    ("successfulJobsHistoryLimit", |it, number| it["spec"]["successfulJobsHistoryLimit"] = json!(number)),
    ("a probe", |it, number| {
        pod(it)["containers"][0]["livenessProbe"] = json!({
            "tcpSocket": {"port": 80}, "periodSeconds": number, "failureThreshold": number,
            "initialDelaySeconds": number, "timeoutSeconds": number,
        });
    }),
    ("a script", |it, number| {
        let script = format!("for i in $(seq {number}); do sleep {number}m; done; curl --retry {number} x");
        pod(it)["containers"][0]["command"] = json!(["sh", "-ec", script]);
    }),
    ("a timeout", |it, number| {
        pod(it)["containers"][0]["command"] = json!(["timeout", format!("{number}d"), "load"])
    }),
];

#[test]
fn every_two_numbers_at_their_ends_are_judged() {
    let strict = policy("strict");
    let numbers = [i64::MAX, i64::from(i32::MAX)];
    for object in [job(), cron_job()] {
        for (at, (first, set_first)) in FIELDS.iter().enumerate() {
            for (second, set_second) in &FIELDS[at..] {
                for other in numbers {
                    let mut object = object.clone();
                    set_first(&mut object, i64::MAX);
                    set_second(&mut object, other);
                    let verdict = ask(&common::gate::create(object), &strict);
                    let what = format!("{first}, {second} {other}");
                    assert_eq!(verdict.unjudged, None, "{what}");
                    assert!(!verdict.answer.response.allowed, "{what}");
                }
            }
        }
    }
}

/// Kubernetes writes the largest number for `backoffLimit` only beside `backoffLimitPerIndex`; elsewhere a person did.
#[test]
fn the_largest_back_off_limit_is_a_default_only_with_one_for_each_index() {
    let is_blamed = |limit: i32, per_index: Value| {
        let mut object = job();
        spec(&mut object)["activeDeadlineSeconds"] = json!(600);
        spec(&mut object)["backoffLimit"] = json!(limit);
        if per_index.is_number() {
            spec(&mut object)["completions"] = json!(3);
            spec(&mut object)["completionMode"] = json!("Indexed");
            spec(&mut object)["backoffLimitPerIndex"] = per_index;
        }
        let response = ask(&common::gate::create(object), &policy("strict")).answer.response;
        response.audit_annotations["findings"].contains("unreachable-retries")
    };
    assert!(is_blamed(i32::MAX - 1, Value::Null));
    assert!(is_blamed(i32::MAX, Value::Null));
    assert!(!is_blamed(i32::MAX, json!(1)));
}
