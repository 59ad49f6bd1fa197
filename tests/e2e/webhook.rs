//! The webhook that the API server asks.
#![allow(clippy::panic, reason = "helpers of tests may fail them")]

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, MutexGuard};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::client;
use super::cluster::{Api, DRY, HOME, JOBS, chart, directory, job};

/// What the chart tells the API server.
pub(crate) const CONFIGURATION: &str =
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/batchlint.batchlint";

/// The namespaces that no webhook is asked about: their tests run beside those that have one, and a build that is not
/// for release is slow.
pub(crate) const UNGATED: [&str; 12] = [
    "absent",
    "changes",
    "history",
    "immutable",
    "limits",
    "quota",
    "quota-unstated",
    "retries",
    "schedules",
    "standard",
    "together",
    "unbound",
];

static ONE: Mutex<()> = Mutex::const_new(());

/// Waits until no other test has a webhook, or keeps the machine for itself.
pub(crate) async fn alone() -> MutexGuard<'static, ()> {
    ONE.lock().await
}

/// A server, its certificate, and the configuration that the chart gives the API server.
pub(crate) struct Webhook {
    _one: MutexGuard<'static, ()>,
    directory: PathBuf,
    /// Where the API server connects to.
    port: u16,
    /// Where new connections lead to, as kube-proxy does it.
    target: Arc<AtomicU16>,
    /// How many there were.
    connections: Arc<AtomicUsize>,
    forwarding: JoinHandle<()>,
    /// Where the server answers probes and shows metrics.
    pub ops: SocketAddr,
    /// Further arguments of the server.
    arguments: Vec<String>,
    server: Option<Child>,
    /// The chart's Job that makes certificates.
    rotator: Value,
    /// The paths of what is to be taken away.
    made: Vec<String>,
}

impl Webhook {
    pub(crate) async fn start(api: &mut Api, policy: &str, failure_policy: &str) -> Self {
        Self::start_by(api, policy, failure_policy, false).await
    }

    /// Starts a server that is called by its Service, over HTTP/1.1, or by a URL, over h2.
    pub(crate) async fn start_by(api: &mut Api, policy: &str, failure_policy: &str, by_url: bool) -> Self {
        Self::start_with(api, policy, failure_policy, by_url, &[]).await
    }

    /// Starts a server with further arguments.
    pub(crate) async fn start_with(
        api: &mut Api,
        policy: &str,
        failure_policy: &str,
        by_url: bool,
        arguments: &[&str],
    ) -> Self {
        let one = alone().await;
        let directory = directory().join("webhook");
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let target = Arc::new(AtomicU16::new(0));
        let connections = Arc::new(AtomicUsize::new(0));
        let forwarding = tokio::spawn(forward(listener, target.clone(), connections.clone()));
        let ops = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut webhook = Webhook {
            _one: one,
            directory,
            port,
            target,
            connections,
            forwarding,
            ops,
            arguments: arguments.iter().map(|&it| it.to_owned()).collect(),
            server: None,
            rotator: Value::Null,
            made: Vec::new(),
        };
        webhook.write(&format!("admission: {{policy: {policy}}}\n"));
        webhook.install(api, failure_policy, by_url).await;
        webhook.rotate(api, &[]).await;
        webhook.take_certificate(api).await;
        webhook.spawn().await;
        // The API server reads configurations by a watch.
        for _ in 0..100 {
            let reply = api.post(&format!("{JOBS}{DRY}"), &job("ready")).await;
            if reply.code == 403 || !reply.warnings.is_empty() {
                return webhook;
            }
            sleep(Duration::from_millis(100)).await;
        }
        panic!("the API server does not ask")
    }

    /// Makes what the chart renders, but for what kubelets run, with a Service that leads to this machine, and its port.
    async fn install(&mut self, api: &mut Api, failure_policy: &str, by_url: bool) {
        let ungated = UNGATED.join(",");
        let values = format!(
            "webhook.failurePolicy={failure_policy},webhook.timeoutSeconds=10,webhook.excludedNamespaces={{{ungated}}}"
        );
        let rendered = |file: &str| chart(&["--set", &values, "--show-only", &format!("templates/{file}")]);
        api.post("/api/v1/namespaces", &json!({"metadata": {"name": HOME}})).await;
        let mut service =
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": HOME, "namespace": HOME}});
        service["spec"] = json!({"type": "ExternalName", "externalName": "localhost"});
        self.made.push(api.create(&service).await);
        for object in rendered("certificates.yaml") {
            match object["kind"].as_str().unwrap() {
                "Job" => self.rotator = object,
                "CronJob" => {}
                _ => self.made.push(api.create(&object).await),
            }
        }
        let mut configuration = rendered("webhook.yaml").remove(0);
        let client = &mut configuration["webhooks"][0]["clientConfig"];
        client["service"]["port"] = json!(self.port);
        if by_url {
            *client = json!({"url": format!("https://localhost:{}/validate", self.port)});
        }
        self.made.push(api.create(&configuration).await);
        let stored = api.get(CONFIGURATION).await.body;
        assert!(contains(&stored, &configuration), "{stored} is stored for {configuration}");
    }

    /// Starts a server, and leads new connections to it once it is ready. Returns the one before.
    async fn spawn(&mut self) -> Option<Child> {
        let port = free_port();
        self.ops.set_port(free_port());
        let file = |name: &str| self.directory.join(name).to_str().unwrap().to_owned();
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(directory().join("log/batchlint.log"))
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
        let server = command.args(&self.arguments).spawn().unwrap();
        // Should nobody be left to end it, `e2e/run` does.
        fs::write(self::directory().join(format!("batchlint-{port}.pid")), server.id().to_string()).unwrap();
        let old = self.server.replace(server);
        sleep(Duration::from_millis(300)).await;
        client::until(self.ops, "/readyz", |code, _| code == 200).await;
        self.target.store(port, Ordering::Relaxed);
        old
    }

    fn write(&self, configuration: &str) {
        fs::write(self.directory.join("config.new"), configuration).unwrap();
        fs::rename(self.directory.join("config.new"), self.directory.join("config.yaml")).unwrap();
    }

    /// Changes the policy of the running server.
    pub(crate) async fn configure(&self, policy: &str) {
        self.reload(&format!("admission: {{policy: {policy}}}\n"), "taken").await;
    }

    /// Changes the configuration of the running server, and waits until it says that it was `taken` or `refused`.
    pub(crate) async fn reload(&self, configuration: &str, result: &str) {
        let count = |metrics: &str| {
            let name = format!("what=\"configuration\",result=\"{result}\"}} ");
            let line = metrics.lines().find_map(|it| it.split_once(&name));
            line.map_or(0, |it| it.1.parse::<u64>().unwrap())
        };
        let before = count(&client::get(self.ops, "/metrics").await.1);
        self.write(configuration);
        client::until(self.ops, "/metrics", |_, text| count(text) > before).await;
    }

    /// Makes or renews certificates.
    pub(crate) async fn rotate(&self, api: &mut Api, arguments: &[&str]) -> String {
        self.run(api, &self.rotator, &[&["--name", "localhost"], arguments].concat()).await
    }

    /// Runs a Job of the chart, with its arguments and the rights of its account.
    pub(crate) async fn run(&self, api: &mut Api, job: &Value, arguments: &[&str]) -> String {
        let token = self.directory.join("token");
        fs::write(&token, api.token_of(job).await).unwrap();
        let address = fs::read_to_string(directory().join("address")).unwrap();
        let its_own = job["spec"]["template"]["spec"]["containers"][0]["args"].as_array().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
        command.args(its_own.iter().filter_map(Value::as_str)).args(arguments).args(["--server", &address]);
        command.arg("--server-ca").arg(directory().join("pki/ca.crt")).arg("--token").arg(token);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Where the API server connects to.
    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// Where the server itself listens: clients that connect there keep their own address.
    pub(crate) fn server_address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.target.load(Ordering::Relaxed)))
    }

    /// How many connections the API server has made.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// The authority that the server's certificate comes from.
    pub(crate) async fn authority(&self, api: &mut Api) -> String {
        String::from_utf8(self.secret(api, "ca.crt").await).unwrap()
    }

    async fn secret(&self, api: &mut Api, key: &str) -> Vec<u8> {
        let secret = api.get(&format!("/api/v1/namespaces/{HOME}/secrets/{HOME}-tls")).await.body;
        STANDARD.decode(secret["data"][key].as_str().unwrap()).unwrap()
    }

    /// Brings the Secret to the server, as a kubelet does.
    pub(crate) async fn take_certificate(&self, api: &mut Api) {
        for name in ["tls.key", "tls.crt"] {
            fs::write(self.directory.join(name), self.secret(api, name).await).unwrap();
        }
        sleep(Duration::from_millis(600)).await;
    }

    /// Kills the server without a word.
    pub(crate) fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().unwrap();
            server.wait().unwrap();
        }
    }

    /// Starts a second server, leads new connections to it, and ends the first as Kubernetes does.
    pub(crate) async fn restart_with_overlap(&mut self) {
        let mut old = self.spawn().await.unwrap();
        assert!(Command::new("kill").args(["-TERM", &old.id().to_string()]).status().unwrap().success());
        let ended = tokio::task::spawn_blocking(move || old.wait().unwrap()).await.unwrap();
        assert!(ended.success());
    }

    /// Takes everything away.
    pub(crate) async fn stop(mut self, api: &mut Api) {
        for path in self.made.iter().rev() {
            api.delete(path).await;
        }
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

/// Says whether an object has everything that another has.
fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(name, part)| whole.get(name).is_some_and(|whole| contains(whole, part)))
        }
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len() && whole.iter().zip(part).all(|(whole, part)| contains(whole, part))
        }
        _ => whole == part,
    }
}

async fn forward(listener: TcpListener, target: Arc<AtomicU16>, connections: Arc<AtomicUsize>) {
    loop {
        let Ok((mut client, _)) = listener.accept().await else { return };
        let port = target.load(Ordering::Relaxed);
        connections.fetch_add(1, Ordering::Relaxed);
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
