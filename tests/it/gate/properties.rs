//! No review that anybody could think of passes without a reason to: reviews with their structure changed at random, and
//! bodies with their bytes changed.

use crate::common::review::{create, policy, recording, update};
use batchlint::webhook::review::{Decision, UnjudgedReason, check_request, parse_head, parse_review};
use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

/// Names and values that decide something somewhere.
fn odd_values() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1.5),
        json!(""),
        json!("x"),
        json!([]),
        json!({}),
        json!([{}]),
        json!("$patch"),
        json!({"$patch": "delete"}),
        json!("Job"),
        json!("CronJob"),
        json!("Pod"),
        json!("job"),
        json!("batch"),
        json!("batch/v1"),
        json!("batch.x/v1"),
        json!("v1"),
        json!("List"),
        json!("CREATE"),
        json!("UPDATE"),
        json!("DELETE"),
        json!("CONNECT"),
        json!("PATCH"),
        json!("status"),
        json!("2026-11-28T00:00:00Z"),
        json!("system:kube-controller-manager"),
        json!([{"apiVersion": "batch/v1", "kind": "CronJob", "name": "a", "uid": "b", "controller": true}]),
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {}, "spec": {}}),
        json!({"group": "", "version": "v1", "kind": "Pod"}),
        json!({"batchlint.dev/ignore": "missing-deadline: x"}),
    ]
}

const ODD_KEYS: &[&str] = &[
    "$patch",
    "$x",
    "kind",
    "apiVersion",
    "metadata",
    "spec",
    "items",
    "deletionTimestamp",
    "ownerReferences",
    "annotations",
    "labels",
    "managedFields",
    "operation",
    "object",
    "oldObject",
    "subResource",
    "userInfo",
    "Kind",
    "jobTemplate",
    "template",
    "containers",
    "status",
];

/// A change of a review: where, by numbers that are taken as they fit, and what.
#[derive(Clone, Debug)]
enum Change {
    Remove(Vec<usize>),
    Replace(Vec<usize>, usize),
    Insert(Vec<usize>, usize, usize),
    Rename(Vec<usize>, usize),
    /// Puts a copy of one place in another.
    Copy(Vec<usize>, Vec<usize>),
}

fn change() -> impl Strategy<Value = Change> {
    let path = || prop::collection::vec(0..64usize, 0..7);
    prop_oneof![
        path().prop_map(Change::Remove),
        (path(), 0..64usize).prop_map(|(path, value)| Change::Replace(path, value)),
        (path(), 0..64usize, 0..64usize).prop_map(|(path, key, value)| Change::Insert(path, key, value)),
        (path(), 0..64usize).prop_map(|(path, key)| Change::Rename(path, key)),
        (path(), path()).prop_map(|(from, to)| Change::Copy(from, to)),
    ]
}

/// Goes down as far as the numbers lead.
fn at<'v>(mut value: &'v mut Value, path: &[usize]) -> &'v mut Value {
    for &number in path {
        let len = match &*value {
            Value::Object(map) => map.len(),
            Value::Array(items) => items.len(),
            _ => 0,
        };
        if len == 0 {
            break;
        }
        value = match value {
            Value::Object(map) => map.values_mut().nth(number % len).unwrap(),
            other => &mut other[number % len],
        };
    }
    value
}

fn apply(review: &mut Value, change: &Change) {
    let values = odd_values();
    match change {
        Change::Remove(path) => {
            let Some((&last, before)) = path.split_last() else { return };
            match at(review, before) {
                Value::Object(map) if !map.is_empty() => {
                    let key = map.keys().nth(last % map.len()).unwrap().clone();
                    map.remove(&key);
                }
                Value::Array(items) if !items.is_empty() => _ = items.remove(last % items.len()),
                _ => {}
            }
        }
        Change::Replace(path, value) => *at(review, path) = values[value % values.len()].clone(),
        Change::Insert(path, key, value) => {
            let value = values[value % values.len()].clone();
            match at(review, path) {
                Value::Object(map) => _ = map.insert(ODD_KEYS[key % ODD_KEYS.len()].to_owned(), value),
                Value::Array(items) => items.push(value),
                _ => {}
            }
        }
        Change::Rename(path, key) => {
            let Some((&last, before)) = path.split_last() else { return };
            if let Value::Object(map) = at(review, before)
                && let Some(old) = map.keys().nth(last % map.len().max(1)).cloned()
            {
                let value = map.remove(&old).unwrap();
                map.insert(ODD_KEYS[key % ODD_KEYS.len()].to_owned(), value);
            }
        }
        Change::Copy(from, to) => {
            let copy = at(review, from).clone();
            *at(review, to) = copy;
        }
    }
}

/// Says why a review may pass, by the review itself.
fn reason_to_pass(review: &Value) -> Option<&'static str> {
    let request = &review["request"];
    let (new, old) = (&request["object"], &request["oldObject"]);
    let metadata = |it: &Value, key: &str| it["metadata"][key].clone();
    let word = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let kind = |it: &Value| {
        let api_version = word(&it["apiVersion"]);
        let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
        [group.to_owned(), version.to_owned(), word(&it["kind"])]
    };
    let asked = ["group", "version", "kind"].map(|key| word(&request["kind"][key]));
    let is_ours = asked[0] == "batch" && matches!(asked[2].as_str(), "Job" | "CronJob");
    let is_same_kind = kind(old) == if asked == ["", "", ""] { kind(new) } else { asked.clone() };
    let judged =
        ["labels", "annotations", "ownerReferences", "finalizers", "generateName", "name", "namespace"];
    let stays = new["spec"].is_object()
        && new["spec"] == old["spec"]
        && judged.iter().all(|key| metadata(new, key) == metadata(old, key));
    match request["operation"].as_str()? {
        "DELETE" | "CONNECT" => Some("nothing is created or updated"),
        "CREATE" | "UPDATE" if asked == kind(new) && !is_ours => Some("it is neither a Job nor a CronJob"),
        "UPDATE" if !is_same_kind => None,
        "UPDATE" if metadata(old, "deletionTimestamp").as_str().is_some_and(|it| !it.is_empty()) => {
            Some("the object is being deleted")
        }
        "UPDATE" if stays => Some("it changes nothing that batchlint checks"),
        _ => None,
    }
}

fn reviews() -> Vec<Value> {
    vec![
        create(|_| {}),
        update(|it| it["spec"]["schedule"] = json!("0 3 * * *")),
        recording("00001-CREATE-Job.json"),
        recording("00018-CREATE-Job.json"),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    /// Whatever is done to a review, it passes only for one of the reasons that there are, and is stored unjudged or
    /// with its containers unread under no strict policy.
    #[test]
    fn a_changed_review_passes_for_a_reason_or_not_at_all(
        index in 0..4usize,
        changes in prop::collection::vec(change(), 1..5),
    ) {
        let mut review = reviews().swap_remove(index);
        changes.iter().for_each(|it| apply(&mut review, it));
        let Ok(mut request) = parse_review(&serde_json::to_vec(&review).unwrap()) else {
            // It has no `uid` any more, or is no review: nobody could be answered.
            let has_uid = review["request"]["uid"].as_str().is_some_and(|it| !it.is_empty());
            let is_review = review["kind"] == "AdmissionReview" && review["apiVersion"] == "admission.k8s.io/v1";
            prop_assert!(!has_uid || !is_review || review["request"].get("Kind").is_some(), "{review}");
            return Ok(());
        };
        let verdict = check_request(&mut request, &policy("strict"), "x", &|| false);
        let response = &verdict.answer.response;
        match verdict.decision {
            Decision::Pass => {
                let why = response.audit_annotations["passed"].clone();
                prop_assert_eq!(Some(why.as_str()), reason_to_pass(&review), "{}", review);
            }
            Decision::Unjudged => {
                let is_trusted = request.user_info.username.starts_with("system:");
                prop_assert!(!response.allowed || is_trusted, "{review}");
            }
            Decision::Allow | Decision::Warn => {
                let spec = &review["request"]["object"]["spec"];
                let has_containers = [spec, &spec["jobTemplate"]["spec"]].iter().any(|it| {
                    it["template"]["spec"]["containers"].as_array().is_some_and(|list| !list.is_empty())
                });
                prop_assert!(has_containers, "{review}");
            }
            Decision::Deny => {}
        }
    }

    /// A body is JSON here if and only if it is JSON elsewhere.
    #[test]
    fn bodies_are_json_or_not_as_for_every_reader(
        value in prop_oneof![
            "[\\[\\]{}\",:0-9eE+.\\-truefalsn \\\\u\n\t]{0,12}",
            "\\{\"a\":[\\[\\]{}\",:0-9eE+.\\-]{0,6}\\}",
            "-?[0-9]{0,3}[.eE+-]{0,2}[0-9]{0,2}",
            "\"[\\\\u0-9a-fn\"/\x01]{0,8}\"",
        ],
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..2),
    ) {
        let head = r#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","options":"#;
        let mut body = value.into_bytes();
        for (index, byte) in edits {
            if !body.is_empty() {
                let at = index.index(body.len());
                body[at] = byte;
            }
        }
        let body = [head.as_bytes(), &body, b"}}"].concat();
        let is_json = serde_json::from_slice::<IgnoredAny>(&body).is_ok();
        let read = parse_review(&body);
        let is_broken = |it: UnjudgedReason| matches!(it, UnjudgedReason::Malformed | UnjudgedReason::CutOff);
        let is_read = read.as_ref().is_ok_and(|it| !it.unreadable.is_some_and(is_broken));
        prop_assert_eq!(is_read, is_json, "{}", String::from_utf8_lossy(&body));
    }

    /// Of a body that was cut off, what is known is used, and nothing is taken for known that is not.
    #[test]
    fn a_body_that_is_cut_off_passes_only_where_its_head_says_so(
        index in 0..4usize,
        cut in any::<prop::sample::Index>(),
        operation in prop_oneof![Just("CREATE"), Just("UPDATE"), Just("DELETE")],
    ) {
        let mut review = reviews().swap_remove(index);
        review["request"]["operation"] = json!(operation);
        let body = serde_json::to_vec(&review).unwrap();
        let beginning = &body[..cut.index(body.len())];
        let Some(mut request) = parse_head(beginning) else {
            let uid = format!("\"uid\":{},\"kind\"", review["request"]["uid"]);
            let has_uid = String::from_utf8_lossy(beginning).contains(&uid);
            prop_assert!(!has_uid);
            return Ok(());
        };
        prop_assert_eq!(&json!(request.uid), &review["request"]["uid"]);
        let verdict = check_request(&mut request, &policy("strict"), "x", &|| false);
        match verdict.decision {
            Decision::Pass => {
                let is_known = operation == "DELETE" || reason_to_pass(&review).is_some();
                prop_assert!(is_known && request.operation == operation, "{}", verdict.decision.as_str());
            }
            decision => {
                prop_assert_eq!(decision, Decision::Unjudged);
                let is_trusted = request.user_info.username.starts_with("system:");
                prop_assert!(!verdict.answer.response.allowed || is_trusted);
            }
        }
    }
}
