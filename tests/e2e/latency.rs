//! What the webhook adds to a request, beside one that reads the review and allows it: `e2e/run --measure`.

use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use batchlint::webhook::options::Certificate;
use batchlint::webhook::server::start;
use batchlint::webhook::tls::Pem;

use super::client::{Authority, get, options, recording, run};
use super::cluster::{Api, HOME, chart, directory};

/// Requests for each way.
const REQUESTS: usize = 2000;

/// How much more than a trivial webhook may be added at the median, in milliseconds.
const MAX: f64 = 0.3;

/// Reads a review and allows it, without a look at it.
async fn allow(body: Bytes) -> String {
    let review: Value = serde_json::from_slice(&body).unwrap();
    let response = json!({"uid": review["request"]["uid"], "allowed": true});
    json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response}).to_string()
}

/// Starts a server of the same parts as ours that allows everything.
async fn trivial(pem: &Pem) -> SocketAddr {
    let chain = CertificateDer::pem_slice_iter(&pem.certificate).map(Result::unwrap).collect();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let builder =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::from_pem_slice(&pem.key).unwrap();
    let mut config = builder.with_no_client_auth().with_single_cert(chain, key).unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/validate", post(allow));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let (acceptor, router) = (acceptor.clone(), router.clone());
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let service = TowerToHyperService::new(router);
                let _ =
                    Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    address
}

/// Tells the API server to ask a webhook about one namespace, as the chart does it.
async fn ask(api: &mut Api, namespace: &str, authority: &Authority, port: u16, by_url: bool) -> String {
    let only = format!("webhook.failurePolicy=Fail,webhook.onlyNamespaces={{{namespace}}}");
    let mut configuration = chart(&["--set", &only, "--show-only", "templates/webhook.yaml"]).remove(0);
    configuration["metadata"]["name"] = json!(namespace);
    let client = &mut configuration["webhooks"][0]["clientConfig"];
    client["service"]["port"] = json!(port);
    if by_url {
        *client = json!({"url": format!("https://localhost:{port}/validate")});
    }
    client["caBundle"] = json!(STANDARD.encode(authority.pem()));
    api.create(&configuration).await
}

#[test]
#[ignore = "`e2e/run --measure` builds it for release"]
fn the_webhook_adds_little() {
    run(async {
        let mut api = Api::new().await;
        let authority = Authority::new();
        let names = ["localhost", &format!("{HOME}.{HOME}.svc")];
        let pem = || authority.issue_for(&names, 4000);
        let file = directory().join("measured.yaml");
        fs::write(&file, "preset: strict\nadmission: {policy: advise}\n").unwrap();
        let mut ours = options(Certificate::Given(pem()));
        (ours.config_file, ours.policy) = (Some(file), None);
        let ours = start(ours).await.unwrap();
        let trivial = trivial(&pem()).await;
        api.post("/api/v1/namespaces", &json!({"metadata": {"name": HOME}})).await;
        let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": HOME, "namespace": HOME},
            "spec": {"type": "ExternalName", "externalName": "localhost"}});
        let mut made = vec![api.create(&service).await];
        let ways = [
            ("none", None),
            ("trivial-service", Some((trivial, false))),
            ("batchlint-service", Some((ours.address, false))),
            ("trivial-url", Some((trivial, true))),
            ("batchlint-url", Some((ours.address, true))),
        ];
        for (namespace, server) in ways {
            api.post("/api/v1/namespaces", &json!({"metadata": {"name": namespace}})).await;
            if let Some((address, by_url)) = server {
                made.push(ask(&mut api, namespace, &authority, address.port(), by_url).await);
            }
        }
        sleep(Duration::from_secs(2)).await;
        let (healthy, bad) = objects();
        let mut rules = [0.0; 2];
        println!("{REQUESTS} dry-run requests each, in turns, in ms");
        for (what, object) in [("a healthy CronJob", healthy), ("one with many findings", bad)] {
            let warned = object["metadata"]["name"] == "bad";
            let times = measure(&mut api, &ways.map(|it| it.0), &object, warned).await;
            let at = |way: usize, percent: usize| times[way][(times[way].len() - 1) * percent / 100];
            println!("\n{what:22} {:>6} {:>6} {:>6} {:>6}", "p50", "p90", "p99", "added");
            for (way, (name, _)) in ways.iter().enumerate() {
                let added = at(way, 50) - at(0, 50);
                println!("{name:22} {:6.2} {:6.2} {:6.2} {added:6.2}", at(way, 50), at(way, 90), at(way, 99));
            }
            let more = [at(2, 50) - at(1, 50), at(4, 50) - at(3, 50)];
            println!("more than the trivial one: {:.2} by Service, {:.2} by URL", more[0], more[1]);
            // Warnings are more for the API server and its client to read, too.
            if !warned {
                rules = more;
            }
        }
        let metrics = get(ours.ops_address, "/metrics").await.1;
        let value = |name: &str| {
            let line = metrics.lines().find_map(|it| it.strip_prefix(name)).unwrap();
            line.trim().parse::<f64>().unwrap()
        };
        let (sum, count) = ("admission_duration_seconds_sum", "admission_duration_seconds_count");
        let mean = value(&format!("batchlint_{sum}")) / value(&format!("batchlint_{count}")) * 1e3;
        println!("\nof this in batchlint itself: {mean:.2} on average");
        assert!(rules.iter().all(|&it| it <= MAX), "at most {MAX} ms are to be added for a healthy CronJob");
        for path in made {
            api.delete(&path).await;
        }
        ours.stop().await;
    });
}

/// Returns a CronJob without any finding, the chart's own, and one with many.
fn objects() -> (Value, Value) {
    let rendered = chart(&["--show-only", "templates/certificates.yaml"]);
    let mut healthy = rendered.into_iter().find(|it| it["kind"] == "CronJob").unwrap();
    healthy["metadata"]["namespace"].take();
    let review: Value = serde_json::from_slice(&recording("00004-CREATE-CronJob.json")).unwrap();
    let spec = &review["request"]["object"]["spec"];
    (healthy, json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "bad"}, "spec": spec}))
}

/// Creates an object again and again, in one namespace after the other, and returns the times of each, sorted.
async fn measure(api: &mut Api, namespaces: &[&str; 5], object: &Value, warned: bool) -> [Vec<f64>; 5] {
    let mut times = namespaces.map(|_| Vec::new());
    for round in 0..REQUESTS + 100 {
        for (times, namespace) in times.iter_mut().zip(namespaces) {
            let path = format!("/apis/batch/v1/namespaces/{namespace}/cronjobs?dryRun=All");
            let start = Instant::now();
            let reply = api.post(&path, object).await;
            let time = start.elapsed().as_secs_f64() * 1e3;
            assert_eq!(reply.code, 201, "{}", reply.body["message"]);
            assert_eq!(
                !reply.warnings.is_empty(),
                warned && namespace.starts_with("batchlint"),
                "{:?}",
                reply.warnings
            );
            // The first ones make connections.
            if round >= 100 {
                times.push(time);
            }
        }
    }
    times.iter_mut().for_each(|it| it.sort_by(f64::total_cmp));
    times
}
