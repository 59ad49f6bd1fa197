//! Updates of objects that were there before the policy: denied for what they add, and for nothing else.

use crate::common::gate::{
    TOKEN, assert_judged, config, container, containers, create, cron_job, job, pod, policy, spec, update,
};
use crate::common::review::{ask, denied};
use batchlint::policy::config::{Config, Preset};
use batchlint::webhook::review::Decision;
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

/// One label more that is missing is one defect more, and so is another account that is not allowed.
#[test]
fn an_update_that_departs_further_from_a_teams_parameters_is_denied() {
    let settings = config(
        "rules:\n  missing-required-metadata: {labels: {team: '?*', tier: '?*'}}\n  unlisted-value: {serviceAccountName: [batch]}\n\
         admission: {rules: {missing-required-metadata: enforce, unlisted-value: enforce}}\n",
    );
    for mut old in [job(), cron_job()] {
        old["metadata"]["labels"] = json!({"team": "shop"});
        pod(&mut old)["serviceAccountName"] = json!("admin");
        let found = |edit: &dyn Fn(&mut Value)| denied(&ask(&update(old.clone(), edit), &settings));
        assert_eq!(found(&|it| it["metadata"]["labels"] = json!({"team": "mail", "a": "b"})), [""; 0]);
        assert_eq!(found(&|it| it["metadata"]["labels"] = json!({"a": "b"})), ["missing-required-metadata"]);
        assert_eq!(found(&|it| pod(it)["serviceAccountName"] = json!("root")), ["unlisted-value"]);
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

/// A credential that was known elsewhere in the object is new where it was not.
#[test]
fn a_credential_that_moves_is_new() {
    let variable = |name: &str, value: &str| json!({"name": name, "value": value});
    let (first, second) = ("hunter2Zx9Qk", "AnotherZ9x8Secret");
    let mut old = cron_job();
    containers(&mut old)[0]["env"] =
        json!([variable("DB_PASSWORD", first), variable("MAIL_PASSWORD", second)]);
    let env = |list: Value| {
        denied(&ask(&update(old.clone(), |it| containers(it)[0]["env"] = list), &policy("strict")))
    };
    let [db, mail] = ["DB_PASSWORD", "MAIL_PASSWORD"];
    assert_eq!(env(json!([variable(db, second), variable(mail, second)])), ["literal-secret"]);
    assert_eq!(env(json!([variable(db, second), variable(mail, first)])), ["literal-secret"; 2]);
    assert_eq!(env(json!([variable(db, second)])), ["literal-secret"]);
    assert_eq!(env(json!([variable(mail, second), variable(db, first)])), [""; 0]);
    assert_eq!(env(json!([variable("A", "b"), variable(mail, second)])), [""; 0]);
    // From one kind of field to another.
    let script = |it: &mut Value| containers(it)[0]["command"][2] = json!("mysql -pAnotherZ9x8Secret");
    assert_eq!(denied(&ask(&update(old.clone(), script), &policy("strict"))), ["secret-in-command"]);
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

/// An annotation is read by rules too, so that a change of it alone is checked.
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

/// A finalizer can hold a token as well as a label can.
#[test]
fn metadata_that_rules_read_does_not_change_unseen() {
    for old in [job(), cron_job()] {
        let token = format!("example.com/{TOKEN}");
        let owner = |key: &str, kind: &str| {
            let mut owner = json!({"apiVersion": "batch/v1", "kind": kind, "name": "a", "uid": "b"});
            (owner["controller"], owner[key]) = (json!(true), json!(TOKEN));
            json!([owner])
        };
        let edits: [(&str, Value); 9] = [
            ("finalizers", json!([token])),
            ("ownerReferences", owner("name", "CronJob")),
            ("ownerReferences", owner("name", "ScaledJob")),
            ("ownerReferences", owner("uid", "ConfigMap")),
            ("ownerReferences", owner("kind", "")),
            ("ownerReferences", owner("apiVersion", "x")),
            ("generateName", json!(TOKEN)),
            ("labels", json!({"a": TOKEN})),
            ("annotations", json!({"a": TOKEN})),
        ];
        for (field, value) in edits {
            let review = update(old.clone(), |it| it["metadata"][field] = value);
            assert_eq!(ask(&review, &policy("strict")).decision, Decision::Deny, "{field}");
        }
        // What harms nobody is judged, and no more than warned about for what was there.
        let review = update(old.clone(), |it| it["metadata"]["finalizers"] = json!(["example.com/audit"]));
        assert_eq!(ask(&review, &policy("strict")).decision, Decision::Warn);
    }
}

/// An object of another kind was never this one: it knows no offenders, and says nothing of a deletion.
#[test]
fn an_old_object_of_another_kind_is_no_baseline() {
    let kinds = [("v1", "Pod"), ("batch/v1", "CronJob"), ("batch/v1beta1", "Job"), ("example.com/v1", "Job")];
    for (api_version, kind) in kinds {
        let mut review = update(job(), |_| {});
        let old = &mut review["request"]["oldObject"];
        (old["apiVersion"], old["kind"]) = (json!(api_version), json!(kind));
        assert_judged(&review, kind);
        review["request"]["oldObject"]["metadata"]["deletionTimestamp"] = json!("2026-11-28T00:00:00Z");
        assert_judged(&review, kind);
    }
    for identity in ["name", "namespace", "uid"] {
        let mut review = update(job(), |_| {});
        review["request"]["oldObject"]["metadata"][identity] = json!("other");
        assert_judged(&review, identity);
        review["request"]["oldObject"]["metadata"]["deletionTimestamp"] = json!("2026-11-28T00:00:00Z");
        assert_judged(&review, identity);
    }
    for missing in ["apiVersion", "kind"] {
        let mut review = update(job(), |_| {});
        review["request"]["oldObject"].as_object_mut().unwrap().remove(missing);
        assert_judged(&review, missing);
    }
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

/// Two containers of each kind: one with every defect in the book, which shares some with its neighbour, and a sound one.
pub(super) fn neighbours() -> Value {
    let mut object = cron_job();
    let sound = |name: &str| {
        json!({
            "name": name, "image": format!("alpine@sha256:{}", "4".repeat(64)),
            "imagePullPolicy": "IfNotPresent", "command": ["sort", "/in"],
            "env": [{"name": "A", "value": "a"}, {"name": "B", "value": "b"}],
            "resources": {
                "limits": {"cpu": "1000m", "memory": "1024Mi", "ephemeral-storage": "1Gi"},
                "requests": {"cpu": "1000m", "memory": "1024Mi", "ephemeral-storage": "1Gi"},
            },
            "securityContext": {
                "runAsUser": 1000, "runAsNonRoot": true, "readOnlyRootFilesystem": true,
                "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]},
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "ports": [{"name": "a", "containerPort": 80}, {"name": "b", "containerPort": 81}],
            "volumeMounts": [{"name": "w", "mountPath": "/w"}, {"name": "node", "mountPath": "/node", "readOnly": true}],
        })
    };
    *containers(&mut object) = vec![container("bad"), sound("sound"), container("worse")];
    let secret = |name: &str| json!({"secretRef": {"name": name}});
    containers(&mut object)[0]["envFrom"] =
        json!([{"configMapRef": {"name": "a"}}, secret("a"), secret("b")]);
    pod(&mut object)["initContainers"] = json!([container("init"), sound("sound-init")]);
    pod(&mut object)["volumes"] = json!([
        {"name": "node", "hostPath": {"path": "/var/lib/app", "type": ""}},
        {"name": "w", "emptyDir": {"sizeLimit": "1Gi"}},
        {"name": "etc", "hostPath": {"path": "/etc", "type": ""}},
    ]);
    pod(&mut object)["securityContext"] = json!({"seccompProfile": {"type": "Unconfined"}});
    // Each container would share the namespace, a sound one as well.
    pod(&mut object)["hostPID"] = json!(false);
    object
}

/// What is said of an edit, and the edit.
type Edit<'e> = (&'e str, &'e dyn Fn(&mut Value));

/// Whatever else changes around it, and wherever it moves, an offender stays what it was.
#[test]
fn edits_around_offenders_are_not_denied() {
    let sound = |it: &Value| it["name"] == "sound";
    let edits: [Edit<'_>; 18] = [
        ("containers reversed", &|it| containers(it).reverse()),
        ("containers rotated", &|it| containers(it).rotate_left(1)),
        ("init containers reversed", &|it| list(&mut pod(it)["initContainers"]).reverse()),
        ("volumes reversed", &|it| list(&mut pod(it)["volumes"]).reverse()),
        ("env reversed", &|it| list(&mut containers(it)[1]["env"]).reverse()),
        ("mounts reversed", &|it| list(&mut containers(it)[1]["volumeMounts"]).reverse()),
        ("ports reversed", &|it| list(&mut containers(it)[1]["ports"]).reverse()),
        ("a sound container in front", &|it| {
            let mut more = containers(it)[1].clone();
            more["name"] = json!("more");
            list(&mut more["volumeMounts"]).truncate(1);
            containers(it).insert(0, more);
        }),
        ("a sound container goes", &|it| containers(it).retain(|it| !sound(it))),
        ("an offender goes", &|it| drop(containers(it).remove(0))),
        ("a sound container has another name", &|it| {
            containers(it)[1]["name"] = json!("renamed");
            list(&mut containers(it)[1]["volumeMounts"]).truncate(1);
        }),
        ("the same quantities in other words", &|it| {
            containers(it)[1]["resources"]["limits"] =
                json!({"cpu": "1", "memory": "1Gi", "ephemeral-storage": "1024Mi"});
        }),
        ("another digest", &|it| {
            containers(it)[1]["image"] = json!(format!("alpine@sha256:{}", "5".repeat(64)));
        }),
        ("a label", &|it| it["metadata"]["labels"] = json!({"team": "x"})),
        ("a variable", &|it| {
            list(&mut containers(it)[0]["env"]).insert(0, json!({"name": "A", "value": "b"}))
        }),
        ("another schedule", &|it| it["spec"]["schedule"] = json!("0 3 * * *")),
        ("secrets in another order", &|it| list(&mut containers(it)[0]["envFrom"]).reverse()),
        ("a volume in front", &|it| {
            list(&mut pod(it)["volumes"]).insert(0, json!({"name": "x", "emptyDir": {"sizeLimit": "1Gi"}}));
        }),
    ];
    let old = neighbours();
    assert!(denied(&ask(&create(old.clone()), &all_rules())).len() > 8);
    for (what, edit) in edits {
        assert_eq!(denied(&ask(&update(old.clone(), edit), &all_rules())), [""; 0], "{what}");
    }
}

/// And moving things around hides no new one.
#[test]
fn edits_that_add_an_offender_while_they_reorder_are_denied() {
    let edits: [Edit<'_>; 16] = [
        ("root-user", &|it| containers(it)[1]["securityContext"] = json!({"runAsUser": 0})),
        ("root-user", &|it| drop(containers(it)[1].as_object_mut().unwrap().remove("securityContext"))),
        ("root-user", &|it| containers(it)[0] = container("another")),
        ("privileged-container", &|it| containers(it)[1]["securityContext"]["privileged"] = json!(true)),
        ("missing-memory-limit", &|it| containers(it)[1]["resources"] = json!({"limits": {"cpu": "1"}})),
        ("mutable-image", &|it| containers(it)[1]["image"] = json!("alpine")),
        ("mutable-image", &|it| containers(it)[1]["image"] = json!("alpine:latest")),
        ("literal-secret", &|it| {
            containers(it)[1]["env"][0] = json!({"name": "PASSWORD", "value": "hunter2Zx9Qk"})
        }),
        ("literal-secret", &|it| containers(it)[0]["env"][0]["value"] = json!("hunter3Zx9Qk")),
        ("secret-in-command", &|it| {
            containers(it)[1]["command"] = json!(["sh", "-c", "mysql -phunter2Zx9Qk"])
        }),
        ("host-path", &|it| {
            drop(containers(it)[1]["volumeMounts"][1].as_object_mut().unwrap().remove("readOnly"))
        }),
        ("host-path", &|it| pod(it)["volumes"][1] = json!({"name": "w", "hostPath": {"path": "/root"}})),
        ("host-namespaces", &|it| pod(it)["hostIPC"] = json!(true)),
        ("added-capabilities", &|it| {
            containers(it)[1]["securityContext"]["capabilities"]["add"] = json!(["SYS_ADMIN"]);
        }),
        ("whole-secret-in-env", &|it| {
            list(&mut containers(it)[0]["envFrom"]).push(json!({"secretRef": {"name": "c"}}));
        }),
        ("host-port", &|it| containers(it)[1]["ports"][0]["hostPort"] = json!(80)),
    ];
    for (rule, edit) in edits {
        for reorders in [false, true] {
            let review = update(neighbours(), |it| {
                edit(it);
                if reorders {
                    containers(it).reverse();
                    list(&mut pod(it)["volumes"]).rotate_left(1);
                }
            });
            let found = denied(&ask(&review, &all_rules()));
            assert!(found.contains(&rule), "{rule} is not in {found:?}");
        }
    }
    // The same rights are worth more outside of a user namespace.
    let mut old = neighbours();
    pod(&mut old)["hostUsers"] = json!(false);
    let review = update(old, |it| drop(pod(it).as_object_mut().unwrap().remove("hostUsers")));
    assert!(denied(&ask(&review, &all_rules())).contains(&"privileged-container"));
}

/// The policy `strict` with every rule that there is, and one that it would not deny for.
pub(super) fn all_rules() -> Config {
    let mut config = config("admission: {policy: strict, rules: {whole-secret-in-env: enforce}}");
    config.preset = Preset::Strict;
    config
}

fn list(value: &mut Value) -> &mut Vec<Value> {
    value.as_array_mut().unwrap()
}

/// What a change does is a warning, whatever the policy denies.
#[test]
fn an_update_that_starts_a_run_is_told_and_not_denied() {
    let mut old = cron_job();
    old["spec"]["schedule"] = json!("0 3 * * *");
    old["spec"]["suspend"] = json!(true);
    let warnings = |edit: &dyn Fn(&mut Value)| {
        let verdict = ask(&update(old.clone(), edit), &policy("strict"));
        assert_eq!(denied(&verdict), [""; 0]);
        verdict.answer.response.warnings.into_iter().filter(|it| it.starts_with("resume-starts-run ")).count()
    };
    assert_eq!(warnings(&|it| it["spec"]["suspend"] = json!(false)), 1);
    assert_eq!(warnings(&|it| it["spec"]["schedule"] = json!("0 4 * * *")), 0);
    let resume = |it: &mut Value| {
        it["spec"]["suspend"] = json!(false);
        it["spec"]["startingDeadlineSeconds"] = json!(600);
    };
    assert_eq!(warnings(&resume), 0);
}
