//! Requests per second of `batchlint serve`, beside a server of the same parts that reads the review and allows it.
//!
//! `cargo bench --bench webhook [-- SECONDS]`: both in this process, in turns, over TLS on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a bench may fail, and prints"
)]

#[path = "../tests/common/client.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod client;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use batchlint::policy::config::Config;
use batchlint::webhook::review::{Decision, Request, ReviewVerdict, UnjudgedReason};
use client::{Connection, recording, run, server};
use serde_json::{Value, json};

/// Reads the review, which the server has done before, and allows it.
fn allow(request: &Request, config: &Config, _: &str, _: &dyn Fn() -> bool) -> ReviewVerdict {
    let mut verdict = batchlint::webhook::review::unjudged(request, UnjudgedReason::OutOfTime, config);
    verdict.decision = Decision::Allow;
    verdict
}

/// A review of about so many bytes.
fn review(bytes: usize) -> Vec<u8> {
    let mut review: Value = serde_json::from_slice(&recording("00004-CREATE-CronJob.json")).unwrap();
    let short = serde_json::to_vec(&review).unwrap().len();
    let filler = "x".repeat(bytes.saturating_sub(short));
    review["request"]["object"]["metadata"]["annotations"] = json!({"example.com/filler": filler});
    serde_json::to_vec(&review).unwrap()
}

/// Sends reviews over several connections, and returns how many were answered in a second.
async fn measure(address: SocketAddr, roots: &str, body: &[u8], time: Duration) -> f64 {
    let start = Instant::now();
    let mut workers = Vec::new();
    for _ in 0..8 {
        let (body, mut connection) = (body.to_vec(), Connection::new(address, roots, "http/1.1").await);
        workers.push(tokio::spawn(async move {
            let mut count = 0;
            while start.elapsed() < time {
                assert!(connection.post("?timeout=3s", body.clone()).await.0.is_success());
                count += 1;
            }
            count
        }));
    }
    let mut count = 0;
    for worker in workers {
        count += worker.await.unwrap();
    }
    f64::from(count) / start.elapsed().as_secs_f64()
}

fn main() {
    let seconds = std::env::args().filter_map(|it| it.parse().ok()).next().unwrap_or(2);
    run(async {
        let (ours, our_roots) = server(|_| {}).await;
        let (plain, plain_roots) = server(|it| it.check_request = allow).await;
        for size in [1 << 10, 4 << 10] {
            let body = review(size);
            let mut shares = Vec::new();
            for _ in 0..5 {
                let time = Duration::from_secs(seconds);
                let allowed = measure(plain.address, &plain_roots, &body, time).await;
                let judged = measure(ours.address, &our_roots, &body, time).await;
                println!("{} bytes: {allowed:.0}/s allowed, {judged:.0}/s judged", body.len());
                shares.push(judged / allowed);
            }
            shares.sort_by(f64::total_cmp);
            println!("{} bytes: {:.0} % at the median", body.len(), shares[2] * 100.0);
        }
    });
}
