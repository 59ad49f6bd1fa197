//! The control plane of the end-to-end tests.
#![allow(clippy::panic, reason = "helpers of tests may fail them")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::client::Connection;

/// The namespace of the webhook.
pub(crate) const HOME: &str = "batchlint";

pub(crate) const JOBS: &str = "/apis/batch/v1/namespaces/default/jobs";

pub(crate) const CRON_JOBS: &str = "/apis/batch/v1/namespaces/default/cronjobs";

pub(crate) const DRY: &str = "?dryRun=All";

/// Where state and logs are.
pub(crate) fn directory() -> PathBuf {
    PathBuf::from(std::env::var_os("E2E_FOLDER").unwrap_or_else(|| panic!("`e2e/run` runs these tests")))
}

/// Where helm and others' definitions are.
pub(crate) fn programs() -> PathBuf {
    PathBuf::from(std::env::var_os("E2E_PROGRAMS").unwrap_or_else(|| panic!("`e2e/run` runs these tests")))
}

/// The API server, for its administrator or an account.
pub(crate) struct Api {
    connection: Connection,
    token: String,
}

/// What it answers.
pub(crate) struct Reply {
    pub code: u16,
    pub warnings: Vec<String>,
    pub body: Value,
}

impl Api {
    pub(crate) async fn new() -> Self {
        Self::with(fs::read_to_string(directory().join("token")).unwrap()).await
    }

    pub(crate) async fn with(token: String) -> Self {
        Api { connection: Self::connect().await, token }
    }

    async fn connect() -> Connection {
        let address =
            fs::read_to_string(directory().join("address")).unwrap().replace("localhost", "127.0.0.1");
        let roots = fs::read_to_string(directory().join("pki/ca.crt")).unwrap();
        Connection::new(address.parse().unwrap(), &roots, "h2").await
    }

    /// Returns a token of the account that the pods of a Job have.
    pub(crate) async fn token_of(&mut self, job: &Value) -> String {
        let account = job["spec"]["template"]["spec"]["serviceAccountName"].as_str().unwrap();
        let path = format!("/api/v1/namespaces/{HOME}/serviceaccounts/{account}/token");
        let reply = self.post(&path, &json!({"spec": {"expirationSeconds": 3600}})).await;
        reply.body["status"]["token"].as_str().unwrap_or_else(|| panic!("{}", reply.body)).to_owned()
    }

    /// Creates an object, in the place of what a test that failed has left, and returns its path.
    pub(crate) async fn create(&mut self, object: &Value) -> String {
        let collection = collection(object);
        let path = format!("{collection}/{}", object["metadata"]["name"].as_str().unwrap());
        self.delete(&path).await;
        let reply = self.post(&collection, object).await;
        assert_eq!(reply.code, 201, "{path}: {}", reply.body["message"]);
        path
    }

    pub(crate) async fn call(&mut self, method: &str, path: &str, kind: &str, body: &Value) -> Reply {
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = Request::builder()
            .method(method)
            .uri(format!("https://localhost{path}"))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", kind)
            .body(body);
        // The API server ends what was idle for 90 s.
        if self.connection.is_closed() {
            self.connection = Self::connect().await;
        }
        let response = self.connection.send(request.unwrap()).await.unwrap();
        let code = response.status().as_u16();
        let warnings = response.headers().get_all("warning").iter();
        let warnings = warnings.map(|it| String::from_utf8_lossy(it.as_bytes()).into_owned()).collect();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Reply { code, warnings, body: serde_json::from_slice(&bytes).unwrap_or_default() }
    }

    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Reply {
        self.call("POST", path, "application/json", body).await
    }

    pub(crate) async fn patch(&mut self, path: &str, body: &Value) -> Reply {
        self.call("PATCH", path, "application/merge-patch+json", body).await
    }

    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        self.call("GET", path, "application/json", &Value::Null).await
    }

    pub(crate) async fn delete(&mut self, path: &str) -> Reply {
        self.call("DELETE", path, "application/json", &Value::Null).await
    }
}

/// A Job with which much is wrong.
pub(crate) fn job(name: &str) -> Value {
    let pod = json!({"restartPolicy": "Never", "containers": [{"name": "a", "image": "busybox"}]});
    json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": {"template": {"spec": pod}}})
}

/// A CronJob with which much is wrong.
pub(crate) fn cron_job(name: &str) -> Value {
    let template = json!({"spec": job(name)["spec"]});
    let spec = json!({"schedule": "0 3 * * *", "jobTemplate": template});
    json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name}, "spec": spec})
}

/// Returns the path under which objects like this one are created.
pub(crate) fn collection(object: &Value) -> String {
    let (version, kind) = (object["apiVersion"].as_str().unwrap(), object["kind"].as_str().unwrap());
    let root = if version == "v1" { "/api/v1".to_owned() } else { format!("/apis/{version}") };
    let namespace = object["metadata"]["namespace"].as_str();
    let namespace = namespace.map(|it| format!("/namespaces/{it}")).unwrap_or_default();
    let plural = match kind.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{kind}s"),
    };
    format!("{root}{namespace}/{}", plural.to_lowercase())
}

pub(crate) fn warns(reply: &Reply, rule: &str) -> bool {
    reply.warnings.iter().any(|it| it.contains(rule))
}

pub(crate) fn denied(reply: &Reply) -> bool {
    let message = reply.body["message"].as_str().unwrap_or_default();
    reply.code == 403 && message.contains("admission webhook \"jobs.batchlint.dev\" denied the request: ")
}

/// Renders the chart.
pub(crate) fn chart(arguments: &[&str]) -> Vec<Value> {
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("charts/batchlint");
    let mut command = Command::new(programs().join("helm"));
    command.args(["template", HOME, chart.to_str().unwrap(), "--namespace", HOME]);
    let output = command.args(["--kube-version", "1.36.0"]).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    documents(&String::from_utf8(output.stdout).unwrap())
}

/// Reads YAML.
pub(crate) fn documents(text: &str) -> Vec<Value> {
    let source = std::sync::Arc::new(batchlint::text::source::Source::new("chart.yaml", text));
    let stream = batchlint::manifest::document::read(&source);
    stream.documents.iter().map(|it| it.root().to_json()).filter(|it| !it.is_null()).collect()
}

/// Waits until something holds.
pub(crate) async fn until(seconds: u64, mut holds: impl AsyncFnMut() -> bool, what: &str) {
    for _ in 0..seconds * 4 {
        if holds().await {
            return;
        }
        sleep(Duration::from_millis(250)).await;
    }
    assert!(holds().await, "not in {seconds} s: {what}");
}
