//! How long a review takes that finds nothing, from JSON to JSON, and the requests per second of `batchlint serve`,
//! beside a server of the same parts that reads the review and allows it.
//!
//! `cargo bench --bench webhook [-- SECONDS]`: both servers in this process, in turns, over TLS on loopback. With
//! `-- COUNT judge` the review is judged that often and nothing else is done, for a profiler.
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
use batchlint::policy::config::admission::Policy;
use batchlint::webhook::review::{
    Decision, Request, ReviewVerdict, UnjudgedReason, check_request, parse_review,
};
use client::{Connection, recording, run, server};
use serde_json::{Value, json};

/// Reads the review, which the server has done before, and allows it.
fn allow(request: &mut Request, config: &Config, _: &str, _: &dyn Fn() -> bool) -> ReviewVerdict {
    let mut verdict = batchlint::webhook::review::unjudged(request, UnjudgedReason::OutOfTime, config);
    verdict.decision = Decision::Allow;
    verdict
}

/// A review of a CronJob in which nothing is found, as an API server sends it.
fn healthy() -> Vec<u8> {
    let mut review: Value = serde_json::from_slice(&recording("00004-CREATE-CronJob.json")).unwrap();
    let spec = &mut review["request"]["object"]["spec"];
    spec["schedule"] = json!("17 3 * * *");
    spec["timeZone"] = json!("Etc/UTC");
    spec["concurrencyPolicy"] = json!("Forbid");
    spec["startingDeadlineSeconds"] = json!(600);
    let job = &mut spec["jobTemplate"]["spec"];
    job["backoffLimit"] = json!(2);
    job.as_object_mut().unwrap().remove("ttlSecondsAfterFinished");
    job["activeDeadlineSeconds"] = json!(600);
    let pod = &mut job["template"]["spec"];
    pod["automountServiceAccountToken"] = json!(false);
    pod["securityContext"] = json!({"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}});
    let container = &mut pod["containers"][0];
    container["image"] = json!("registry.example.com/report:1.4.2");
    container["imagePullPolicy"] = json!("IfNotPresent");
    container["resources"] =
        json!({"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "64Mi"}});
    container["securityContext"] = json!({
        "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]},
    });
    serde_json::to_vec(&review).unwrap()
}

/// Judges a review as the server does, and returns the answer's JSON.
fn judge(body: &[u8], config: &Config) -> Vec<u8> {
    let mut request = parse_review(body).unwrap();
    let verdict = check_request(&mut request, config, "0123456789abcdef", &|| false);
    assert_eq!((verdict.decision, verdict.found.len()), (Decision::Allow, 0), "{:?}", verdict.answer);
    serde_json::to_vec(&verdict.answer).unwrap()
}

/// Returns the microseconds that a review takes at the median of 21 batches.
fn microseconds(body: &[u8], config: &Config) -> f64 {
    const BATCH: u32 = 500;
    let batch = |_| {
        let start = Instant::now();
        (0..BATCH).for_each(|_| drop(std::hint::black_box(judge(body, config))));
        start.elapsed().as_secs_f64() * 1e6 / f64::from(BATCH)
    };
    let mut times: Vec<f64> = (0..21).map(batch).collect();
    times.sort_by(f64::total_cmp);
    times[10]
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
    let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 24));
    config.admission.everywhere.policy = Some(Policy::Standard);
    let body = healthy();
    if std::env::args().any(|it| it == "judge") {
        (0..seconds).for_each(|_| drop(std::hint::black_box(judge(&body, &config))));
        return;
    }
    println!("{} bytes, nothing found: {:.1} µs from JSON to JSON", body.len(), microseconds(&body, &config));
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
