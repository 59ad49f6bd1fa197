//! Attempts to walk around a strict gate: each object is one that this API server would store.

use serde_json::{Value, json};

use super::client::run;
use super::cluster::{Api, CRON_JOBS, DRY, JOBS, cron_job, denied, job, warns};
use super::webhook::Webhook;

/// Makes service account `name` in namespace `default`, which may create Jobs there, and returns a client that acts as it.
async fn service_account(api: &mut Api, name: &str) -> Api {
    let rbac = "rbac.authorization.k8s.io";
    let role = json!({"apiVersion": format!("{rbac}/v1"), "kind": "Role",
        "metadata": {"name": "makes-jobs", "namespace": "default"},
        "rules": [{"apiGroups": ["batch"], "resources": ["jobs", "cronjobs"], "verbs": ["create", "update", "patch", "get"]}]});
    let binding = json!({"apiVersion": format!("{rbac}/v1"), "kind": "RoleBinding",
        "metadata": {"name": name, "namespace": "default"},
        "roleRef": {"apiGroup": rbac, "kind": "Role", "name": "makes-jobs"},
        "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": "default"}]});
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": "default"}});
    for object in [&role, &binding, &account] {
        api.create(object).await;
    }
    let path = format!("/api/v1/namespaces/default/serviceaccounts/{name}/token");
    let reply = api.post(&path, &json!({"spec": {"expirationSeconds": 3600}})).await;
    let client = Api::with(reply.body["status"]["token"].as_str().unwrap().to_owned()).await;
    // The authorizer reads bindings by a watch.
    for _ in 0..50 {
        if api.get(&format!("/apis/{rbac}/v1/namespaces/default/rolebindings/{name}")).await.code == 200 {
            break;
        }
    }
    client
}

/// Makes variables of 100 kB each, which Go escapes to six times that.
fn escaped(variables: usize) -> Value {
    (0..variables).map(|index| json!({"name": format!("V{index}"), "value": "<".repeat(100_000)})).collect()
}

/// Edits a Job with which much is wrong.
fn job_with(name: &str, edit: impl FnOnce(&mut Value)) -> Value {
    let mut job = job(name);
    edit(&mut job);
    job
}

#[test]
fn no_object_is_judged_by_what_it_says_of_itself() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "strict", "Ignore").await;
        let fields = |depth: usize| {
            let mut value = json!({"f:x": {}});
            for _ in 0..depth {
                value = json!({"f:x": value});
            }
            value
        };
        let managed = |fields: Value| json!([{"manager": "m", "operation": "Update", "apiVersion": "batch/v1", "fieldsType": "FieldsV1", "fieldsV1": fields}]);
        let cases = [
            (
                "a `$` in an attribute of a volume",
                job_with("a", |it| {
                    let csi = json!({"driver": "d", "volumeAttributes": {"$patch": "delete"}});
                    it["spec"]["template"]["spec"]["volumes"] = json!([{"name": "v", "csi": csi}]);
                }),
            ),
            (
                "a `$` in a field set of the pod template",
                job_with("a", |it| {
                    it["spec"]["template"]["metadata"] = json!({"managedFields": managed(json!({"$x": {}}))});
                }),
            ),
            (
                "a field set nested deeper than parsers go",
                job_with("a", |it| {
                    it["spec"]["template"]["metadata"] = json!({"managedFields": managed(fields(140))});
                }),
            ),
            (
                "a field set of its own, as deep",
                job_with("a", |it| {
                    it["metadata"]["managedFields"] = managed(fields(140));
                }),
            ),
            (
                "characters that Go escapes to six bytes each",
                job_with("a", |it| {
                    it["spec"]["template"]["spec"]["containers"][0]["env"] = escaped(13);
                }),
            ),
            (
                "an owner of any kind",
                job_with("a", |it| {
                    it["metadata"]["ownerReferences"] = json!([{"apiVersion": "v1", "kind": "ConfigMap", "name": "kube-root-ca.crt",
                    "uid": "0b7e4f5a-1c2d-4e3f-8a9b-0c1d2e3f4a5b", "controller": true}]);
                }),
            ),
            (
                "the time of a deletion that nobody has asked for",
                job_with("a", |it| {
                    it["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
                }),
            ),
            (
                "suppressions of its own",
                job_with("a", |it| {
                    let all = [
                        "missing-deadline",
                        "missing-memory-limit",
                        "root-user",
                        "mutable-image",
                        "missing-ttl",
                        "missing-resource-requests",
                    ];
                    let all = all.map(|id| format!("{id}: reason")).join("; ");
                    it["metadata"]["annotations"] = json!({"batchlint.dev/ignore": all});
                }),
            ),
        ];
        let mut accounts = service_account(&mut api, "tenant").await;
        for (what, object) in cases {
            for (who, client) in [("a person", &mut api), ("a service account", &mut accounts)] {
                let reply = client.post(&format!("{JOBS}{DRY}"), &object).await;
                assert!(denied(&reply), "{what}, by {who}: {} {}", reply.code, reply.body["message"]);
            }
        }
        webhook.stop(&mut api).await;
    });
}

#[test]
fn only_listed_controllers_make_children() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "strict", "Fail").await;
        let child = |kind: &str, version: &str| {
            job_with("child", |it| {
                it["metadata"]["ownerReferences"] = json!([{"apiVersion": version, "kind": kind, "name": "owner",
                    "uid": "0b7e4f5a-1c2d-4e3f-8a9b-0c1d2e3f4a5b", "controller": true}]);
            })
        };
        let mut operator = service_account(&mut api, "keda-operator").await;
        let mut tenant = service_account(&mut api, "tenant").await;
        let path = format!("{JOBS}{DRY}");
        let scaled = child("ScaledJob", "keda.sh/v1alpha1");
        assert!(denied(&operator.post(&path, &scaled).await), "nobody has listed the operator");
        let listed = "admission: {policy: strict, controllers: [{user: \"system:serviceaccount:default:keda-operator\", owners: [ScaledJob.keda.sh]}]}\n";
        webhook.reload(listed, "taken").await;
        let reply = operator.post(&path, &scaled).await;
        assert_eq!(reply.code, 201, "its own child: {}", reply.body["message"]);
        let others = [("CronJob", "batch/v1"), ("ScaledJob", "example.com/v1"), ("ConfigMap", "v1")];
        for (kind, version) in others {
            let reply = operator.post(&path, &child(kind, version)).await;
            assert!(denied(&reply), "{kind} of {version} is not what it is trusted with");
        }
        assert!(denied(&operator.post(&path, &job("own")).await), "no child at all");
        assert!(denied(&tenant.post(&path, &scaled).await), "another account");
        webhook.stop(&mut api).await;
    });
}

#[test]
fn an_update_is_denied_for_each_offender_that_it_adds() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "advise", "Fail").await;
        let mut old = cron_job("ratchet");
        let pod = "/spec/jobTemplate/spec/template/spec";
        let privileged =
            |name: &str| json!({"name": name, "image": "busybox", "securityContext": {"privileged": true}});
        old.pointer_mut(pod).unwrap()["containers"] = json!([privileged("a")]);
        api.create(&with_version(&old)).await;
        webhook.configure("strict").await;
        let path = format!("{CRON_JOBS}/ratchet");
        let change = |containers: Value| json!({"spec": {"jobTemplate": {"spec": {"template": {"spec": {"containers": containers}}}}}});
        let dry = format!("{path}{DRY}");
        let reply = api.patch(&dry, &change(json!([privileged("a"), privileged("b")]))).await;
        assert!(denied(&reply), "a second privileged container: {}", reply.body["message"]);
        let reply = api.patch(&dry, &json!({"spec": {"suspend": true}})).await;
        assert_eq!(reply.code, 200, "nothing of what is wrong is touched: {}", reply.body["message"]);
        assert!(warns(&reply, "privileged"), "{:?}", reply.warnings);
        let token = format!("{}_{}", "ghp", "16C7e42F292c6912E7710c838347Ae178B4a");
        let reply =
            api.patch(&dry, &json!({"metadata": {"annotations": {"example.com/token": token}}})).await;
        assert!(denied(&reply), "`kubectl annotate` with a credential: {}", reply.body["message"]);
        assert!(!reply.body.to_string().contains("292c6912"), "{}", reply.body);
        let status = format!("{path}/status{DRY}");
        let reply =
            api.patch(&status, &json!({"metadata": {"annotations": {"example.com/token": token}}})).await;
        assert!(denied(&reply), "an annotation by way of the status: {}", reply.body);
        let seen = json!({"status": {"lastScheduleTime": "2026-11-28T00:00:00Z"}});
        let reply = api.patch(&status, &seen).await;
        assert_eq!((reply.code, reply.warnings.len()), (200, 0), "a status: {}", reply.body["message"]);
        let reply = api.patch(&dry, &json!({"metadata": {"annotations": {"example.com/team": "a"}}})).await;
        assert_eq!(reply.code, 200, "an ordinary annotation: {}", reply.body["message"]);
        assert_eq!(api.delete(&path).await.code, 200, "deletions are never denied");
        webhook.stop(&mut api).await;
    });
}

fn with_version(object: &Value) -> Value {
    let mut object = object.clone();
    object["metadata"]["namespace"] = json!("default");
    object
}

#[test]
fn suppressions_count_as_the_policy_says() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "advise", "Fail").await;
        let suppressed = job_with("suppressed", |it| {
            it["spec"]["backoffLimit"] = json!(1);
            it["spec"]["template"]["spec"]["containers"][0]["resources"] =
                json!({"limits": {"memory": "1Mi"}});
            it["metadata"]["annotations"] =
                json!({"batchlint.dev/ignore": "missing-deadline: it ends by itself"});
        });
        let path = format!("{JOBS}{DRY}");
        let reply = api.post(&path, &suppressed).await;
        assert!(!warns(&reply, "missing-deadline"), "advise honours it: {:?}", reply.warnings);
        webhook.configure("standard").await;
        let reply = api.post(&path, &suppressed).await;
        assert_eq!(reply.code, 201, "{}", reply.body["message"]);
        assert!(warns(&reply, "missing-deadline"), "standard tells of it: {:?}", reply.warnings);
        webhook.configure("strict").await;
        let reply = api.post(&path, &suppressed).await;
        assert!(denied(&reply), "strict ignores it");
        assert!(
            reply.body["message"].as_str().unwrap().contains("missing-deadline"),
            "{}",
            reply.body["message"]
        );
        webhook.stop(&mut api).await;
    });
}

#[test]
fn an_update_of_the_largest_object_is_answered() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "advise", "Fail").await;
        // Go escapes `<` to six bytes, and an update has the object twice.
        let large = job_with("escaped", |it| {
            it["metadata"]["namespace"] = json!("default");
            it["spec"]["suspend"] = json!(true);
            it["spec"]["template"]["spec"]["containers"][0]["env"] = escaped(10);
        });
        let path = api.create(&large).await;
        webhook.configure("strict").await;
        let reply = api.patch(&path, &json!({"metadata": {"labels": {"a": "b"}}})).await;
        assert_eq!(reply.code, 200, "judged, and nothing is new: {}", reply.body["message"]);
        let worse =
            json!({"spec": {"activeDeadlineSeconds": 1, "ttlSecondsAfterFinished": 0, "backoffLimit": 300}});
        let reply = api.patch(&format!("{path}{DRY}"), &worse).await;
        assert!(denied(&reply), "{}", reply.body["message"]);
        api.delete(&format!("{path}?propagationPolicy=Background")).await;
        webhook.stop(&mut api).await;
    });
}

#[test]
fn an_empty_configuration_does_not_open_the_gate() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "strict", "Fail").await;
        for weaker in ["", "# nothing\n", "admission: {}\n", "preset: default\n"] {
            webhook.reload(weaker, "refused").await;
            let reply = api.post(&format!("{JOBS}{DRY}"), &job("a")).await;
            assert!(denied(&reply), "{weaker:?}: {}", reply.body);
        }
        webhook.stop(&mut api).await;
    });
}

#[test]
fn a_script_that_is_too_long_to_be_read_is_not_passed_over() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "strict", "Fail").await;
        let script = format!("{}mysql -uroot -pTr0ub4dor-3 -e 'select 1'\n", "# comment\n".repeat(33_000));
        let long = job_with("long", |it| {
            it["spec"]["template"]["spec"]["containers"][0]["command"] = json!(["sh", "-c", script]);
        });
        let reply = api.post(&format!("{JOBS}{DRY}"), &long).await;
        assert!(denied(&reply), "{}", reply.body["message"]);
        assert!(
            reply.body["message"].as_str().unwrap().contains("unread-script"),
            "{}",
            reply.body["message"]
        );
        webhook.stop(&mut api).await;
    });
}
