//! Updates of objects that nobody can check in full: what was there stays, and nothing comes in unseen.

use crate::common::gate::{containers, create, job, pod, policy, update};
use crate::common::review::{ask, denied};
use batchlint::webhook::review::{Decision, UnjudgedReason};
use serde_json::{Value, json};

/// A Job that `strict` allows, with a second container.
fn allowed() -> Value {
    let container = |name: &str| {
        json!({
            "name": name, "image": format!("registry.example.com/{name}:1.2.3@sha256:{}", "ab".repeat(32)), "command": ["/app/run"],
            "resources": {"requests": {"cpu": "10m", "memory": "32Mi", "ephemeral-storage": "1Gi"}, "limits": {"memory": "32Mi", "ephemeral-storage": "1Gi"}},
            "securityContext": {"allowPrivilegeEscalation": false, "runAsNonRoot": true, "capabilities": {"drop": ["ALL"]}, "readOnlyRootFilesystem": true},
        })
    };
    let mut object = job();
    let labels = json!({"app.kubernetes.io/name": "a"});
    object["metadata"]["labels"] = labels.clone();
    object["spec"]["activeDeadlineSeconds"] = json!(600);
    object["spec"]["backoffLimit"] = json!(1);
    object["spec"]["ttlSecondsAfterFinished"] = json!(172_800);
    object["spec"]["template"]["metadata"]["labels"] = labels;
    *pod(&mut object) = json!({
        "restartPolicy": "Never", "automountServiceAccountToken": false, "serviceAccountName": "runner",
        "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [container("c"), container("d")],
    });
    object
}

/// More variables than are filled in, of which the object had all before the policy.
fn unsearched() -> Value {
    let mut object = allowed();
    let long = json!({"name": "LONG", "value": "x".repeat(20_000)});
    let repeated = (0..60).map(|it| json!({"name": format!("R{it}"), "value": "a$(LONG)"}));
    containers(&mut object)[0]["env"] = [long].into_iter().chain(repeated).collect();
    object
}

#[test]
fn an_update_of_an_object_that_is_not_searched_adds_no_variables() {
    let strict = policy("strict");
    let variable = |name: &str, value: &str| json!({"name": name, "value": value});
    let edits: [&dyn Fn(&mut Value); 6] = [
        &|it| {
            let env = &mut containers(it)[0]["env"];
            let old = env.as_array().cloned().unwrap_or_default();
            let new = [variable("Q", "Ohz3ieShoo9"), variable("DB_PASSWORD", "$(Q)")];
            *env = old.into_iter().chain(new).collect();
        },
        &|it| {
            containers(it)[1]["env"] = json!([variable("Q", "Ohz3ieShoo9"), variable("DB_PASSWORD", "$(Q)")]);
        },
        &|it| {
            containers(it)[1]["env"] = json!([variable("Q", "Ohz3ieShoo9")]);
            containers(it)[1]["command"] = json!(["mysql", "-p$(Q)"]);
        },
        &|it| {
            containers(it)[1]["env"] = json!([variable("Q", "Ohz3ieShoo9")]);
            containers(it)[1]["command"] = json!(["mysql"]);
            containers(it)[1]["args"] = json!(["-p$(Q)"]);
        },
        &|it| {
            containers(it)[1]["env"] = json!([variable("Q", "Ohz3ieShoo9")]);
            containers(it)[1]["lifecycle"] = json!({"preStop": {"exec": {"command": ["mysql", "-p$(Q)"]}}});
        },
        &|it| {
            let copy = json!({"kind": "Job", "spec": {"containers": [{"env": [variable("Q", "Ohz3ieShoo9"), variable("DB_PASSWORD", "$(Q)")]}]}});
            let annotations = json!({"kubectl.kubernetes.io/last-applied-configuration": copy.to_string()});
            it["metadata"]["annotations"] = annotations;
        },
    ];
    for (index, edit) in edits.iter().enumerate() {
        let verdict = ask(&update(unsearched(), edit), &strict);
        assert_eq!(verdict.unjudged, Some(UnjudgedReason::Unsearched), "{index}: {:?}", denied(&verdict));
        assert!(!verdict.answer.response.allowed, "{index}");
        assert!(!denied(&ask(&update(allowed(), edit), &strict)).is_empty(), "{index}");
    }
}

#[test]
fn an_update_that_leaves_the_variables_as_they_were_is_not_denied() {
    let edits: [&dyn Fn(&mut Value); 6] = [
        &|it| it["metadata"]["labels"]["team"] = json!("x"),
        &|it| it["spec"]["suspend"] = json!(true),
        &|it| containers(it).reverse(),
        &|it| drop(containers(it).remove(1)),
        &|it| containers(it)[0]["name"] = json!("another"),
        &|it| containers(it)[0]["workingDir"] = json!("/work"),
    ];
    for (index, edit) in edits.iter().enumerate() {
        let verdict = ask(&update(unsearched(), edit), &policy("strict"));
        assert!(verdict.answer.response.allowed, "{index}: {:?} {:?}", denied(&verdict), verdict.unjudged);
    }
}

/// Which scripts are read when there are too many does not depend on the order of the containers.
#[test]
fn scripts_beyond_the_limits_may_change_places() {
    let mut old = allowed();
    let first = containers(&mut old)[0].clone();
    *containers(&mut old) = (0..4)
        .map(|number| {
            let mut container = first.clone();
            container["name"] = json!(format!("c{number}"));
            let script = format!("set -e\n{}", format!("work {number}\n").repeat(12_000));
            container["command"] = json!(["bash", "-c", script]);
            container
        })
        .collect();
    let strict = policy("strict");
    for edit in [
        (|it| containers(it).rotate_right(1)) as fn(&mut Value),
        |it| containers(it).reverse(),
        |it| containers(it).swap(1, 2),
        |it| drop(containers(it).remove(0)),
    ] {
        let verdict = ask(&update(old.clone(), edit), &strict);
        assert_ne!(verdict.decision, Decision::Deny, "{:?}", denied(&verdict));
        assert_eq!(verdict.unjudged, None);
    }
    let change = |it: &mut Value| {
        containers(it).rotate_right(1);
        for container in containers(it) {
            let script = container["command"][2].as_str().unwrap().replacen("work", "other", 1);
            container["command"][2] = json!(script);
        }
    };
    assert!(!ask(&update(old, change), &strict).answer.response.allowed);
}

/// A credential passes where its script is not read: in probes and hooks, and in scripts within scripts, it is searched too.
#[test]
fn scripts_that_cannot_be_searched_are_not_taken_for_clean() {
    let long = format!("# {}\nmysql -pOhz3ieShoo9 < a.sql\n", "x".repeat(130 << 10));
    let nested = format!("echo {}true{}\nmysql -pOhz3ieShoo9 < a.sql", "$(".repeat(600), ")".repeat(600));
    let unread = [
        long.as_str(),
        nested.as_str(),
        "coproc cat\nmysql -pOhz3ieShoo9 < a.sql",
        // The shell runs the first line before it comes to the error.
        "mysql -pOhz3ieShoo9 < a.sql\necho \"",
        "if true\nmysql -pOhz3ieShoo9 < a.sql",
    ];
    let within = |script: &str| json!({"exec": {"command": ["bash", "-c", script]}});
    let sidecar = |script: &str| {
        let mut object = allowed();
        containers(&mut object)[1]["lifecycle"] = json!({"postStart": within(script)});
        object
    };
    let probed = |script: &str| {
        let mut object = allowed();
        containers(&mut object)[0]["livenessProbe"] = within(script);
        object
    };
    let outer = |script: &str| {
        let mut object = allowed();
        let quoted = script.replace('\'', r"'\''");
        containers(&mut object)[0]["command"] = json!(["bash", "-ec", format!("bash -c '{quoted}'")]);
        object
    };
    type Make<'f> = &'f dyn Fn(&str) -> Value;
    for (place, object) in
        [("postStart", &sidecar as Make<'_>), ("livenessProbe", &probed), ("bash -c", &outer)]
    {
        let clean = ask(&create(object("work --once")), &policy("strict"));
        assert!(clean.answer.response.allowed, "{place}: {:?} {:?}", denied(&clean), clean.unjudged);
        for script in unread {
            let verdict = ask(&create(object(script)), &policy("strict"));
            let start = &script[..20];
            assert!(!verdict.answer.response.allowed, "{place}: {start}");
        }
    }
    // Nothing in it could be a credential.
    let harmless = ask(&create(sidecar("if true\nwork --once")), &policy("strict"));
    assert!(harmless.answer.response.allowed, "{:?} {:?}", denied(&harmless), harmless.unjudged);
}
