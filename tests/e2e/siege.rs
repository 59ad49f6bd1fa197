//! Clients that take connections, room and time, while the API server asks about an object that is to be denied.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::StatusCode;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_rustls::client::TlsStream;

use super::client::{Connection, Stuck, connect_from, recording, run};
use super::cluster::{Api, DRY, JOBS, denied, job};
use super::webhook::Webhook;

/// The address that attackers come from; the API server comes from 127.0.0.1.
const ATTACKER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 66);

/// Asks the API server to make a Job that is to be denied, 200 times, and returns the longest wait.
async fn two_hundred_denials(api: &mut Api, during: &str) -> Duration {
    let mut longest = Duration::ZERO;
    for number in 0..200 {
        let start = Instant::now();
        let reply = api.post(&format!("{JOBS}{DRY}"), &job("forbidden")).await;
        longest = longest.max(start.elapsed());
        assert!(denied(&reply), "{during}, request {number}: {} {}", reply.code, reply.body["message"]);
        let message = reply.body["message"].as_str().unwrap();
        assert!(!message.contains("did not check"), "{during}, request {number}: {message}");
    }
    println!("{during}: 200 of 200 denied, the slowest in {longest:?}");
    assert!(longest < Duration::from_secs(1), "{during}: the slowest took {longest:?}");
    longest
}

async fn attacker(webhook: &Webhook, roots: &str, protocol: &str) -> Connection {
    Connection::from(ATTACKER, webhook.server_address(), roots, protocol).await
}

/// Opens so many streams whose bodies stop after a byte.
async fn half_sent(webhook: &Webhook, roots: &str, bodies: usize) -> Vec<JoinHandle<()>> {
    let mut tasks = Vec::new();
    for number in 0..bodies {
        let mut connection = attacker(webhook, roots, if number % 2 == 0 { "h2" } else { "http/1.1" }).await;
        tasks.push(tokio::spawn(async move {
            let body = Body::from_stream(Stuck(Some(b"{".to_vec())));
            let _ = connection.try_post("?timeout=30s", body).await;
        }));
    }
    tasks
}

/// A review whose object has as many containers with scripts as fit in a megabyte.
fn heavy() -> Vec<u8> {
    let mut review: Value = serde_json::from_slice(&recording("00004-CREATE-CronJob.json")).unwrap();
    let script = "for f in *; do curl -s http://x/$f | grep a | wc -l; done\n".repeat(40);
    let container = |number: usize| json!({"name": format!("c{number}"), "image": "busybox", "command": ["sh", "-c", script]});
    let containers: Vec<Value> = (0..400).map(container).collect();
    review["request"]["object"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"] =
        json!(containers);
    serde_json::to_vec(&review).unwrap()
}

/// Makes 2,048 connections over which nothing is sent. They come from many addresses, so that no limit for one of them
/// helps; one that is refused is as good for the attacker as one that he never made.
async fn idle_connections(webhook: &Webhook, roots: &str, protocols: [&str; 2]) -> Vec<TlsStream<TcpStream>> {
    let mut idle = Vec::new();
    for number in 0..2048u32 {
        let from = Ipv4Addr::new(127, 0, 1, u8::try_from(number % 200).unwrap() + 1);
        let protocol = protocols[number as usize % 2];
        idle.extend(connect_from(from, webhook.server_address(), roots, None, protocol).await.ok());
    }
    println!("{} connections were made", idle.len());
    idle
}

/// Sends 20 heavy reviews at once, and returns what becomes of each.
async fn heavy_reviews(webhook: &Webhook, roots: &str) -> Vec<JoinHandle<Option<(StatusCode, String)>>> {
    let body = heavy();
    let mut tasks = Vec::new();
    for _ in 0..20 {
        let mut connection = attacker(webhook, roots, "http/1.1").await;
        let body = body.clone();
        tasks.push(tokio::spawn(async move {
            let (code, text, _) = connection.try_post("?timeout=10s", body).await.ok()?;
            Some((code, text))
        }));
    }
    tasks
}

#[test]
fn half_sent_bodies_keep_nobody_waiting() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "strict", "Fail").await;
        let roots = webhook.authority(&mut api).await;
        let tasks = half_sent(&webhook, &roots, 400).await;
        two_hundred_denials(&mut api, "400 bodies are sent by halves").await;
        tasks.iter().for_each(JoinHandle::abort);
        webhook.stop(&mut api).await;
    });
}

#[test]
fn idle_connections_keep_nobody_out() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "strict", "Fail").await;
        let roots = webhook.authority(&mut api).await;
        let idle = idle_connections(&webhook, &roots, ["h2", "http/1.1"]).await;
        two_hundred_denials(&mut api, "2,048 connections are idle").await;
        // A new connection of the API server's kind is answered, too.
        let mut fresh = Connection::new(webhook.server_address(), &roots, "h2").await;
        let (code, text, _) = fresh.post("?timeout=3s", recording("00004-CREATE-CronJob.json")).await;
        assert_eq!(code, 200, "{text}");
        drop(idle);
        webhook.stop(&mut api).await;
    });
}

#[test]
fn heavy_reviews_keep_nobody_waiting() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "strict", "Fail").await;
        let roots = webhook.authority(&mut api).await;
        let tasks = heavy_reviews(&webhook, &roots).await;
        two_hundred_denials(&mut api, "20 heavy reviews are judged").await;
        for task in tasks {
            if let Some((code, text)) = task.await.unwrap() {
                assert!(code == 200 && text.contains("\"allowed\":false"), "{code} {text}");
            }
        }
        webhook.stop(&mut api).await;
    });
}

#[test]
fn all_of_it_at_once_keeps_nobody_waiting() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "strict", "Fail").await;
        let roots = webhook.authority(&mut api).await;
        let half_sent = half_sent(&webhook, &roots, 400).await;
        let idle = idle_connections(&webhook, &roots, ["h2"; 2]).await;
        let heavy = heavy_reviews(&webhook, &roots).await;
        two_hundred_denials(&mut api, "half-sent bodies, idle connections and heavy reviews at once").await;
        half_sent.iter().for_each(JoinHandle::abort);
        heavy.iter().for_each(JoinHandle::abort);
        drop(idle);
        webhook.stop(&mut api).await;
    });
}

#[test]
fn a_slow_writer_is_cut_off() {
    run(async {
        let mut api = Api::new().await;
        let webhook = Webhook::start(&mut api, "strict", "Fail").await;
        let roots = webhook.authority(&mut api).await;
        let address: SocketAddr = webhook.server_address();
        let mut stream = connect_from(ATTACKER, address, &roots, None, "http/1.1").await.unwrap();
        let head = "POST /validate?timeout=30s HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100000\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        let start = Instant::now();
        // A byte each tenth of a second would keep the body coming for three hours.
        while stream.write_all(b"{").await.is_ok() && stream.flush().await.is_ok() {
            assert!(start.elapsed() < Duration::from_secs(20), "nobody has ended it");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        println!("a slow body was cut off after {:?}", start.elapsed());
        two_hundred_denials(&mut api, "a slow body was cut off").await;
        webhook.stop(&mut api).await;
    });
}
