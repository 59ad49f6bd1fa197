//! A real API server asks `batchlint serve`, as the chart tells it to. `e2e/run` starts what this needs.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests may fail, and start programs")]

#[path = "common/client.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod client;
#[path = "common/cluster.rs"]
mod cluster;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use client::run;
use cluster::{Api, Reply, Webhook, chart, cron_job, job};
use serde_json::{Value, json};
use tokio::time::sleep;

const JOBS: &str = "/apis/batch/v1/namespaces/default/jobs";
const CRON_JOBS: &str = "/apis/batch/v1/namespaces/default/cronjobs";
const DRY: &str = "?dryRun=All";

fn warns(reply: &Reply, rule: &str) -> bool {
    reply.warnings.iter().any(|it| it.contains(rule))
}

fn denied(reply: &Reply) -> bool {
    let message = reply.body["message"].as_str().unwrap_or_default();
    reply.code == 403 && message.contains("admission webhook \"jobs.batchlint.dev\" denied the request: ")
}

#[test]
fn findings_deny_or_warn_by_policy() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "advise", "Fail").await;
        let reply = api.post(&format!("{CRON_JOBS}{DRY}"), &cron_job("warned")).await;
        assert_eq!(reply.code, 201, "{}", reply.body);
        assert!(
            warns(&reply, "missing-deadline spec.jobTemplate.spec.activeDeadlineSeconds: "),
            "{:?}",
            reply.warnings
        );
        webhook.configure("standard").await;
        for path in [CRON_JOBS.to_owned(), format!("{CRON_JOBS}{DRY}")] {
            let reply = api.post(&path, &cron_job("denied")).await;
            assert!(denied(&reply), "{}", reply.body);
            let causes = reply.body["details"]["causes"].as_array().unwrap();
            assert!(
                causes.iter().any(|it| it["field"] == "spec.jobTemplate.spec.backoffLimit"),
                "{causes:?}"
            );
        }
        let mut good = cron_job("good");
        good["metadata"]["annotations"] = json!({"batchlint.dev/ignore": "missing-deadline: a; missing-backoff-limit: b; missing-memory-limit: c"});
        assert_eq!(api.post(CRON_JOBS, &good).await.code, 201);
        api.delete(&format!("{CRON_JOBS}/good")).await;
        // Server-side apply says what was stated.
        let mut applied = job("applied");
        applied["spec"]["activeDeadlineSeconds"] = json!(60);
        applied["spec"]["template"]["spec"]["containers"][0]["resources"] =
            json!({"limits": {"memory": "1Mi"}});
        let path = format!("{JOBS}/applied?fieldManager=e2e&dryRun=All");
        let reply = api.call("PATCH", &path, "application/apply-patch+yaml", &applied).await;
        assert!(denied(&reply) && reply.body.to_string().contains("missing-backoff-limit"), "{}", reply.body);
        assert_eq!(
            api.post(&format!("{JOBS}{DRY}"), &applied).await.code,
            201,
            "nobody knows whether 6 was stated"
        );
        webhook.stop(&mut api).await;
    });
}

#[test]
fn updates_are_denied_for_new_findings_and_deletes_never() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "advise", "Fail").await;
        assert_eq!(api.post(CRON_JOBS, &cron_job("old")).await.code, 201);
        webhook.configure("strict").await;
        let path = format!("{CRON_JOBS}/old");
        let reply = api.patch(&path, &json!({"spec": {"schedule": "5 3 * * *"}})).await;
        assert_eq!(reply.code, 200, "{}", reply.body);
        assert!(warns(&reply, "missing-deadline"));
        let pod = json!({"spec": {"jobTemplate": {"spec": {"template": {"spec": {"containers": [{"name": "b", "image": "busybox"}]}}}}}});
        let reply = api.call("PATCH", &path, "application/strategic-merge-patch+json", &pod).await;
        assert!(denied(&reply), "{}", reply.body);
        let reply = api.patch(&path, &json!({"metadata": {"labels": {"a": "b"}}})).await;
        assert_eq!((reply.code, reply.warnings.len()), (200, 0), "a label is nothing of ours");
        let whole = api.get(&path).await.body;
        assert_eq!(api.call("PUT", &path, "application/json", &whole).await.code, 200);
        assert_eq!(api.delete(&path).await.code, 200);
        webhook.stop(&mut api).await;
    });
}

#[test]
fn controllers_do_their_work_under_the_strictest_policy() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "advise", "Fail").await;
        // Each deadline ends its Job without any node; then comes the TTL, and the garbage collector's update.
        let mut ending = job("ending");
        ending["spec"]["activeDeadlineSeconds"] = json!(1);
        ending["spec"]["ttlSecondsAfterFinished"] = json!(1);
        assert_eq!(api.post(JOBS, &ending).await.code, 201);
        let mut minutely = cron_job("minutely");
        minutely["spec"]["schedule"] = json!("* * * * *");
        let made = api.post(CRON_JOBS, &minutely).await;
        assert_eq!(made.code, 201);
        webhook.configure("strict").await;
        let owner = json!([{"apiVersion": "batch/v1", "kind": "CronJob", "name": "minutely", "controller": true, "uid": made.body["metadata"]["uid"]}]);
        let mut by_hand = job("by-hand");
        by_hand["metadata"]["ownerReferences"] = owner;
        assert!(
            denied(&api.post(JOBS, &by_hand).await),
            "what `kubectl create job --from` sends is a person's"
        );
        until(
            30,
            async || api.get(&format!("{JOBS}/ending")).await.code == 404,
            "the TTL takes the Job away",
        )
        .await;
        let child = async || {
            let jobs = api.get(JOBS).await.body;
            let names: Vec<_> = jobs["items"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|it| it["metadata"]["name"].as_str())
                .collect();
            names.iter().any(|it| it.starts_with("minutely-"))
        };
        until(75, child, "the CronJob makes a Job").await;
        let path = format!("{CRON_JOBS}/minutely?propagationPolicy=Foreground");
        assert_eq!(api.delete(&path).await.code, 200);
        until(
            30,
            async || api.get(&format!("{CRON_JOBS}/minutely")).await.code == 404,
            "it goes with its Jobs",
        )
        .await;
        webhook.stop(&mut api).await;
    });
}

/// Waits until something holds.
async fn until(seconds: u64, mut holds: impl AsyncFnMut() -> bool, what: &str) {
    for _ in 0..seconds * 4 {
        if holds().await {
            return;
        }
        sleep(Duration::from_millis(250)).await;
    }
    assert!(holds().await, "not in {seconds} s: {what}");
}

#[test]
fn the_charts_objects_are_valid() {
    run(async {
        let mut api = Api::new().await;
        api.post("/api/v1/namespaces", &json!({"metadata": {"name": "batchlint"}})).await;
        let own =
            "tls.mode=existing,tls.secretName=pair,webhook.failurePolicy=Fail,tls.clientCaSecretName=ca";
        let all = "hostNetwork=true,webhook.aks=true,webhook.onlyNamespaces={shop},dashboard.enabled=true";
        let pem = std::fs::read_to_string(cluster::folder().join("pki/ca.crt")).unwrap();
        let pem = format!("tls.caBundle={pem}");
        let modes: [&[&str]; 4] = [
            &[],
            &["--set", "tls.mode=cert-manager"],
            &["--set", own, "--set-string", &pem],
            &["--set", all],
        ];
        for mode in modes {
            let mut count = 0;
            for object in chart(mode) {
                let (version, kind) =
                    (object["apiVersion"].as_str().unwrap(), object["kind"].as_str().unwrap());
                if version.starts_with("cert-manager.io/") {
                    continue;
                }
                let root = if version == "v1" { "/api/v1".to_owned() } else { format!("/apis/{version}") };
                let plural = match kind.strip_suffix('y') {
                    Some(stem) => format!("{stem}ies"),
                    None => format!("{kind}s"),
                };
                let place = object["metadata"]["namespace"].as_str().map(|it| format!("namespaces/{it}/"));
                let place = place.unwrap_or_default();
                let path =
                    format!("{root}/{place}{}?dryRun=All&fieldValidation=Strict", plural.to_lowercase());
                let reply = api.post(&path, &object).await;
                assert_eq!(reply.code, 201, "{kind}: {}", reply.body["message"]);
                assert!(reply.warnings.is_empty(), "{kind}: {:?}", reply.warnings);
                count += 1;
            }
            assert!(count >= 7, "{count}");
        }
    });
}

#[test]
fn a_large_job_is_judged() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "standard", "Fail").await;
        let mut large = job("large");
        large["spec"]["suspend"] = json!(true);
        large["spec"]["activeDeadlineSeconds"] = json!(60);
        large["spec"]["template"]["spec"]["containers"][0]["resources"] =
            json!({"limits": {"memory": "1Mi"}});
        large["spec"]["template"]["spec"]["containers"][0]["args"] =
            json!((0..14).map(|_| "x".repeat(100_000)).collect::<Vec<_>>());
        let reply = api.post(JOBS, &large).await;
        assert_eq!(reply.code, 201, "{}", reply.body["message"]);
        let reply = api.patch(&format!("{JOBS}/large"), &json!({"spec": {"parallelism": 2}})).await;
        assert_eq!(reply.code, 200, "{}", reply.body["message"]);
        assert!(!warns(&reply, "has not judged"), "{:?}", reply.warnings);
        api.delete(&format!("{JOBS}/large?propagationPolicy=Background")).await;
        webhook.stop(&mut api).await;
    });
}

#[test]
fn without_a_server_the_failure_policy_decides() {
    run(async {
        let mut api = Api::new().await;
        for (policy, code) in [("Ignore", 201), ("Fail", 500)] {
            let mut webhook = Webhook::start(&mut api, "strict", policy).await;
            assert!(denied(&api.post(&format!("{JOBS}{DRY}"), &job("a")).await));
            webhook.kill();
            let reply = api.post(&format!("{JOBS}{DRY}"), &job("a")).await;
            assert_eq!(reply.code, code, "{}", reply.body["message"]);
            webhook.stop(&mut api).await;
        }
    });
}

/// Sends Jobs from several connections until it is told to stop, and returns how many there were, and the bad answers.
async fn load(stop: Arc<AtomicBool>, most: usize, workers: usize) -> (usize, Vec<Value>) {
    let sent = Arc::new(AtomicUsize::new(0));
    let mut tasks = Vec::new();
    for _ in 0..workers {
        let (stop, sent) = (stop.clone(), sent.clone());
        tasks.push(tokio::spawn(async move {
            let mut api = Api::new().await;
            let mut bad = Vec::new();
            while !stop.load(Ordering::Relaxed) && sent.fetch_add(1, Ordering::Relaxed) < most {
                let reply = api.post(&format!("{JOBS}{DRY}"), &job("load")).await;
                if reply.code != 201 || !warns(&reply, "missing-deadline") {
                    bad.push(json!([reply.code, reply.body["message"], reply.warnings]));
                }
            }
            bad
        }));
    }
    let mut bad = Vec::new();
    for task in tasks {
        bad.extend(task.await.unwrap());
    }
    (sent.load(Ordering::Relaxed), bad)
}

#[test]
fn two_thousand_requests_at_sixteen_workers() {
    run(async {
        let mut api = Api::new().await;
        for by_url in [false, true] {
            let webhook = Webhook::start_by(&mut api, "advise", "Fail", by_url).await;
            let start = std::time::Instant::now();
            let (_, bad) = load(Arc::default(), 2000, 16).await;
            assert_eq!(bad, Vec::<Value>::new());
            println!("2000 requests by {}: {:?}", if by_url { "URL" } else { "Service" }, start.elapsed());
            webhook.stop(&mut api).await;
        }
    });
}

#[test]
fn nothing_is_lost_while_servers_and_certificates_change() {
    run(async {
        let mut api = Api::new().await;
        let mut webhook = Webhook::start(&mut api, "advise", "Fail").await;
        let stop = Arc::new(AtomicBool::new(false));
        let running = tokio::spawn(load(stop.clone(), usize::MAX, 4));
        sleep(Duration::from_secs(1)).await;
        webhook.restart_with_overlap().await;
        sleep(Duration::from_secs(1)).await;
        let said = webhook.rotate(&["--new-authority", "--pause", "1s"]);
        assert!(said.contains("the leaf comes from the new authority"), "{said}");
        webhook.take_certificate().await;
        // New connections get the new certificate.
        webhook.restart_with_overlap().await;
        sleep(Duration::from_secs(1)).await;
        stop.store(true, Ordering::Relaxed);
        let (sent, bad) = running.await.unwrap();
        println!("{sent} requests while servers and certificates changed");
        assert_eq!(bad, Vec::<Value>::new());
        webhook.stop(&mut api).await;
    });
}
