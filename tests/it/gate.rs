//! What has got past admission webhooks, and does not get past this one: under `strict`, an object with every defect in the
//! book is denied, whatever it says of itself.

mod bodies;
mod claims;
mod credentials;
mod denials;
mod hidden_credentials;
mod limits;
mod numbers;
mod offenders;
mod pages;
mod properties;
mod rights;
mod unchecked;
mod updates;

use crate::common::gate::{
    CRON_JOB_CONTROLLER, TOKEN, as_user, assert_judged, both, config, container, containers, create,
    cron_job, job, pod, policy, spec, update, with_owner,
};
use crate::common::review::{ask, denied};
use batchlint::webhook::review::{Decision, ReviewVerdict, UnjudgedReason, check_request, parse_review};
use serde_json::{Value, json};

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

/// Rules look at containers. An object without any has not been checked, whatever it is.
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
            let reason = Some(UnjudgedReason::NothingChecked);
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
    for old in [job(), cron_job()] {
        let status = |edit: &dyn Fn(&mut Value)| {
            let mut review = update(old.clone(), |it| {
                it["status"] = json!({"active": 1});
                edit(it);
            });
            review["request"]["subResource"] = json!("status");
            review["request"]["requestSubResource"] = json!("status");
            ask(&review, &policy("strict"))
        };
        assert_eq!(status(&|_| {}).decision, Decision::Pass);
        // Kubernetes stores labels and annotations that come with a status.
        for key in ["labels", "annotations"] {
            assert_eq!(status(&|it| it["metadata"][key] = json!({"team": "shop"})).decision, Decision::Warn);
            let with_token = status(&|it| it["metadata"][key] = json!({"token": TOKEN}));
            assert_eq!(denied(&with_token), ["secret-in-annotation"], "{key}");
        }
    }
    for name in ["status", "scale", "x"] {
        let mut review = create(job());
        review["request"]["subResource"] = json!(name);
        assert_judged(&review, name);
    }
}

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

/// A controller cannot read a denial. What it makes and cannot be checked is let through as its other children are.
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
        let is_told = |verdict: &ReviewVerdict| {
            verdict
                .answer
                .response
                .warnings
                .iter()
                .any(|it| it.starts_with("suppressed, but reported anyway"))
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

/// A review stops soon after nobody waits for it, however many containers and scripts it has.
#[test]
fn whether_anybody_waits_is_asked_for_each_container() {
    let mut object = job();
    let more = (0..200).map(|number| container(&format!("c{number}")));
    containers(&mut object).extend(more);
    let body = serde_json::to_vec(&create(object)).unwrap();
    let asked = std::cell::Cell::new(0);
    // From one of these questions on, which come while scripts are read and rules look at containers, nobody waits.
    for end in [1, 100, 300, 500, 1_000, 2_000] {
        asked.set(0);
        let is_cancelled = || {
            asked.set(asked.get() + 1);
            asked.get() >= end
        };
        let mut request = parse_review(&body).unwrap();
        let verdict = check_request(&mut request, &policy("strict"), "0123456789abcdef", &is_cancelled);
        assert_eq!(verdict.unjudged, Some(UnjudgedReason::OutOfTime), "{end}");
        assert!(asked.get() < end + 10, "{} questions after {end}", asked.get() - end);
    }
}
