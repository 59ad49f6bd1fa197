//! What the namespace of a Job refuses, and what rules say of the same objects.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use super::client::run;
use super::cluster::{Api, cron_job, directory, job, until};
use super::time::namespace;

/// Demands that `batchlint check` reports a rule when it reads some objects together.
fn reported(rule: &str, objects: &[&Value]) {
    let texts: Vec<String> = objects.iter().map(ToString::to_string).collect();
    let file = directory().join(format!("{rule}-{}.yaml", objects.len()));
    fs::write(&file, texts.join("\n---\n")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
    command.args(["check", "--no-config", "--format", "concise", "--select", rule]).arg(&file);
    let output = command.output().unwrap();
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(out.contains(&format!("[{rule}]")), "{out}{}", String::from_utf8_lossy(&output.stderr));
}

fn in_namespace(mut object: Value, namespace: &str) -> Value {
    object["metadata"]["namespace"] = json!(namespace);
    object
}

/// A Job that requests this much.
fn requesting(name: &str, namespace: &str, resources: Value) -> Value {
    let mut job = in_namespace(job(name), namespace);
    job["spec"]["template"]["spec"]["containers"][0]["resources"] = resources;
    job
}

fn around(version: &str, kind: &str, namespace: &str, spec: Value) -> Value {
    let metadata = json!({"name": "compute", "namespace": namespace});
    json!({"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec})
}

/// Waits for an event of a namespace that says why something is not created.
async fn event(api: &mut Api, namespace: &str, said: &str) {
    let path = format!("/api/v1/namespaces/{namespace}/events");
    let is_said = async || {
        let events = api.get(&path).await.body;
        let of_reason = |it: &&Value| it["reason"] == "FailedCreate";
        let mut found = events["items"].as_array().unwrap().iter().filter(of_reason);
        found.any(|it| it["message"].as_str().unwrap_or_default().contains(said))
    };
    until(150, is_said, said).await;
}

/// Creates a Job next to another object; the API server accepts it, and refuses its pods.
async fn gets_no_pods(api: &mut Api, beside: Option<&Value>, job: &Value, said: &str) {
    let namespace = job["metadata"]["namespace"].as_str().unwrap();
    self::namespace(api, namespace).await;
    if let Some(beside) = beside {
        api.create(beside).await;
    }
    api.create(job).await;
    event(api, namespace, said).await;
    let pods = api.get(&format!("/api/v1/namespaces/{namespace}/pods")).await.body;
    assert_eq!(pods["items"], json!([]), "{pods}");
}

/// Returns what `kubectl get` prints of all objects of some kinds.
async fn listed(api: &mut Api, kinds: &[(&str, &str, &str)]) -> Value {
    let mut items = Vec::new();
    for (path, version, kind) in kinds {
        let list = api.get(path).await.body;
        for item in list["items"].as_array().unwrap() {
            let mut item = item.clone();
            (item["apiVersion"], item["kind"]) = (json!(version), json!(kind));
            items.push(item);
        }
    }
    json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": items})
}

/// `refused-by-limit-range`
#[test]
fn a_limit_range_refuses_the_pods_of_a_job() {
    run(async {
        let mut api = Api::new().await;
        let limits = json!({"limits": [{"type": "Container", "max": {"cpu": "1"}}]});
        let limits = around("v1", "LimitRange", "limits", limits);
        let job = requesting("large", "limits", json!({"requests": {"cpu": "2"}, "limits": {"cpu": "2"}}));
        gets_no_pods(&mut api, Some(&limits), &job, "maximum cpu usage per Container is 1, but limit is 2")
            .await;
        reported("refused-by-limit-range", &[&limits, &job]);
    });
}

/// `refused-by-quota`
#[test]
fn a_quota_refuses_the_pods_of_a_job() {
    run(async {
        let mut api = Api::new().await;
        let hard = json!({"hard": {"requests.cpu": "1"}});
        let quota = around("v1", "ResourceQuota", "quota", hard.clone());
        let large = requesting("large", "quota", json!({"requests": {"cpu": "2"}}));
        gets_no_pods(&mut api, Some(&quota), &large, "exceeded quota: compute, requested: requests.cpu=2")
            .await;
        reported("refused-by-quota", &[&quota, &large]);
        let quota = around("v1", "ResourceQuota", "quota-unstated", hard);
        let unstated = in_namespace(job("unstated"), "quota-unstated");
        let said = "failed quota: compute: must specify requests.cpu for: a";
        gets_no_pods(&mut api, Some(&quota), &unstated, said).await;
        reported("refused-by-quota", &[&quota, &unstated]);
    });
}

/// `refused-by-pod-security`
#[test]
fn pod_security_refuses_the_pods_of_a_job() {
    run(async {
        let mut api = Api::new().await;
        namespace(&mut api, "standard").await;
        let labels = json!({"pod-security.kubernetes.io/enforce": "baseline"});
        let change = json!({"metadata": {"labels": labels}});
        assert_eq!(api.patch("/api/v1/namespaces/standard", &change).await.code, 200);
        let metadata = json!({"name": "standard", "labels": labels});
        let named = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata});
        let mut job = in_namespace(job("host"), "standard");
        job["spec"]["template"]["spec"]["hostNetwork"] = json!(true);
        gets_no_pods(&mut api, None, &job, "violates PodSecurity \"baseline:latest\": host namespaces").await;
        reported("refused-by-pod-security", &[&named, &job]);
    });
}

/// `absent-object`
#[test]
fn a_job_without_its_service_account_or_priority_class_gets_no_pods() {
    run(async {
        let mut api = Api::new().await;
        let mut account = in_namespace(job("account"), "absent");
        account["spec"]["template"]["spec"]["serviceAccountName"] = json!("report");
        gets_no_pods(&mut api, None, &account, "serviceaccount \"report\" not found").await;
        let mut class = in_namespace(job("class"), "absent");
        class["spec"]["template"]["spec"]["priorityClassName"] = json!("urgent");
        gets_no_pods(&mut api, None, &class, "no PriorityClass with name urgent was found").await;
        let kinds = [
            ("/api/v1/namespaces/absent/serviceaccounts", "v1", "ServiceAccount"),
            ("/apis/scheduling.k8s.io/v1/priorityclasses", "scheduling.k8s.io/v1", "PriorityClass"),
        ];
        let list = listed(&mut api, &kinds).await;
        reported("absent-object", &[&list, &account]);
        reported("absent-object", &[&list, &class, &account]);
    });
}

/// `unbound-service-account`: what `kubectl` asks for with the token of the pod.
#[test]
fn an_account_without_a_binding_may_change_nothing() {
    run(async {
        let mut api = Api::new().await;
        namespace(&mut api, "unbound").await;
        let object = |version: &str, kind: &str, name: &str| {
            let metadata = json!({"name": name, "namespace": "unbound"});
            json!({"apiVersion": version, "kind": kind, "metadata": metadata})
        };
        api.create(&object("v1", "ServiceAccount", "restarter")).await;
        let group = "rbac.authorization.k8s.io";
        let version = format!("{group}/v1");
        let mut binding = object(&version, "RoleBinding", "restarter");
        binding["roleRef"] = json!({"apiGroup": group, "kind": "ClusterRole", "name": "edit"});
        binding["subjects"] = json!([{"kind": "ServiceAccount", "name": "deployer", "namespace": "unbound"}]);
        api.create(&binding).await;
        let token = "/api/v1/namespaces/unbound/serviceaccounts/restarter/token";
        let reply = api.post(token, &json!({"spec": {"expirationSeconds": 3600}})).await;
        let mut pod = Api::with(reply.body["status"]["token"].as_str().unwrap().to_owned()).await;
        let reply = pod.get("/apis/apps/v1/namespaces/unbound/deployments/web").await;
        let message = reply.body["message"].as_str().unwrap_or_default();
        assert_eq!((reply.code, message.contains("is forbidden")), (403, true), "{message}");
        let mut job = in_namespace(job("restart"), "unbound");
        let spec = &mut job["spec"]["template"]["spec"];
        spec["serviceAccountName"] = json!("restarter");
        spec["containers"][0]["image"] = json!("registry.example.com/tools/kubectl:1.36.1");
        spec["containers"][0]["command"] = json!(["kubectl", "rollout", "restart", "deployment/web"]);
        let bindings = format!("/apis/{version}/namespaces/unbound/rolebindings");
        let cluster_bindings = format!("/apis/{version}/clusterrolebindings");
        let kinds = [
            ("/api/v1/namespaces/unbound/serviceaccounts", "v1", "ServiceAccount"),
            (bindings.as_str(), version.as_str(), "RoleBinding"),
            (cluster_bindings.as_str(), version.as_str(), "ClusterRoleBinding"),
        ];
        let list = listed(&mut api, &kinds).await;
        reported("unbound-service-account", &[&list, &job]);
    });
}

/// A CronJob that starts every minute.
fn every_minute(name: &str, namespace: &str) -> Value {
    let mut cron_job = in_namespace(cron_job(name), namespace);
    cron_job["spec"]["schedule"] = json!("* * * * *");
    cron_job
}

/// `history-fills-quota`: Jobs of no pods are finished at once.
#[test]
fn the_finished_jobs_of_a_cron_job_use_up_the_quota() {
    run(async {
        let mut api = Api::new().await;
        namespace(&mut api, "history").await;
        let quota = json!({"hard": {"count/jobs.batch": "1"}});
        let quota = around("v1", "ResourceQuota", "history", quota);
        let mut cron_job = every_minute("report", "history");
        let spec = &mut cron_job["spec"];
        spec["successfulJobsHistoryLimit"] = json!(1);
        spec["jobTemplate"]["spec"]["completions"] = json!(0);
        api.create(&quota).await;
        api.create(&cron_job).await;
        event(&mut api, "history", "exceeded quota: compute, requested: count/jobs.batch=1").await;
        reported("history-fills-quota", &[&quota, &cron_job]);
    });
}

/// `runs-exceed-quota`
#[test]
fn runs_that_start_together_wait_for_the_quota() {
    run(async {
        let mut api = Api::new().await;
        namespace(&mut api, "together").await;
        let quota = around("v1", "ResourceQuota", "together", json!({"hard": {"requests.cpu": "1"}}));
        api.create(&quota).await;
        let cron_jobs = ["a", "b"].map(|name| {
            let mut cron_job = every_minute(name, "together");
            cron_job["spec"]["concurrencyPolicy"] = json!("Forbid");
            let pod = &mut cron_job["spec"]["jobTemplate"]["spec"]["template"]["spec"];
            pod["containers"][0]["resources"] = json!({"requests": {"cpu": "600m"}});
            cron_job
        });
        for it in &cron_jobs {
            api.create(it).await;
        }
        event(&mut api, "together", "exceeded quota: compute, requested: requests.cpu=600m").await;
        let pods = "/api/v1/namespaces/together/pods";
        let names = async |api: &mut Api| {
            let pods = api.get(pods).await.body;
            let names = pods["items"].as_array().unwrap().iter();
            names.map(|it| it["metadata"]["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let first = names(&mut api).await;
        assert_eq!(first.len(), 1, "{first:?}");
        // Once it has ended there is room for the other.
        let done = json!({"status": {"phase": "Succeeded"}});
        assert_eq!(api.patch(&format!("{pods}/{}/status", first[0]), &done).await.code, 200);
        until(
            120,
            async || names(&mut api).await.iter().any(|it| *it != first[0]),
            "the other pod is created",
        )
        .await;
        reported("runs-exceed-quota", &[&quota, &cron_jobs[0], &cron_jobs[1]]);
    });
}
