//! Servers that die, restart and change, and clients that misbehave.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::sleep;

use super::client::{Connection, Stuck, connect, recording, run};
use super::cluster::{Api, DRY, JOBS, denied, directory, job, warns};
use super::webhook::Webhook;

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
pub(crate) async fn load(stop: Arc<AtomicBool>, most: usize, workers: usize) -> (usize, Vec<Value>) {
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
            let start = Instant::now();
            let (_, bad) = load(Arc::default(), 2000, 16).await;
            assert_eq!(bad, Vec::<Value>::new());
            let connections = webhook.connections();
            println!(
                "2000 requests by {}: {:?}, {connections} connections",
                if by_url { "URL" } else { "Service" },
                start.elapsed()
            );
            // Over HTTP/1.1 requests at the same time need a connection each, over h2 they share a few.
            assert_eq!(connections < 8, by_url, "{connections} connections");
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
        let said = webhook.rotate(&mut api, &["--new-authority", "--pause", "1s"]).await;
        assert!(said.contains("the leaf certificate is now issued by the new CA"), "{said}");
        webhook.take_certificate(&mut api).await;
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

#[test]
fn only_the_api_server_may_ask_where_clients_need_a_certificate() {
    run(async {
        let mut api = Api::new().await;
        let authority = directory().join("pki/clients.crt");
        let arguments = ["--client-ca", authority.to_str().unwrap()];
        let webhook = Webhook::start_with(&mut api, "strict", "Fail", false, &arguments).await;
        assert!(denied(&api.post(&format!("{JOBS}{DRY}"), &job("a")).await));
        let roots = webhook.authority(&mut api).await;
        // A client notices that it is refused when it reads.
        let mut stream = connect(webhook.address(), &roots, None, "http/1.1").await.unwrap();
        let _ = stream.write_all(b"POST /validate HTTP/1.1\r\n").await;
        assert!(stream.read_u8().await.is_err());
        webhook.stop(&mut api).await;
    });
}

#[test]
fn a_wrong_configuration_changes_nothing() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "standard", "Fail").await;
        webhook.reload("admission: {policy: none-such}\n", "refused").await;
        let reply = api.post(&format!("{JOBS}{DRY}"), &job("a")).await;
        assert!(denied(&reply), "the last good one stays: {}", reply.body);
        webhook.configure("advise").await;
        let reply = api.post(&format!("{JOBS}{DRY}"), &job("a")).await;
        assert_eq!(reply.code, 201, "{}", reply.body["message"]);
        webhook.stop(&mut api).await;
    });
}

#[test]
fn bad_bodies_disturb_nobody() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "advise", "Fail").await;
        let stop = Arc::new(AtomicBool::new(false));
        let running = tokio::spawn(load(stop.clone(), usize::MAX, 2));
        let review = recording("00004-CREATE-CronJob.json");
        let edited = |edit: &dyn Fn(&mut Value)| {
            let mut review = serde_json::from_slice(&review).unwrap();
            edit(&mut review);
            review.to_string().into_bytes()
        };
        let cases = [
            ("not JSON", b"kind: AdmissionReview".to_vec(), 400),
            ("another kind", edited(&|it| it["kind"] = json!("ConversionReview")), 400),
            ("no uid", edited(&|it| it["request"]["uid"] = Value::Null), 400),
            ("17 MiB", vec![b' '; 17 << 20], 413),
        ];
        for protocol in ["http/1.1", "h2"] {
            for (what, body, expected) in &cases {
                let mut connection =
                    Connection::new(webhook.address(), &webhook.authority(&mut api).await, protocol).await;
                let (code, text, _) = connection.post("?timeout=3s", body.clone()).await;
                assert_eq!(code, *expected, "{what}: {text}");
            }
            let mut connection =
                Connection::new(webhook.address(), &webhook.authority(&mut api).await, protocol).await;
            let slow = Body::from_stream(Stuck(Some(review[..100].to_vec())));
            assert_eq!(connection.post("?timeout=500ms", slow).await.0, 408, "one that never ends");
        }
        stop.store(true, Ordering::Relaxed);
        let (_, bad) = running.await.unwrap();
        assert_eq!(bad, Vec::<Value>::new());
        webhook.stop(&mut api).await;
    });
}
