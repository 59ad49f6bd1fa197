//! The chart's objects, as the API server sees them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::client::{Authority, run};
use super::cluster::{
    Api, DRY, HOME, JOBS, chart, collection, denied, directory, documents, job, programs, until,
};
use super::trouble::load;
use super::webhook::{CONFIGURATION, UNGATED, Webhook, alone};

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

const SECRET: &str = "/api/v1/namespaces/batchlint/secrets/batchlint-tls";

/// With `tls.mode: existing`, the API server trusts the CA in the values, and no other.
#[test]
fn the_ca_in_the_values_is_the_one_that_counts() {
    run(async {
        let mut api = Api::new().await;
        let mut webhook = Webhook::start(&mut api, "strict", "Fail").await;
        let (own, other) = (Authority::new(), Authority::new());
        let pair = own.issue_for(&["batchlint.batchlint.svc"], 4000);
        let data =
            json!({"tls.crt": STANDARD.encode(pair.certificate), "tls.key": STANDARD.encode(pair.key)});
        assert_eq!(api.patch(SECRET, &json!({"data": data})).await.code, 200);
        webhook.take_certificate(&mut api).await;
        for (authority, code) in [(&other, 500), (&own, 403), (&other, 500)] {
            let pem = format!("tls.caBundle={}", authority.pem());
            let values = ["--set", "tls.mode=existing,tls.secretName=batchlint-tls", "--set-string", &pem];
            let rendered =
                chart(&[&values[..], &["--show-only", "templates/webhook.yaml"]].concat()).remove(0);
            let bundle = &rendered["webhooks"][0]["clientConfig"]["caBundle"];
            assert_eq!(*bundle, STANDARD.encode(authority.pem()), "it is what the values say");
            let mut webhooks = api.get(CONFIGURATION).await.body["webhooks"].clone();
            webhooks[0]["clientConfig"]["caBundle"] = bundle.clone();
            let reply = api.patch(CONFIGURATION, &json!({"webhooks": webhooks})).await;
            assert_eq!(reply.code, 200, "{}", reply.body["message"]);
            // A connection that is open was trusted before.
            webhook.restart_with_overlap().await;
            let answers = async || api.post(&format!("{JOBS}{DRY}"), &job("a")).await.code == code;
            until(10, answers, &format!("the API server answers {code}")).await;
        }
        webhook.stop(&mut api).await;
    });
}

/// Writes what makes of rendered objects those of this machine: no Service, since no proxy leads to pods, and another port.
fn post_renderer(port: u16) -> String {
    let path = directory().join("post-renderer");
    let script = format!(
        "#!/bin/sh\nexec awk 'BEGIN {{ RS = \"(^|\\n)---\\n\" }}\n/(^|\\n)kind: Service\\n/ || !NF {{ next }}\n\
         /(^|\\n)kind: ValidatingWebhookConfiguration\\n/ {{ sub(/port: 443/, \"port: {port}\") }}\n\
         {{ print \"---\\n\" $0 }}'\n"
    );
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Calls Helm with the control plane, and returns what it prints.
fn helm(arguments: &[&str]) -> String {
    let mut command = Command::new(programs().join("helm"));
    command.env("KUBECONFIG", directory().join("kubeconfig")).args(["--namespace", HOME]).args(arguments);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The same chart under an older version stands for the version before: its labels, image and pods are others.
#[test]
fn an_upgrade_keeps_values_and_certificates_and_loses_no_request() {
    run(async {
        let mut api = Api::new().await;
        let mut webhook = Webhook::start(&mut api, "advise", "Fail").await;
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("charts/batchlint");
        let source = source.to_str().unwrap();
        let packages = directory().join("packages");
        let packages = packages.to_str().unwrap();
        helm(&["package", source, "--version", "0.0.1", "--app-version", "0.0.1", "--destination", packages]);
        let old = format!("{packages}/batchlint-0.0.1.tgz");
        let renderer = post_renderer(webhook.address().port());
        let ungated = UNGATED.join(",");
        let values = format!(
            "webhook.failurePolicy=Fail,webhook.timeoutSeconds=10,webhook.excludedNamespaces={{{ungated}}},replicas=3,\
             config.rules.missing-ttl=info"
        );
        let common = ["--no-hooks", "--post-renderer", &renderer];
        let first = ["upgrade", "--install", "--take-ownership", HOME, &old, "--set", &values];
        helm(&[&first[..], &common].concat());
        // What the hook of an installation does.
        webhook.rotate(&mut api, &[]).await;
        webhook.take_certificate(&mut api).await;
        let (secret, configuration) = (api.get(SECRET).await.body, api.get(CONFIGURATION).await.body);
        let bundle = |it: &Value| it["webhooks"][0]["clientConfig"]["caBundle"].clone();
        assert!(bundle(&configuration).is_string(), "{configuration}");

        let stop = Arc::new(AtomicBool::new(false));
        let running = tokio::spawn(load(stop.clone(), usize::MAX, 4));
        let upgrade = ["upgrade", HOME, source, "--reuse-values"].map(str::to_owned);
        let common = common.map(str::to_owned);
        let upgraded = tokio::task::spawn_blocking(move || {
            helm(&upgrade.iter().chain(&common).map(String::as_str).collect::<Vec<_>>())
        });
        upgraded.await.unwrap();
        // What the rollout and the hook of an upgrade do.
        webhook.restart_with_overlap().await;
        webhook.rotate(&mut api, &[]).await;
        stop.store(true, Ordering::Relaxed);
        let (during, bad) = running.await.unwrap();
        let (after, more) = load(Arc::default(), 600_usize.saturating_sub(during), 4).await;
        assert_eq!([bad, more].concat(), Vec::<Value>::new());
        let sent = during + after;

        assert_eq!(api.get(SECRET).await.body["data"], secret["data"], "the certificate stays");
        let now = api.get(CONFIGURATION).await.body;
        assert_eq!(bundle(&now), bundle(&configuration), "the API server trusts the same CA");
        assert_eq!(now["webhooks"][0]["failurePolicy"], "Fail");
        assert_ne!(now["metadata"]["labels"], configuration["metadata"]["labels"], "it is another version");
        let deployment = api.get("/apis/apps/v1/namespaces/batchlint/deployments/batchlint").await.body;
        assert_eq!(deployment["spec"]["replicas"], 3, "{deployment}");
        let settings = helm(&["get", "values", HOME, "--output", "json"]);
        assert!(settings.contains("\"missing-ttl\":\"info\""), "{settings}");
        println!("0 of {sent} requests lost, {during} of them during the upgrade");
        helm(&["uninstall", HOME, "--no-hooks"]);
        webhook.stop(&mut api).await;
    });
}
