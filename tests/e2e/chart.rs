//! The chart's objects, as the API server sees them.

use std::fs;

use serde_json::{Value, json};

use super::client::run;
use super::cluster::{Api, DRY, JOBS, chart, collection, denied, directory, documents, job, programs, until};
use super::webhook::{CONFIGURATION, Webhook, alone};

/// Of other projects, as they publish them.
const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

#[test]
fn the_charts_objects_are_valid() {
    run(async {
        // The webhooks of other tests are asked about the chart's Jobs too.
        let _alone = alone().await;
        let mut api = Api::new().await;
        let restricted = json!({"pod-security.kubernetes.io/warn": "restricted"});
        api.post("/api/v1/namespaces", &json!({"metadata": {"name": "rendered", "labels": restricted}}))
            .await;
        define_others_kinds(&mut api).await;
        let own =
            "tls.mode=existing,tls.secretName=pair,webhook.failurePolicy=Fail,tls.clientCaSecretName=ca";
        let all = "hostNetwork=true,webhook.aks=true,webhook.onlyNamespaces={shop},dashboard.enabled=true";
        let scaled =
            "autoscaling.enabled=true,podMonitor.enabled=true,service.ipFamilyPolicy=PreferDualStack";
        let quota = "resourceQuota.enabled=true,priorityClassName=system-cluster-critical";
        let pem = fs::read_to_string(directory().join("pki/ca.crt")).unwrap();
        let pem = format!("tls.caBundle={pem}");
        let modes: [&[&str]; 6] = [
            &[],
            &["--set", "tls.mode=cert-manager"],
            &["--set", "tls.mode=cert-manager,tls.issuerRef.name=ours,tls.issuerRef.kind=ClusterIssuer"],
            &["--set", own, "--set-string", &pem],
            &["--set", scaled, "--set", quota],
            &["--set", all, "--set", "serviceMonitor.enabled=true,prometheusRule.enabled=true"],
        ];
        let mut kinds = Vec::new();
        for mode in modes {
            for object in chart(&[&["--namespace", "rendered"], mode].concat()) {
                let path = format!("{}{DRY}&fieldValidation=Strict", collection(&object));
                let reply = api.post(&path, &object).await;
                let kind = object["kind"].as_str().unwrap().to_owned();
                assert_eq!(reply.code, 201, "{kind}: {}", reply.body["message"]);
                // Only the mode with the network of nodes may be against Pod Security's standard.
                let is_hosts = |it: &String| it.contains("hostNetwork=true");
                assert!(reply.warnings.iter().all(is_hosts), "{kind}: {:?}", reply.warnings);
                kinds.push(kind);
            }
        }
        for kind in [
            "Deployment",
            "CronJob",
            "Certificate",
            "Issuer",
            "ServiceMonitor",
            "PodMonitor",
            "PrometheusRule",
        ] {
            assert!(kinds.iter().any(|it| it == kind), "{kind}");
        }
    });
}

/// Teaches the API server cert-manager's and the Prometheus operator's kinds.
async fn define_others_kinds(api: &mut Api) {
    for file in fs::read_dir(programs().join("definitions")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        for definition in documents(&text) {
            let reply = api.post(DEFINITIONS, &definition).await;
            assert!([201, 409].contains(&reply.code), "{}", reply.body["message"]);
            let path = format!("{DEFINITIONS}/{}", definition["metadata"]["name"].as_str().unwrap());
            let is_established = |reply: Value| {
                let conditions = reply["status"]["conditions"].as_array().cloned().unwrap_or_default();
                conditions.iter().any(|it| it["type"] == "Established" && it["status"] == "True")
            };
            let established = async || is_established(api.get(&path).await.body);
            until(30, established, "the kind is established").await;
            let spec = &definition["spec"];
            let versions = spec["versions"].as_array().unwrap();
            let version = versions.iter().find(|it| it["name"] == "v1").unwrap();
            let (group, version) = (spec["group"].as_str().unwrap(), version["name"].as_str().unwrap());
            let path = format!("/apis/{group}/{version}/{}", spec["names"]["plural"].as_str().unwrap());
            until(30, async || api.get(&path).await.code == 200, "the kind is served").await;
        }
    }
}

#[test]
fn an_uninstall_first_takes_the_webhook_away() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "strict", "Fail").await;
        assert!(denied(&api.post(&format!("{JOBS}{DRY}"), &job("a")).await));
        let mut made = Vec::new();
        let mut hook = Value::Null;
        for object in chart(&["--show-only", "templates/uninstall.yaml"]) {
            match object["kind"].as_str() {
                Some("Job") => hook = object,
                _ => made.push(api.create(&object).await),
            }
        }
        let mut account = Api::with(api.token_of(&hook).await).await;
        let other = CONFIGURATION.replace("batchlint.batchlint", "other");
        let secret = "/api/v1/namespaces/batchlint/secrets/batchlint-tls";
        let refused =
            [account.delete(&other).await, account.get(secret).await, account.get(CONFIGURATION).await];
        assert_eq!(refused.map(|it| it.code), [403; 3], "it may delete one object, and nothing else");
        webhook.run(&mut api, &hook, &[]).await;
        assert_eq!(api.get(CONFIGURATION).await.code, 404);
        let is_free = async || api.post(&format!("{JOBS}{DRY}"), &job("a")).await.code == 201;
        until(10, is_free, "the API server asks no more").await;
        // What is gone already is no failure: the hook may run again.
        webhook.run(&mut api, &hook, &[]).await;
        for path in made {
            api.delete(&path).await;
        }
        webhook.stop(&mut api).await;
    });
}
