//! The control plane of the end-to-end tests, and the webhook that it asks.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of tests may fail them"
)]

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::client::{Connection, until};

/// The namespace of the webhook.
const HOME: &str = "batchlint";

const CONFIGURATIONS: &str = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";

pub fn folder() -> PathBuf {
    PathBuf::from(std::env::var_os("E2E_FOLDER").unwrap_or_else(|| panic!("`e2e/run` runs these tests")))
}

/// The API server, as its administrator.
pub struct Api(Connection);

/// What it answers.
pub struct Reply {
    pub code: u16,
    pub warnings: Vec<String>,
    pub body: Value,
}

impl Api {
    pub async fn new() -> Self {
        let address = fs::read_to_string(folder().join("address")).unwrap().replace("localhost", "127.0.0.1");
        let roots = fs::read_to_string(folder().join("pki/ca.crt")).unwrap();
        Api(Connection::new(address.parse().unwrap(), &roots, "h2").await)
    }

    pub async fn call(&mut self, method: &str, path: &str, kind: &str, body: &Value) -> Reply {
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = Request::builder()
            .method(method)
            .uri(format!("https://localhost{path}"))
            .header("authorization", "Bearer e2e-admin")
            .header("content-type", kind)
            .body(body);
        let response = self.0.send(request.unwrap()).await.unwrap();
        let code = response.status().as_u16();
        let warnings = response.headers().get_all("warning").iter();
        let warnings = warnings.map(|it| it.to_str().unwrap().to_owned()).collect();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Reply { code, warnings, body: serde_json::from_slice(&bytes).unwrap_or_default() }
    }

    pub async fn post(&mut self, path: &str, body: &Value) -> Reply {
        self.call("POST", path, "application/json", body).await
    }

    pub async fn patch(&mut self, path: &str, body: &Value) -> Reply {
        self.call("PATCH", path, "application/merge-patch+json", body).await
    }

    pub async fn get(&mut self, path: &str) -> Reply {
        self.call("GET", path, "application/json", &Value::Null).await
    }

    pub async fn delete(&mut self, path: &str) -> Reply {
        self.call("DELETE", path, "application/json", &Value::Null).await
    }
}

/// A Job with which much is wrong.
pub fn job(name: &str) -> Value {
    let pod = json!({"restartPolicy": "Never", "containers": [{"name": "a", "image": "busybox"}]});
    json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": {"template": {"spec": pod}}})
}

/// A CronJob with which much is wrong.
pub fn cron_job(name: &str) -> Value {
    let template = json!({"spec": job(name)["spec"]});
    let spec = json!({"schedule": "0 3 * * *", "jobTemplate": template});
    json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name}, "spec": spec})
}

/// A server, its certificate, and the configuration that the chart gives the API server.
pub struct Webhook {
    folder: PathBuf,
    /// Where the API server connects to.
    port: u16,
    /// Where new connections lead to, as kube-proxy does it.
    target: Arc<AtomicU16>,
    forwarding: JoinHandle<()>,
    ops: SocketAddr,
    server: Option<Child>,
}

impl Webhook {
    pub async fn start(api: &mut Api, policy: &str, failure_policy: &str) -> Self {
        Self::start_by(api, policy, failure_policy, false).await
    }

    /// Starts a server that is called by its Service, over HTTP/1.1, or by a URL, over h2.
    pub async fn start_by(api: &mut Api, policy: &str, failure_policy: &str, by_url: bool) -> Self {
        let folder = folder().join("webhook");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let target = Arc::new(AtomicU16::new(0));
        let forwarding = tokio::spawn(forward(listener, target.clone()));
        let ops = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut webhook = Webhook { folder, port, target, forwarding, ops, server: None };
        webhook.write_policy(policy);
        webhook.install(api, failure_policy, by_url).await;
        webhook.rotate(&[]);
        webhook.take_certificate().await;
        webhook.spawn().await;
        // The API server reads configurations by a watch.
        for _ in 0..100 {
            let reply = api.post("/apis/batch/v1/namespaces/default/jobs?dryRun=All", &job("ready")).await;
            if reply.code == 403 || !reply.warnings.is_empty() {
                return webhook;
            }
            sleep(Duration::from_millis(100)).await;
        }
        panic!("the API server does not ask")
    }

    /// Makes what the chart renders, but for a Service that leads to this machine, and its port.
    async fn install(&self, api: &mut Api, failure_policy: &str, by_url: bool) {
        let failure_policy = format!("webhook.failurePolicy={failure_policy}");
        let template =
            |file: &str| chart(&["--set", &failure_policy, "--show-only", &format!("templates/{file}")]);
        api.post("/api/v1/namespaces", &json!({"metadata": {"name": HOME}})).await;
        let service = json!({"metadata": {"name": HOME}, "spec": {"type": "ExternalName", "externalName": "localhost"}});
        api.post(&format!("/api/v1/namespaces/{HOME}/services"), &service).await;
        let secret = template("certificates.yaml").into_iter().find(|it| it["kind"] == "Secret").unwrap();
        api.post(&format!("/api/v1/namespaces/{HOME}/secrets"), &secret).await;
        let mut configuration = template("webhook.yaml").remove(0);
        let client = &mut configuration["webhooks"][0]["clientConfig"];
        client["service"]["port"] = json!(self.port);
        if by_url {
            *client = json!({"url": format!("https://localhost:{}/validate", self.port)});
        }
        let reply = api.post(CONFIGURATIONS, &configuration).await;
        assert_eq!(reply.code, 201, "{}", reply.body);
    }

    /// Starts a server, and leads new connections to it once it is ready. Returns the one before.
    async fn spawn(&mut self) -> Option<Child> {
        let port = free_port();
        self.ops.set_port(free_port());
        let file = |name: &str| self.folder.join(name).to_str().unwrap().to_owned();
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(folder().join("log/batchlint.log"))
            .unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
        command.args(["serve", "--drain", "1s", "--reload", "200ms"]).stderr(log);
        command.args(["--listen", &format!("127.0.0.1:{port}"), "--ops-listen", &self.ops.to_string()]);
        command.args([
            "--tls-cert",
            &file("tls.crt"),
            "--tls-key",
            &file("tls.key"),
            "--config",
            &file("config.yaml"),
        ]);
        let old = self.server.replace(command.spawn().unwrap());
        sleep(Duration::from_millis(300)).await;
        until(self.ops, "/readyz", |code, _| code == 200).await;
        self.target.store(port, Ordering::Relaxed);
        old
    }

    fn write_policy(&self, policy: &str) {
        let text = format!("admission: {{policy: {policy}}}\n");
        fs::write(self.folder.join("config.new"), text).unwrap();
        fs::rename(self.folder.join("config.new"), self.folder.join("config.yaml")).unwrap();
    }

    /// Changes the policy of the running server.
    pub async fn configure(&self, policy: &str) {
        self.write_policy(policy);
        until(self.ops, "/metrics", |_, text| text.contains("what=\"configuration\",result=\"taken\"")).await;
    }

    /// Makes or renews certificates as the chart's Job does.
    pub fn rotate(&self, arguments: &[&str]) -> String {
        let file = |name: &str| folder().join(name).to_str().unwrap().to_owned();
        let address = fs::read_to_string(folder().join("address")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
        command.args(["certs", "rotate", "--namespace", HOME, "--service", HOME, "--name", "localhost"]);
        command.args(["--secret", &format!("{HOME}-tls"), "--webhook", &format!("{HOME}.{HOME}")]);
        command.args(["--server", &address, "--server-ca", &file("pki/ca.crt"), "--token", &file("token")]);
        let output = command.args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Brings the Secret to the server, as a kubelet does.
    pub async fn take_certificate(&self) {
        let mut api = Api::new().await;
        let secret = api.get(&format!("/api/v1/namespaces/{HOME}/secrets/{HOME}-tls")).await.body;
        for name in ["tls.key", "tls.crt"] {
            let bytes = STANDARD.decode(secret["data"][name].as_str().unwrap()).unwrap();
            fs::write(self.folder.join(name), bytes).unwrap();
        }
        sleep(Duration::from_millis(600)).await;
    }

    /// Kills the server without a word.
    pub fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().unwrap();
            server.wait().unwrap();
        }
    }

    /// Starts a second server, leads new connections to it, and ends the first as Kubernetes does.
    pub async fn restart_with_overlap(&mut self) {
        let mut old = self.spawn().await.unwrap();
        assert!(Command::new("kill").args(["-TERM", &old.id().to_string()]).status().unwrap().success());
        let ended = tokio::task::spawn_blocking(move || old.wait().unwrap()).await.unwrap();
        assert!(ended.success());
    }

    /// Takes everything away.
    pub async fn stop(mut self, api: &mut Api) {
        let reply = api.delete(&format!("{CONFIGURATIONS}/{HOME}.{HOME}")).await;
        assert_eq!(reply.code, 200, "{}", reply.body);
        api.delete(&format!("/api/v1/namespaces/{HOME}/secrets/{HOME}-tls")).await;
        api.delete(&format!("/api/v1/namespaces/{HOME}/services/{HOME}")).await;
        self.kill();
        self.forwarding.abort();
        sleep(Duration::from_millis(500)).await;
    }
}

impl Drop for Webhook {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Renders the chart.
pub fn chart(arguments: &[&str]) -> Vec<Value> {
    let helm = Path::new(&std::env::var_os("E2E_PROGRAMS").unwrap()).join("helm");
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("charts/batchlint");
    let mut command = Command::new(&helm);
    command.args([
        "template",
        HOME,
        chart.to_str().unwrap(),
        "--namespace",
        HOME,
        "--kube-version",
        "1.36.0",
    ]);
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    documents(&String::from_utf8(output.stdout).unwrap())
}

async fn forward(listener: TcpListener, target: Arc<AtomicU16>) {
    loop {
        let Ok((mut client, _)) = listener.accept().await else { return };
        let port = target.load(Ordering::Relaxed);
        tokio::spawn(async move {
            if let Ok(mut server) = TcpStream::connect(("127.0.0.1", port)).await {
                let _ = (client.set_nodelay(true), server.set_nodelay(true));
                let _ = copy_bidirectional(&mut client, &mut server).await;
            }
        });
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Reads YAML.
fn documents(text: &str) -> Vec<Value> {
    let source = std::sync::Arc::new(batchlint::source::Source::new("chart.yaml", text));
    let stream = batchlint::document::read(&source);
    stream.documents.iter().map(|it| it.root().to_json()).filter(|it| !it.is_null()).collect()
}
