//! Updates of objects that were there before the policy: denied for what they add, and for nothing else.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

mod common;

use batchlint::webhook::review::Decision;
use common::gate::{
    TOKEN, assert_judged, config, container, containers, cron_job, job, pod, policy, spec, update,
};
use common::review::{ask, denied};
use serde_json::{Value, json};

/// An update of an object that was there before the policy is denied for what it adds.
#[test]
fn an_update_that_adds_an_offender_is_denied() {
    for old in [job(), cron_job()] {
        let changed = |edit: &dyn Fn(&mut Value)| denied(&ask(&update(old.clone(), edit), &policy("strict")));
        let adds = |edit: &dyn Fn(&mut Value), rules: &[&str]| {
            let found = changed(edit);
            rules.iter().for_each(|rule| assert!(found.contains(rule), "{rule} is not in {found:?}"));
        };
        let all = ["literal-secret", "missing-memory-limit", "privileged-container", "secret-in-command"];
        // One more of the same is merged into the finding of the first, before and behind it.
        adds(&|it| containers(it).push(container("d")), &all);
        adds(&|it| containers(it).insert(0, container("d")), &all);
        adds(&|it| containers(it).insert(0, container("c")), &all);
        adds(&|it| pod(it)["initContainers"] = json!([container("d")]), &all);
        adds(&|it| pod(it)["hostNetwork"] = json!(true), &["host-namespaces"]);
        // The old one goes, and a new one comes under another name.
        adds(&|it| containers(it)[0] = container("d"), &all);
        // Another credential in the place of the old one, the old one in another place, one more in the same text.
        let value = |it: &mut Value, text: &str| containers(it)[0]["env"][0]["value"] = json!(text);
        adds(&|it| value(it, "AnotherZ9x8Secret"), &["literal-secret"]);
        let mail = json!({"name": "MAIL_PASSWORD", "value": "hunter2Zx9Qk"});
        adds(&|it| containers(it)[0]["env"].as_array_mut().unwrap().push(mail.clone()), &["literal-secret"]);
        let script = |it: &mut Value, text: &str| containers(it)[0]["command"][2] = json!(text);
        adds(&|it| script(it, "mysql -pAnotherZ9x8Secret"), &["secret-in-command"]);
        adds(&|it| script(it, "mysql -phunter2Zx9Qk\nmysql -pAnotherZ9x8Secret"), &["secret-in-command"]);
    }
}

#[test]
fn an_update_that_touches_nothing_of_an_offender_is_not_denied() {
    for old in [job(), cron_job()] {
        let edits: [&dyn Fn(&mut Value); 9] = [
            &|it| it["metadata"]["labels"] = json!({"team": "x"}),
            &|it| it["metadata"]["annotations"] = json!({"example.com/note": "x"}),
            &|it| it["spec"]["suspend"] = json!(true),
            &|it| spec(it)["template"]["metadata"]["labels"] = json!({"a": "b"}),
            &|it| {
                containers(it)[0]["env"].as_array_mut().unwrap().insert(0, json!({"name": "A", "value": "b"}))
            },
            &|it| containers(it)[0]["workingDir"] = json!("/work"),
            &|it| containers(it)[0]["command"][2] = json!("echo starts\nmysql -phunter2Zx9Qk"),
            // What gets better is not denied for the rest.
            &|it| containers(it)[0]["securityContext"] = json!({}),
            &|it| pod(it)["hostPID"] = json!(false),
        ];
        for (index, edit) in edits.iter().enumerate() {
            let verdict = ask(&update(old.clone(), edit), &policy("strict"));
            assert_eq!(denied(&verdict), [""; 0], "{index} {}", old["kind"]);
            assert_eq!(verdict.decision, Decision::Warn, "{index}");
        }
    }
}

/// What a container may do is another defect with another value.
#[test]
fn a_worse_right_in_the_same_place_is_new() {
    let mut old = cron_job();
    containers(&mut old)[0]["securityContext"] = json!({"capabilities": {"add": ["NET_ADMIN"]}});
    pod(&mut old)["volumes"] = json!([{"name": "v", "hostPath": {"path": "/var/lib/app", "type": ""}}]);
    let changed = |edit: &dyn Fn(&mut Value)| denied(&ask(&update(old.clone(), edit), &policy("strict")));
    let add =
        |it: &mut Value, list: Value| containers(it)[0]["securityContext"]["capabilities"]["add"] = list;
    assert_eq!(changed(&|it| add(it, json!(["SYS_ADMIN"]))), ["added-capabilities"]);
    assert_eq!(changed(&|it| add(it, json!(["NET_ADMIN", "SYS_ADMIN"]))), ["added-capabilities"]);
    assert_eq!(changed(&|it| it["spec"]["schedule"] = json!("0 3 * * *")), [""; 0]);
    assert_eq!(changed(&|it| add(it, json!(["NET_RAW"]))), ["added-capabilities"]);
    let path = |it: &mut Value, path: &str| pod(it)["volumes"][0]["hostPath"]["path"] = json!(path);
    assert_eq!(changed(&|it| path(it, "/etc")), ["host-path"]);
    // What was only read is written to.
    let mount = json!([{"name": "v", "mountPath": "/data"}]);
    assert_eq!(changed(&|it| containers(it)[0]["volumeMounts"] = mount.clone()), ["host-path"]);
    // Less is not worse.
    add(&mut old, json!(["NET_ADMIN", "SYS_ADMIN"]));
    let less = update(old, |it| add(it, json!(["SYS_ADMIN"])));
    assert_eq!(denied(&ask(&less, &policy("strict"))), [""; 0]);
}

/// Another image in the place of one that moves is another one that moves.
#[test]
fn another_mutable_image_is_new() {
    let image = |it: &mut Value, image: &str| containers(it)[0]["image"] = json!(image);
    let review = update(cron_job(), |it| image(it, "registry.example.com/other"));
    assert_eq!(denied(&ask(&review, &policy("strict"))), ["mutable-image"]);
}

/// That nobody states a limit is a new finding where there was one for each index before.
#[test]
fn a_limit_that_goes_is_missed_though_the_place_was_empty_before() {
    let mut old = cron_job();
    spec(&mut old)["completionMode"] = json!("Indexed");
    spec(&mut old)["backoffLimitPerIndex"] = json!(1);
    spec(&mut old).as_object_mut().unwrap().remove("backoffLimit");
    let review = update(old, |it| _ = spec(it).as_object_mut().unwrap().remove("backoffLimitPerIndex"));
    assert!(denied(&ask(&review, &policy("strict"))).contains(&"missing-backoff-limit"));
}

/// An annotation is read by rules too, so that a change of it alone is judged.
#[test]
fn a_credential_in_an_annotation_is_denied_though_the_spec_stays() {
    for old in [job(), cron_job()] {
        for key in ["annotations", "labels"] {
            let review = update(old.clone(), |it| it["metadata"][key] = json!({"token": TOKEN}));
            assert_eq!(denied(&ask(&review, &policy("strict"))), ["secret-in-annotation"], "{key}");
        }
    }
}

/// An object that was made without `kubectl apply` says what was stated once that has touched it.
#[test]
fn an_update_that_says_what_was_stated_is_not_denied_for_the_defaults() {
    let applied = json!({"kubectl.kubernetes.io/last-applied-configuration": "{\"spec\":{\"template\":{}}}"});
    let review = update(job(), |it| it["metadata"]["annotations"] = applied.clone());
    let verdict = ask(&review, &policy("strict"));
    assert_eq!(denied(&verdict), [""; 0]);
    assert!(verdict.found.iter().any(|(rule, _)| rule.id == "missing-backoff-limit"), "it warns");
    // That a CronJob loses its limit is another matter.
    let mut old = cron_job();
    spec(&mut old)["backoffLimit"] = json!(2);
    let review = update(old, |it| spec(it).as_object_mut().unwrap().retain(|key, _| key != "backoffLimit"));
    assert_eq!(denied(&ask(&review, &policy("strict"))), ["missing-backoff-limit"]);
}

/// That a suppression goes makes nothing in the object worse.
#[test]
fn a_finding_that_was_suppressed_is_not_new() {
    let mut old = job();
    old["metadata"]["annotations"] = json!({"batchlint.dev/ignore": "literal-secret: it is being moved"});
    let review = update(old, |it| it["metadata"]["annotations"] = json!({}));
    assert_eq!(denied(&ask(&review, &config("admission: {policy: strict, suppressions: honour}"))), [""; 0]);
}

/// Without an old object to compare with, everything is new.
#[test]
fn an_update_without_a_readable_old_object_is_judged_as_a_whole() {
    let garbage = json!({"kind": "Job", "apiVersion": "batch/v1", "spec": 5});
    for old in [json!(null), json!({}), json!([]), json!("x"), garbage] {
        let mut review = update(job(), |_| {});
        review["request"]["oldObject"] = old;
        assert_judged(&review, "old object");
    }
}
