//! What has got past admission webhooks, and does not get past this one: under `strict`, an object with every defect in the
//! book is denied, whatever it says of itself and however its review is written.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

mod common;

use batchlint::config::Config;
use batchlint::webhook::review::{Decision, UnjudgedReason, Verdict, judge, read};
use common::review::{ask, denied};
use serde_json::{Value, json};

/// A configuration with all rules of the default preset.
fn config(yaml: &str) -> Config {
    let mut config = common::review::config(yaml);
    config.preset = batchlint::config::Preset::Default;
    config.select.clear();
    config
}

fn policy(policy: &str) -> Config {
    config(&format!("admission: {{policy: {policy}}}"))
}

const TOKEN: &str = "ghp_NqVwYS81VP7Hb1DX8pPd5khxE3pyIgKpaUnA";

/// A container with a credential in the open and all rights on its node.
fn container(name: &str) -> Value {
    json!({
        "name": name, "image": "alpine", "command": ["sh", "-c", "mysql -phunter2Zx9Qk"],
        "env": [{"name": "DB_PASSWORD", "value": "hunter2Zx9Qk"}], "resources": {},
        "securityContext": {"privileged": true}, "imagePullPolicy": "Always",
        "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
    })
}

fn job_spec() -> Value {
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

fn job() -> Value {
    let metadata = json!({"name": "evil", "namespace": "fx", "uid": "11111111-2222-4333-8444-555555555555"});
    json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": job_spec()})
}

fn cron_job() -> Value {
    let metadata = json!({"name": "evil", "namespace": "fx", "uid": "11111111-2222-4333-8444-555555555555"});
    let spec = json!({
        "schedule": "* * * * *", "concurrencyPolicy": "Allow", "suspend": false, "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 1, "jobTemplate": {"metadata": {}, "spec": job_spec()},
    });
    json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata, "spec": spec})
}

/// The Job's spec, or that of the Jobs that a CronJob makes.
fn spec(object: &mut Value) -> &mut Value {
    match object["kind"] == "CronJob" {
        true => &mut object["spec"]["jobTemplate"]["spec"],
        false => &mut object["spec"],
    }
}

fn pod(object: &mut Value) -> &mut Value {
    &mut spec(object)["template"]["spec"]
}

fn containers(object: &mut Value) -> &mut Vec<Value> {
    pod(object)["containers"].as_array_mut().unwrap()
}

fn create(object: Value) -> Value {
    let kind = json!({"group": "batch", "version": "v1", "kind": object["kind"]});
    json!({"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {
        "uid": "705ab4f5-6393-11e8-b7cc-42010a800002", "kind": kind, "requestKind": kind,
        "name": "evil", "namespace": "fx", "operation": "CREATE",
        "userInfo": {"username": "alice", "groups": ["system:authenticated"]},
        "object": object, "oldObject": null, "dryRun": false, "options": null,
    }})
}

fn update(old: Value, edit: impl FnOnce(&mut Value)) -> Value {
    let mut review = create(old.clone());
    edit(&mut review["request"]["object"]);
    review["request"]["operation"] = json!("UPDATE");
    review["request"]["oldObject"] = old;
    review
}

/// Answers a body that is not what `serde_json` writes.
fn answer(body: &[u8], config: &Config) -> Verdict {
    judge(&read(body).unwrap(), config, "0123456789abcdef", &|| false)
}

/// Both kinds of objects as they are made, each changed by `edit`.
fn both(edit: impl Fn(&mut Value)) -> [Value; 2] {
    [job(), cron_job()].map(|mut object| {
        edit(&mut object);
        create(object)
    })
}

/// What the unchanged object is denied for, without the rules that an edit may well silence.
#[track_caller]
fn assert_judged(review: &Value, what: &str) {
    let verdict = ask(review, &policy("strict"));
    let rules = denied(&verdict);
    assert_eq!(verdict.decision, Decision::Deny, "{what}");
    for rule in ["host-namespaces", "literal-secret", "missing-memory-limit", "privileged-container"] {
        assert!(rules.contains(&rule), "{what}: {rules:?}");
    }
}

/// An object is never a patch or a template because of a key that Kubernetes keeps as it is.
#[test]
fn a_dollar_key_takes_nothing_out_of_judgement() {
    let fields =
        json!([{"manager": "x", "operation": "Apply", "apiVersion": "v1", "fieldsV1": {"$patch": {}}}]);
    let claim = json!({"metadata": {"annotations": {"$patch": "x"}}, "spec": {}});
    for key in ["$patch", "$retainKeys", "$setElementOrder/containers", "$deleteFromPrimitiveList/args", "$x"]
    {
        let volume = |source: Value| {
            let mut volume = json!({"name": "v"});
            volume.as_object_mut().unwrap().extend(source.as_object().unwrap().clone());
            json!([volume])
        };
        let edits: [&dyn Fn(&mut Value); 14] = [
            &|it| it["metadata"]["managedFields"] = fields.clone(),
            &|it| it["metadata"]["annotations"] = json!({key: "y"}),
            &|it| it["metadata"]["labels"] = json!({key: "y"}),
            &|it| spec(it)["template"]["metadata"]["managedFields"] = fields.clone(),
            &|it| spec(it)["template"]["metadata"]["annotations"] = json!({key: "y"}),
            &|it| spec(it)["template"]["metadata"]["labels"] = json!({key: "y"}),
            &|it| spec(it)["selector"] = json!({"matchLabels": {key: "y"}}),
            &|it| pod(it)["nodeSelector"] = json!({key: "y"}),
            &|it| {
                pod(it)["volumes"] = volume(json!({"csi": {"driver": "a.b", "volumeAttributes": {key: "y"}}}))
            },
            &|it| {
                pod(it)["volumes"] = volume(json!({"flexVolume": {"driver": "a/b", "options": {key: "y"}}}))
            },
            &|it| pod(it)["volumes"] = volume(json!({"ephemeral": {"volumeClaimTemplate": claim}})),
            &|it| containers(it)[0]["resources"]["requests"] = json!({key: "1"}),
            // Not even where a directive could stand: the API server has dropped it, or will.
            &|it| pod(it)[key] = json!("delete"),
            &|it| containers(it)[0][key] = json!("delete"),
        ];
        for (index, edit) in edits.iter().enumerate() {
            both(edit).iter().for_each(|review| assert_judged(review, &format!("{key}, edit {index}")));
        }
    }
}

/// `spec.jobTemplate.metadata` is metadata too, of Jobs that are still to be made.
#[test]
fn metadata_of_a_job_template_takes_nothing_out_of_judgement() {
    let mut object = cron_job();
    object["spec"]["jobTemplate"]["metadata"] = json!({
        "annotations": {"$patch": "delete", "batchlint.dev/ignore": "literal-secret: it is a test"},
        "labels": {"$patch": "delete"}, "deletionTimestamp": "2026-11-28T00:00:00Z",
        "ownerReferences": [{"apiVersion": "batch/v1", "kind": "CronJob", "name": "a", "uid": "b", "controller": true}],
        "managedFields": [{"fieldsV1": {"$patch": "delete"}}],
    });
    assert_judged(&create(object), "jobTemplate.metadata");
}

/// Without an image and a `restartPolicy` a file is a part of an object. What an API server stores is a whole.
#[test]
fn an_object_without_an_image_is_no_part_of_another() {
    for review in both(|it| {
        containers(it)[0].as_object_mut().unwrap().remove("image");
        pod(it).as_object_mut().unwrap().remove("restartPolicy");
    }) {
        assert_judged(&review, "no image");
    }
}

/// Rules look at containers. An object without any has not been judged, whatever it is.
#[test]
fn an_object_in_which_nothing_was_judged_does_not_pass() {
    let edits: [&dyn Fn(&mut Value); 10] = [
        &|it| it["spec"] = json!(null),
        &|it| it["spec"] = json!([]),
        &|it| it["spec"] = json!("x"),
        &|it| it.as_object_mut().unwrap().retain(|key, _| key != "spec"),
        &|it| *spec(it) = json!({}),
        &|it| spec(it)["template"] = json!(null),
        &|it| *pod(it) = json!([{}]),
        &|it| pod(it)["containers"] = json!([]),
        &|it| pod(it)["containers"] = json!({"0": container("c")}),
        &|it| pod(it)["containers"] = json!(["c", container("c")]),
    ];
    for (index, edit) in edits.iter().enumerate() {
        for review in both(edit) {
            let verdict = ask(&review, &policy("strict"));
            let reason = Some(UnjudgedReason::NothingJudged);
            assert_eq!((verdict.answer.response.allowed, verdict.unjudged), (false, reason), "{index}");
            assert_eq!(ask(&review, &policy("standard")).decision, Decision::Unjudged);
        }
    }
}

/// The API server gives an object the kind that it asks about. Where they differ, somebody else has written the review.
#[test]
fn an_object_of_another_kind_than_is_asked_about_is_not_judged_and_does_not_pass() {
    let asked = |group: &str, kind: &str| json!({"group": group, "version": "v1", "kind": kind});
    for (group, kind) in [
        ("batch", "CronJob"),
        ("batch", "job"),
        ("batch", "JOB"),
        ("batch", "Job "),
        ("batch", "JobList"),
        ("batch", "List"),
        ("", "Pod"),
        ("", "List"),
        ("", "Job"),
        ("apps", "Job"),
        ("batch.x", "Job"),
        ("extensions", "Job"),
        ("batch", "JobTemplate"),
        ("Batch", "Job"),
        ("x", "x"),
    ] {
        let mut review = create(job());
        review["request"]["kind"] = asked(group, kind);
        let verdict = ask(&review, &policy("strict"));
        let expected = (false, Some(UnjudgedReason::WrongKind));
        assert_eq!((verdict.answer.response.allowed, verdict.unjudged), expected, "{group}/{kind}");
    }
    for (api_version, kind) in [
        ("batch/v1", "job"),
        ("batch/v1", "job "),
        ("batch/v1", "CronJob"),
        ("batch/v1", "JobList"),
        ("batch/v1", "List"),
        ("batch.x/v1", "Job"),
        ("batch.volcano.sh/v1alpha1", "Job"),
        ("v1", "Pod"),
        ("v1", "Job"),
        ("v1", "List"),
        ("", "Job"),
        ("batch", "Job"),
        ("BATCH/v1", "Job"),
        (" batch/v1", "Job"),
    ] {
        let mut review = create(job());
        review["request"]["object"]["apiVersion"] = json!(api_version);
        review["request"]["object"]["kind"] = json!(kind);
        let verdict = ask(&review, &policy("strict"));
        let expected = (false, Some(UnjudgedReason::WrongKind));
        assert_eq!((verdict.answer.response.allowed, verdict.unjudged), expected, "{api_version} {kind}");
    }
}

#[test]
fn an_object_of_another_kind_passes_where_both_say_so() {
    let mut review =
        create(json!({"apiVersion": "batch.volcano.sh/v1alpha1", "kind": "Job", "metadata": {}}));
    review["request"]["kind"] = json!({"group": "batch.volcano.sh", "version": "v1alpha1", "kind": "Job"});
    assert_eq!(ask(&review, &policy("strict")).decision, Decision::Pass);
}

#[test]
fn an_operation_that_is_not_known_does_not_pass() {
    for operation in ["create", "Create", "CREATE ", "PATCH", "APPLY", "delete", "DELETE\n", "*", ""] {
        let mut review = create(job());
        review["request"]["operation"] = json!(operation);
        let verdict = ask(&review, &policy("strict"));
        let reason = Some(UnjudgedReason::UnknownOperation);
        assert_eq!((verdict.answer.response.allowed, verdict.unjudged), (false, reason), "{operation:?}");
    }
}

/// Only the stored object can be on its way out: the API server takes the field out of what is created.
#[test]
fn only_a_stored_object_can_be_deleted() {
    let at = "2026-11-28T00:00:00Z";
    for review in both(|it| it["metadata"]["deletionTimestamp"] = json!(at)) {
        assert_judged(&review, "deletionTimestamp of what is created");
    }
    let mut review = create(job());
    review["request"]["oldObject"] = job();
    review["request"]["oldObject"]["metadata"]["deletionTimestamp"] = json!(at);
    assert_judged(&review, "deletionTimestamp of the old object of a CREATE");
    let only_new = update(json!({"kind": "Job"}), |it| {
        *it = job();
        it["metadata"]["deletionTimestamp"] = json!(at);
    });
    assert_judged(&only_new, "deletionTimestamp of the new object alone");
    let mut going = job();
    going["metadata"]["deletionTimestamp"] = json!(at);
    let verdict = ask(&update(going.clone(), |it| containers(it).push(container("d"))), &policy("strict"));
    assert_eq!(verdict.decision, Decision::Pass);
    for word in [json!(null), json!(""), json!({}), json!(true)] {
        going["metadata"]["deletionTimestamp"] = word;
        let grown = update(going.clone(), |it| containers(it).push(container("d")));
        assert_eq!(ask(&grown, &policy("strict")).decision, Decision::Deny);
    }
}

/// Controllers write the status all the time, and no spec with it.
#[test]
fn a_change_of_the_status_passes_and_nothing_else_with_it() {
    let status = |edit: &dyn Fn(&mut Value)| {
        let mut review = update(job(), |it| {
            it["status"] = json!({"active": 1});
            edit(it);
        });
        review["request"]["subResource"] = json!("status");
        ask(&review, &policy("strict"))
    };
    assert_eq!(status(&|_| {}).decision, Decision::Pass);
    // Kubernetes stores labels and annotations that come with a status.
    let annotated = status(&|it| it["metadata"]["annotations"] = json!({"token": TOKEN}));
    assert_eq!(denied(&annotated), ["secret-in-annotation"]);
    for name in ["status", "scale", "x"] {
        let mut review = create(job());
        review["request"]["subResource"] = json!(name);
        assert_judged(&review, name);
    }
}

fn with_owner(object: &mut Value, api_version: &str, kind: &str, controller: Value) {
    object["metadata"]["ownerReferences"] =
        json!([{"apiVersion": api_version, "kind": kind, "name": "a", "uid": "b", "controller": controller}]);
}

fn as_user(mut review: Value, user: &str) -> Value {
    review["request"]["userInfo"]["username"] = json!(user);
    review
}

const CRON_JOB_CONTROLLER: &str = "system:serviceaccount:kube-system:cronjob-controller";

/// Whoever makes an object can name any owner; only some users make children, and only of some owners.
#[test]
fn an_owner_proves_nothing_by_itself() {
    let owned = |api_version: &str, kind: &str, controller: Value| {
        both(|it| with_owner(it, api_version, kind, controller.clone()))
    };
    for user in [
        "alice",
        "system:admin",
        "system:serviceaccount:team-a:default",
        "system:serviceaccount:kube-system:default",
        "system:serviceaccount:kube-system:job-controller",
        "system:serviceaccount:kube-system:cronjob-controller2",
        "system:serviceaccount:kube-systems:cronjob-controller",
        "system:serviceaccount:team-a:cronjob-controller",
        "System:serviceaccount:kube-system:cronjob-controller",
        " system:serviceaccount:kube-system:cronjob-controller",
        "system:serviceaccount:keda:keda-operator",
        "system:kube-controller-managers",
        "system:kube-scheduler",
        "",
    ] {
        for (api_version, kind) in
            [("batch/v1", "CronJob"), ("v1", "ConfigMap"), ("keda.sh/v1alpha1", "ScaledJob")]
        {
            for review in owned(api_version, kind, json!(true)) {
                assert_judged(&as_user(review, user), &format!("{user} {kind}"));
            }
        }
    }
    for (api_version, kind, controller) in [
        ("v1", "ConfigMap", json!(true)),
        ("batch.x/v1", "CronJob", json!(true)),
        ("v1", "CronJob", json!(true)),
        ("batch/v1", "cronjob", json!(true)),
        ("batch/v1", "Job", json!(true)),
        ("batch/v1", "CronJob", json!(false)),
        ("batch/v1", "CronJob", json!("true")),
        ("batch/v1", "CronJob", json!(null)),
    ] {
        for review in owned(api_version, kind, controller.clone()) {
            let review = as_user(review, CRON_JOB_CONTROLLER);
            assert_judged(&review, &format!("{api_version} {kind} {controller}"));
        }
    }
    // A Job that claims to be somebody's is not tidied up for that.
    let [review, _] = owned("v1", "ConfigMap", json!(true));
    assert!(denied(&ask(&review, &policy("strict"))).contains(&"missing-ttl"));
}

#[test]
fn the_configuration_names_other_controllers_and_their_owners() {
    let config = config(
        "admission: {policy: strict, controllers: [{user: 'system:serviceaccount:keda:keda-operator', owners: [ScaledJob.keda.sh]}]}",
    );
    let asked = |user: &str, api_version: &str, kind: &str| {
        let mut object = job();
        with_owner(&mut object, api_version, kind, json!(true));
        ask(&as_user(create(object), user), &config)
    };
    let keda = "system:serviceaccount:keda:keda-operator";
    let child = asked(keda, "keda.sh/v1alpha1", "ScaledJob");
    assert_eq!((child.decision, denied(&child).len()), (Decision::Allow, 0));
    assert_eq!(asked(CRON_JOB_CONTROLLER, "batch/v1", "CronJob").decision, Decision::Allow);
    for (user, api_version, kind) in [
        (keda, "keda.sh/v1alpha1", "ScaledObject"),
        (keda, "x.keda.sh/v1alpha1", "ScaledJob"),
        (keda, "v1", "ScaledJob"),
        (keda, "batch/v1", "CronJob"),
        (CRON_JOB_CONTROLLER, "keda.sh/v1alpha1", "ScaledJob"),
        ("alice", "keda.sh/v1alpha1", "ScaledJob"),
        ("system:serviceaccount:team-a:keda-operator", "keda.sh/v1alpha1", "ScaledJob"),
    ] {
        assert_eq!(asked(user, api_version, kind).decision, Decision::Deny, "{user} {kind}");
    }
}

/// A controller cannot read a denial. What it makes and cannot be judged is let through as its other children are.
#[test]
fn a_child_that_cannot_be_judged_is_noted() {
    let mut object = job();
    with_owner(&mut object, "batch/v1", "CronJob", json!(true));
    object["spec"]["template"]["spec"]["containers"] = json!([]);
    let review = as_user(create(object), CRON_JOB_CONTROLLER);
    let verdict = ask(&review, &policy("strict"));
    let response = &verdict.answer.response;
    assert_eq!((response.allowed, response.warnings.len()), (true, 0));
    assert_eq!(response.audit_annotations["unjudged"], "it has no containers");
    let enforced = config("admission: {policy: strict, children: enforce}");
    assert!(!ask(&review, &enforced).answer.response.allowed);
    assert!(!ask(&as_user(review, "alice"), &policy("strict")).answer.response.allowed);
}

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

/// Whoever writes an object writes its annotations: a policy that denies cannot leave it to them.
#[test]
fn suppressions_count_less_the_stricter_the_policy() {
    let ids = "host-namespaces literal-secret missing-memory-limit privileged-container secret-in-command missing-deadline \
               missing-backoff-limit mutable-image missing-ttl excessive-retries";
    let suppressions: Vec<_> = ids.split_whitespace().map(|id| format!("{id}: we know")).collect();
    let suppressed = json!({"batchlint.dev/ignore": suppressions.join("; ")});
    let places: [&dyn Fn(&mut Value); 2] =
        [&|it| it["metadata"]["annotations"] = suppressed.clone(), &|it| {
            spec(it)["template"]["metadata"]["annotations"] = suppressed.clone()
        }];
    for review in places.into_iter().flat_map(both) {
        let is_told = |verdict: &Verdict| {
            verdict
                .answer
                .response
                .warnings
                .iter()
                .any(|it| it.starts_with("suppressed, and reported all the same"))
        };
        assert_judged(&review, "suppressions");
        let [advise, standard, strict] = ["advise", "standard", "strict"].map(|it| ask(&review, &policy(it)));
        assert!(advise.answer.response.allowed && !is_told(&advise), "honoured");
        assert!(is_told(&standard), "noted");
        assert!(!denied(&standard).contains(&"literal-secret"), "noted");
        let noted = &standard.answer.response.audit_annotations["suppressed"];
        assert!(noted.contains("privileged-container "), "{noted}");
        let counts = [&advise, &standard, &strict].map(|it| it.suppressed.len());
        assert!(counts[0] >= 4 && counts.iter().all(|it| *it == counts[0]), "{counts:?}");
        // What is configured counts more than what the policy brings.
        let honoured = ask(&review, &config("admission: {policy: strict, suppressions: honour}"));
        assert!(!denied(&honoured).contains(&"privileged-container"));
        let ignored = ask(&review, &config("admission: {policy: standard, suppressions: ignore}"));
        assert!(denied(&ignored).contains(&"literal-secret"));
    }
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

/// Answers a review in the text of which `mark` is replaced.
fn with_text(review: &Value, mark: &str, text: &[u8]) -> Vec<u8> {
    let body = serde_json::to_string(review).unwrap();
    let (before, after) = body.split_once(&format!("\"{mark}\"")).unwrap();
    [before.as_bytes(), text, after.as_bytes()].concat()
}

/// `fieldsV1` is kept as it comes: deep, not UTF-8, half a surrogate pair, a number that is too large.
#[test]
fn what_nobody_reads_is_skipped_whatever_it_is() {
    let deep = |levels: usize| [vec![b'['; levels], vec![b']'; levels]].concat();
    let nested = |levels: usize| [b"{\"f:a\":".repeat(levels), b"{}".to_vec(), b"}".repeat(levels)].concat();
    let texts = [
        deep(140),
        deep(100_000),
        nested(140),
        nested(5_000),
        b"1e400".to_vec(),
        b"\"\\ud800\"".to_vec(),
        b"\"\\udc00\\ud800x\"".to_vec(),
        b"\"\xff\xfe\"".to_vec(),
        b"{\"\xff\":\"\\ud800\"}".to_vec(),
        b"{\"a\":1,\"a\":2}".to_vec(),
        b"\"\\u0000\"".to_vec(),
    ];
    let fields =
        json!([{"manager": "x", "operation": "Apply", "fieldsType": "FieldsV1", "fieldsV1": "mark"}]);
    let places: [&dyn Fn(&mut Value); 3] = [
        &|it| it["metadata"]["managedFields"] = fields.clone(),
        &|it| spec(it)["template"]["metadata"]["managedFields"] = fields.clone(),
        &|it| {
            let template = json!({"metadata": {"managedFields": fields}, "spec": {}});
            pod(it)["volumes"] = json!([{"name": "v", "ephemeral": {"volumeClaimTemplate": template}}]);
        },
    ];
    for text in &texts {
        for place in &places {
            for review in both(place) {
                let verdict = answer(&with_text(&review, "mark", text), &policy("strict"));
                let what = String::from_utf8_lossy(&text[..text.len().min(20)]).into_owned();
                assert_eq!(verdict.decision, Decision::Deny, "{what}");
                assert!(denied(&verdict).contains(&"literal-secret"), "{what}");
            }
        }
        // The stored object may hold it as well.
        let mut old = job();
        old["metadata"]["managedFields"] = fields.clone();
        let review = update(old, |it| {
            it["metadata"].as_object_mut().unwrap().remove("managedFields");
            containers(it).push(container("d"));
        });
        assert_eq!(answer(&with_text(&review, "mark", text), &policy("strict")).decision, Decision::Deny);
    }
}

/// Only metadata has such a list: under the same name elsewhere stands a text like any other.
#[test]
fn a_credential_cannot_hide_under_the_name_of_what_is_skipped() {
    let url = "postgres://app:Zx9Qk7hunter@db.example.com/orders";
    for review in both(|it| it["metadata"]["annotations"] = json!({"managedFields": url})) {
        assert!(denied(&ask(&review, &policy("strict"))).contains(&"secret-in-url"));
    }
}

/// Elsewhere an API server writes nothing of the kind. What cannot be read is answered, and its `uid` is kept.
#[test]
fn an_object_that_cannot_be_read_is_unjudged() {
    let deep = [vec![b'['; 200], vec![b']'; 200]].concat();
    let cases: [(&[u8], UnjudgedReason); 8] = [
        (&deep, UnjudgedReason::TooDeep),
        (b"\"\xff\"", UnjudgedReason::NotUtf8),
        (b"\"\\ud800\"", UnjudgedReason::Surrogate),
        (b"\"\\udc00\"", UnjudgedReason::Surrogate),
        (b"\"\\ud800\\u0041\"", UnjudgedReason::Surrogate),
        (b"1e400", UnjudgedReason::Malformed),
        (b"{\"a\":1,\"a\":1}", UnjudgedReason::Ambiguous),
        (b"tru", UnjudgedReason::Malformed),
    ];
    for (text, reason) in cases {
        for place in ["object", "oldObject"] {
            let mut review = update(job(), |it| containers(it).push(container("d")));
            review["request"][place]["spec"]["x"] = json!("mark");
            let body = with_text(&review, "mark", text);
            let strict = answer(&body, &policy("strict"));
            let response = &strict.answer.response;
            let uid = review["request"]["uid"].as_str().unwrap();
            assert_eq!((response.allowed, response.uid.as_str()), (false, uid), "{reason:?}");
            assert_eq!(strict.unjudged, Some(reason));
            let standard = answer(&body, &policy("standard"));
            let response = &standard.answer.response;
            assert_eq!((standard.decision, response.allowed), (Decision::Unjudged, true));
            assert!(response.warnings[0].starts_with("batchlint has not judged this object: "));
        }
    }
}

/// The order in which keys stand says nothing, in whatever way they are written.
#[test]
fn the_head_is_read_wherever_it_stands() {
    let object = serde_json::to_string(&job()).unwrap();
    let uid = "705ab4f5-6393-11e8-b7cc-42010a800002";
    let bodies = [
        format!(
            r#"{{"request":{{"oldObject":null,"object":{object},"userInfo":{{"username":"alice"}},"operation":"CREATE","kind":{{"kind":"Job","group":"batch"}},"uid":"{uid}"}},"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}}"#
        ),
        format!(
            "\n{{ \"apiVersion\" : \"admission.k8s.io\\/v1\" ,\t\"k\\u0069nd\":\"\\u0041dmissionReview\",\r\n\"requ\\u0065st\" : {{ \"\\u0075id\" : \"{uid}\" , \"operation\" :\"CRE\\u0041TE\", \"object\" : {object}\n}} }} "
        ),
    ];
    for body in bodies {
        let verdict = answer(body.as_bytes(), &policy("strict"));
        assert_eq!((verdict.decision, verdict.answer.response.uid.as_str()), (Decision::Deny, uid), "{body}");
    }
}

/// Readers take the first of two equal keys or the last, and some ignore case.
#[test]
fn a_key_that_comes_twice_never_lets_anything_pass() {
    let review = serde_json::to_string(&create(job())).unwrap();
    let harmless = r#"{"apiVersion":"v1","kind":"Pod","metadata":{}}"#;
    for (key, value) in [
        ("operation", r#""DELETE""#),
        ("Operation", r#""DELETE""#),
        ("OPERATION", r#""CONNECT""#),
        ("object", harmless),
        ("Object", harmless),
        ("oldObject", harmless),
        ("kind", r#"{"group":"","kind":"Pod"}"#),
        ("\u{212a}ind", r#"{"group":"","kind":"Pod"}"#),
        ("u\\u017ferInfo", r#"{"username":"system:kube-controller-manager"}"#),
        ("userInfo", r#"{"username":"system:kube-controller-manager"}"#),
        ("subResource", r#""status""#),
        ("namespace", r#""kube-system""#),
    ] {
        let added = format!("\"{key}\":{value},");
        for place in ["\"name\":\"evil\",\"namespace\":\"fx\",\"operation\"", "\"dryRun\":false"] {
            let body = review.replacen(place, &format!("{added}{place}"), 1);
            // An exact name that stands once is no second one.
            let verdict = answer(body.as_bytes(), &policy("strict"));
            assert!(
                body.contains(&added) && !verdict.answer.response.allowed,
                "{key} {:?}",
                verdict.decision
            );
        }
    }
    for (key, value) in [("uid", "\"x\""), ("UID", "\"x\"")] {
        let body = review.replacen("\"dryRun\"", &format!("\"{key}\":{value},\"dryRun\""), 1);
        assert!(read(body.as_bytes()).is_err(), "nobody knows whose answer it would be");
    }
    let twice = review.replacen("\"request\"", "\"request\":{\"uid\":\"y\"},\"request\"", 1);
    assert!(read(twice.as_bytes()).is_err());
    // In the object the last one counts for some, the first one for others.
    for (place, added) in [
        ("\"spec\":{\"parallelism\"", "\"spec\":{},"),
        ("\"containers\":[", "\"containers\":[],"),
        ("\"privileged\":true", "\"privileged\":false,"),
        ("\"name\":\"evil\",\"namespace\":\"fx\",\"uid\"", "\"labels\":{},\"labels\":{},"),
        ("\"apiVersion\":\"batch/v1\"", "\"kind\":\"Pod\","),
        ("\"apiVersion\":\"batch/v1\"", "\"Kind\":\"Pod\","),
        ("\"apiVersion\":\"batch/v1\"", "\"metadata\":{\"deletionTimestamp\":\"x\"},"),
    ] {
        let body = review.replacen(place, &format!("{added}{place}"), 1);
        let verdict = answer(body.as_bytes(), &policy("strict"));
        assert_eq!(verdict.unjudged, Some(UnjudgedReason::Ambiguous), "{added}");
        assert!(!verdict.answer.response.allowed);
    }
}

/// Rules do not look into a script that is too long or nested too deep, and neither does the search for credentials.
#[test]
fn a_script_that_nobody_reads_is_unjudged() {
    let comments = |text: &str| format!("{text}\n{}", "# x\n".repeat(40_000));
    let nested =
        |open: &str, text: &str, close: &str| format!("{}{text}{}", open.repeat(70), close.repeat(70));
    let login = "mysql -phunter2Zx9Qk";
    let scripts = [
        comments(login),
        nested("if true; then ", login, "; fi"),
        nested("( ", login, " )"),
        nested("{ ", login, "; }"),
        nested("while true; do ", login, "; done"),
        nested("case a in a) ", login, ";; esac"),
        nested("echo $(", login, ")"),
        nested("f() { ", login, "; }"),
        nested("echo \"$(", login, ")\""),
        nested("for i in 1; do ", login, "; done"),
    ];
    for (index, script) in scripts.iter().enumerate() {
        let mut clean = cron_job();
        *containers(&mut clean) =
            vec![json!({"name": "c", "image": "alpine:3.20", "command": ["sh", "-c", script]})];
        let audited = |policy: &str| config(&format!("admission: {{policy: {policy}, rules: {{}}}}"));
        let verdict = ask(&create(clean.clone()), &audited("advise"));
        assert_eq!(verdict.unjudged, Some(UnjudgedReason::UnreadScript), "{index}");
        assert!(!ask(&create(clean.clone()), &audited("strict")).answer.response.allowed, "{index}");
        // An update that leaves it alone is not held up by it.
        let other = update(clean.clone(), |it| it["spec"]["schedule"] = json!("0 3 * * *"));
        assert_eq!(ask(&other, &policy("strict")).decision, Decision::Warn, "{index}");
        let more = update(clean, |it| {
            let script =
                containers(it)[0]["command"][2].as_str().unwrap().replace("hunter2Zx9Qk", "Zx9Qkhunter");
            containers(it)[0]["command"][2] = json!(script);
        });
        assert!(!ask(&more, &policy("strict")).answer.response.allowed, "{index}");
    }
}

/// Nothing fills in a template that is about to be stored.
#[test]
fn braces_in_a_script_make_no_template() {
    let script = "docker ps --format {{.ID}}\nmysqldump app | gzip > /backup/app.gz\necho done";
    let bash = json!(["bash", "-c", script]);
    for review in both(|it| containers(it)[0]["command"] = bash.clone()) {
        let found = denied(&ask(&review, &policy("strict")));
        assert!(
            found
                .iter()
                .any(|it| matches!(*it, "missing-errexit" | "missing-pipefail" | "masked-exit-status")),
            "{found:?}"
        );
    }
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

/// What looks like a placeholder is a tag like any other once it is stored.
#[test]
fn a_placeholder_is_no_way_past_the_registries() {
    let yaml = "rules: {unlisted-registry: {severity: error, allowed: [registry.example.com]}}\nadmission: {policy: strict}";
    for image in ["evil.example.net/app:__LATEST__", "evil.example.net/app:1", "evil.example.net/__A__/app"] {
        let review = create({
            let mut object = cron_job();
            containers(&mut object)[0]["image"] = json!(image);
            object
        });
        assert!(denied(&ask(&review, &config(yaml))).contains(&"unlisted-registry"), "{image}");
    }
}
