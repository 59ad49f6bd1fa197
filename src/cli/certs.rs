//! `certs`: the webhook's certificates without cert-manager.
#![expect(clippy::disallowed_methods, reason = "a pod's identity is in files and in its environment")]

use std::path::PathBuf;
use std::time::Duration;

use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::cli::exit::Exit;
use crate::cli::terminal::print;
use crate::webhook::client::ApiClient;
use crate::webhook::rotate::{self, KEYS, SecretData, plan};

/// Where Kubernetes puts a pod's identity.
const IDENTITY: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

const MERGE_PATCH: &str = "application/merge-patch+json";

const JSON_PATCH: &str = "application/json-patch+json";

#[derive(Debug, clap::Subcommand)]
pub(crate) enum CertsCommand {
    /// Create the CA and leaf certificates, or renew those that are due, and publish the CA in the webhook configuration
    Rotate(Rotate),
    /// Send a review to a webhook and report whether it answers
    Probe(Probe),
    /// Delete the webhook configuration, so that the API server stops calling the webhook
    Withdraw(Withdraw),
}

/// The API server, and how to authenticate to it
#[derive(Debug, clap::Args)]
struct Cluster {
    /// The API server, HOST:PORT [default: the cluster's own]
    #[arg(long, value_name = "HOST:PORT")]
    server: Option<String>,

    /// The API server's CA, in PEM
    #[arg(long, value_name = "FILE", default_value_os_t = PathBuf::from(IDENTITY).join("ca.crt"))]
    server_ca: PathBuf,

    /// The bearer token for the API server
    #[arg(long, value_name = "FILE", default_value_os_t = PathBuf::from(IDENTITY).join("token"))]
    token: PathBuf,
}

/// Create the CA and leaf certificates, or renew those that are due, and publish the CA in the webhook configuration
#[derive(Debug, clap::Args)]
pub(crate) struct Rotate {
    /// The namespace of the Secret and the Service
    #[arg(long)]
    namespace: String,

    /// The Service that API servers call
    #[arg(long)]
    service: String,

    /// The Secret, which must exist
    #[arg(long)]
    secret: String,

    /// The ValidatingWebhookConfiguration, of which only `caBundle` changes
    #[arg(long)]
    webhook: String,

    /// Additional names and addresses for the leaf certificate
    #[arg(long, value_name = "NAME")]
    name: Vec<String>,

    /// How long API servers get to see a new CA before the leaf certificate changes
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = super::serve::duration)]
    pause: Duration,

    #[command(flatten)]
    cluster: Cluster,

    /// Replace the CA even if it is not due
    #[arg(long)]
    new_authority: bool,
}

/// Send a review to a webhook and report whether it answers
#[derive(Debug, clap::Args)]
pub(crate) struct Probe {
    /// The webhook, HOST:PORT
    #[arg(long)]
    address: String,

    /// The CA that must have issued its certificate, in PEM
    #[arg(long, value_name = "FILE")]
    ca: PathBuf,
}

/// Delete the webhook configuration, so that the API server stops calling the webhook
#[derive(Debug, clap::Args)]
pub(crate) struct Withdraw {
    /// The ValidatingWebhookConfiguration
    #[arg(long)]
    webhook: String,

    #[command(flatten)]
    cluster: Cluster,
}

pub(crate) fn run(command: &CertsCommand) -> Result<Exit, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(async {
        match command {
            CertsCommand::Rotate(arguments) => arguments.rotate().await,
            CertsCommand::Probe(arguments) => arguments.probe().await,
            CertsCommand::Withdraw(arguments) => arguments.withdraw().await,
        }
    })
}

fn read_file(path: &PathBuf) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

impl Cluster {
    fn client(&self) -> Result<ApiClient, String> {
        let address = match &self.server {
            Some(server) => server.clone(),
            None => {
                let variable = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
                let host = variable("KUBERNETES_SERVICE_HOST")?;
                let host = if host.contains(':') { format!("[{host}]") } else { host };
                format!("{host}:{}", variable("KUBERNETES_SERVICE_PORT")?)
            }
        };
        let token = String::from_utf8_lossy(&read_file(&self.token)?).trim().to_owned();
        Ok(ApiClient { address, authorities: read_file(&self.server_ca)?, token })
    }
}

impl Rotate {
    async fn rotate(&self) -> Result<Exit, String> {
        let client = self.cluster.client()?;
        let mut force = self.new_authority;
        // Publish, wait, change the leaf: a step each. The old authority goes with a later run.
        for _ in 0..4 {
            let (version, mut data) = self.secret(&client).await?;
            if std::mem::take(&mut force) && !data.contains_key("next-ca.crt") && data.contains_key("ca.crt")
            {
                data = rotate::with_next_authority(data, now()).map_err(|error| error.to_string())?;
            }
            let plan = plan(&data, &self.names(), now()).map_err(|error| error.to_string())?;
            self.publish(&client, &plan.bundle).await?;
            if plan.waits_for_bundle {
                tokio::time::sleep(self.pause).await;
            }
            self.store(&client, &version, &plan.data).await?;
            print(format!("{}\n", plan.what).as_bytes())?;
            if !plan.goes_on {
                return Ok(Exit::Clean);
            }
        }
        Err("the certificates are still not settled after too many steps".to_owned())
    }

    fn names(&self) -> Vec<String> {
        let (service, namespace) = (&self.service, &self.namespace);
        let mut names = vec![
            format!("{service}.{namespace}.svc"),
            service.clone(),
            format!("{service}.{namespace}"),
            format!("{service}.{namespace}.svc.cluster.local"),
        ];
        names.extend(self.name.iter().cloned());
        names
    }

    fn secret_path(&self) -> String {
        format!("/api/v1/namespaces/{}/secrets/{}", self.namespace, self.secret)
    }

    async fn secret(&self, client: &ApiClient) -> Result<(String, SecretData), String> {
        let secret = call(client, Method::GET, &self.secret_path(), JSON_PATCH, String::new()).await?;
        let version = secret["metadata"]["resourceVersion"].as_str().unwrap_or_default().to_owned();
        let mut data = SecretData::new();
        for key in KEYS {
            let value = secret["data"][key].as_str().and_then(|it| STANDARD.decode(it).ok());
            if let Some(text) = value.and_then(|it| String::from_utf8(it).ok()).filter(|it| !it.is_empty()) {
                data.insert(key, text);
            }
        }
        Ok((version, data))
    }

    /// Writes the Secret if nobody else has in the meantime.
    async fn store(&self, client: &ApiClient, version: &str, data: &SecretData) -> Result<(), String> {
        let values = KEYS.map(|key| (key, data.get(key).map(|it| STANDARD.encode(it))));
        let values: serde_json::Map<_, _> =
            values.map(|(key, value)| (key.to_owned(), json!(value))).into_iter().collect();
        let patch = json!({"metadata": {"resourceVersion": version}, "data": values});
        call(client, Method::PATCH, &self.secret_path(), MERGE_PATCH, patch.to_string()).await.map(|_| ())
    }

    /// Writes `caBundle` of each webhook that is called by the Service, and nothing else.
    async fn publish(&self, client: &ApiClient, bundle: &str) -> Result<(), String> {
        let path = webhook_path(&self.webhook);
        let configuration = call(client, Method::GET, &path, JSON_PATCH, String::new()).await?;
        let bundle = json!(STANDARD.encode(bundle));
        let mut patch = Vec::new();
        for (index, webhook) in configuration["webhooks"].as_array().into_iter().flatten().enumerate() {
            let at = format!("/webhooks/{index}");
            if webhook["clientConfig"]["caBundle"] == bundle {
                continue;
            }
            patch.push(json!({"op": "test", "path": format!("{at}/name"), "value": webhook["name"]}));
            patch.push(json!({"op": "add", "path": format!("{at}/clientConfig/caBundle"), "value": bundle}));
        }
        if patch.is_empty() {
            return Ok(());
        }
        let version = &configuration["metadata"]["resourceVersion"];
        patch.insert(0, json!({"op": "test", "path": "/metadata/resourceVersion", "value": version}));
        call(client, Method::PATCH, &path, JSON_PATCH, Value::from(patch).to_string()).await.map(|_| ())
    }
}

fn webhook_path(name: &str) -> String {
    format!("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/{name}")
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// Calls the API server, and takes only success.
async fn call(
    client: &ApiClient,
    method: Method,
    path: &str,
    kind: &'static str,
    body: String,
) -> Result<Value, String> {
    let (code, answer) =
        client.send(method.clone(), path, kind, body).await.map_err(|error| error.to_string())?;
    if (200..300).contains(&code) { Ok(answer) } else { Err(rejection_message(&method, path, code, &answer)) }
}

/// Returns what the API server rejects, and why.
fn rejection_message(method: &Method, path: &str, code: u16, answer: &Value) -> String {
    let message = answer["message"].as_str().unwrap_or("no reason given");
    format!("{method} {path}: {code}: {message}")
}

impl Withdraw {
    async fn withdraw(&self) -> Result<Exit, String> {
        let client = self.cluster.client()?;
        let path = webhook_path(&self.webhook);
        let (code, answer) = client
            .send(Method::DELETE, &path, "application/json", String::new())
            .await
            .map_err(|error| error.to_string())?;
        let said = match code {
            404 => "the webhook configuration is already gone\n",
            200..300 => "the webhook configuration is deleted\n",
            _ => return Err(rejection_message(&Method::DELETE, &path, code, &answer)),
        };
        print(said.as_bytes())?;
        Ok(Exit::Clean)
    }
}

impl Probe {
    async fn probe(&self) -> Result<Exit, String> {
        let client = ApiClient {
            address: self.address.clone(),
            authorities: read_file(&self.ca)?,
            token: String::new(),
        };
        let review = super::serve::trial_review("batchlint-probe");
        let path = "/validate?timeout=5s";
        let (code, answer) = client
            .send(Method::POST, path, "application/json", review)
            .await
            .map_err(|error| error.to_string())?;
        if code == 200 && answer["response"]["uid"] == "batchlint-probe" {
            print(b"the webhook answers\n")?;
            return Ok(Exit::Clean);
        }
        Err(format!("the webhook answers with {code}"))
    }
}
