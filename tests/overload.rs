//! What clients that misbehave take from others: nothing. They come from another address of this machine, as pods do.
#![cfg(feature = "webhook")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests may fail, and write files")]

#[path = "common/client.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod client;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use batchlint::webhook::options::CheckRequest;
use batchlint::webhook::review::check_request;
use batchlint::webhook::server::Server;
use client::{Connection, Stuck, connect_from, get, recording, run, server, until};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;

const ATTACKER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

const OTHER_ATTACKER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);

/// A review of a CronJob that the policy `standard` denies, with a name and an annotation of so many bytes.
fn review(name: &str, filler: usize) -> Vec<u8> {
    let mut review: Value = serde_json::from_slice(&recording("00004-CREATE-CronJob.json")).unwrap();
    review["request"]["name"] = json!(name);
    review["request"]["object"]["metadata"]["annotations"] =
        json!({"example.com/filler": "x".repeat(filler)});
    serde_json::to_vec(&review).unwrap()
}

fn response(text: &str) -> Value {
    serde_json::from_str::<Value>(text).unwrap()["response"].clone()
}

/// Sends a review over a connection of its own, and says whether it is denied for what is in it.
async fn is_judged(server: &Server, roots: &str, filler: usize) -> bool {
    let mut connection = Connection::new(server.address, roots, "http/1.1").await;
    let (code, text, _) = connection.post("?timeout=30s", review("hello", filler)).await;
    let response = response(&text);
    code == StatusCode::OK && response["status"]["code"] == 403
}

fn post(body: Body) -> Request<Body> {
    let uri = "https://localhost/validate?timeout=6s";
    Request::builder().method(Method::POST).uri(uri).header("host", "localhost").body(body).unwrap()
}

#[test]
fn bodies_that_never_end_take_no_room_from_others() {
    run(async {
        let (server, roots) = server(|_| {}).await;
        // 400 requests, of which the first byte comes, or more than a small body has.
        for beginning in [b"{".to_vec(), vec![b' '; 40_000]] {
            let mut requests = Vec::new();
            for _ in 0..8 {
                let mut connection = Connection::from(ATTACKER, server.address, &roots, "h2").await;
                for _ in 0..50 {
                    let request = post(Body::from_stream(Stuck(Some(beginning.clone()))));
                    let Connection::Two(sender) = &mut connection else { return };
                    requests.push(tokio::spawn(sender.clone().send_request(request)));
                }
            }
            for filler in [0, 100_000, 3_000_000] {
                assert!(is_judged(&server, &roots, filler).await, "{filler}");
            }
            for request in requests {
                let answer = tokio::time::timeout(Duration::from_secs(30), request).await.unwrap().unwrap();
                let code = answer.map(|it| it.status());
                assert!(
                    matches!(code, Ok(StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE)),
                    "{code:?}"
                );
            }
        }
        server.stop().await;
    });
}

#[test]
fn a_review_that_does_not_come_whole_is_answered_by_the_configuration() {
    run(async {
        let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("unjudged.yaml");
        for (choice, allowed) in [("allow", true), ("deny", false)] {
            std::fs::write(&file, format!("admission: {{policy: standard, unjudged: {choice}}}")).unwrap();
            let path = file.clone();
            let (server, roots) = server(|it| (it.config_file, it.max_review) = (Some(path), 1 << 20)).await;
            for protocol in ["http/1.1", "h2"] {
                let stuck = Body::from_stream(Stuck(Some(review("hello", 0)[..1000].to_vec())));
                let cases =
                    [("arrive in time", stuck), ("too large", Body::from(review("hello", 2_000_000)))];
                for (why, body) in cases {
                    let mut connection = Connection::new(server.address, &roots, protocol).await;
                    let (code, text, _) = connection.post("?timeout=30s", body).await;
                    let response = response(&text);
                    assert_eq!((code, &response["allowed"]), (StatusCode::OK, &json!(allowed)), "{text}");
                    assert_eq!(response["uid"], "135f391b-1602-4622-8afd-f022e0d10402");
                    let message = response["auditAnnotations"]["unjudged"].as_str().unwrap();
                    assert!(message.contains(why), "{text}");
                }
            }
            let (_, metrics) = get(server.ops_address, "/metrics").await;
            for reason in ["slow_body", "too_large"] {
                let line =
                    format!("admission_unjudged_total{{reason=\"{reason}\",allowed=\"{allowed}\"}} 2\n");
                assert!(metrics.contains(&line), "{metrics}");
            }
            server.stop().await;
        }
    });
}

#[test]
fn idle_connections_make_room_and_those_of_use_stay() {
    run(async {
        let (server, roots) = server(|it| it.max_connections = 16).await;
        let mut kept = Connection::new(server.address, &roots, "http/1.1").await;
        assert_eq!(kept.post("", review("hello", 0)).await.0, StatusCode::OK);
        let mut idle = Vec::new();
        for attacker in [ATTACKER, OTHER_ATTACKER, ATTACKER] {
            for _ in 0..20 {
                idle.push(connect_from(attacker, server.address, &roots, None, "http/1.1").await.unwrap());
            }
            assert_eq!(kept.post("", review("hello", 0)).await.0, StatusCode::OK, "it was of use before");
            assert!(is_judged(&server, &roots, 0).await, "there is room for a new one");
        }
        let (_, metrics) = get(server.ops_address, "/metrics").await;
        assert!(metrics.contains("connections_closed_total{reason=\"evicted_by_peer\"}"), "{metrics}");
        assert!(metrics.contains("connections_closed_total{reason=\"evicted\"}"), "{metrics}");
        server.stop().await;
    });
}

#[test]
fn a_connection_without_a_request_is_closed() {
    run(async {
        let (server, roots) = server(|_| {}).await;
        for (protocol, hello) in
            [("http/1.1", "POST /valid"), ("h2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")]
        {
            let mut stream = connect_from(ATTACKER, server.address, &roots, None, protocol).await.unwrap();
            stream.write_all(hello.as_bytes()).await.unwrap();
            let mut rest = Vec::new();
            let end = tokio::time::timeout(Duration::from_secs(60), stream.read_to_end(&mut rest)).await;
            assert!(end.is_ok(), "{protocol}");
        }
        let (_, metrics) = get(server.ops_address, "/metrics").await;
        assert!(metrics.contains("connections_closed_total{reason=\"no_request\"} 2\n"), "{metrics}");
        server.stop().await;
    });
}

/// Writes the beginning of an HTTP/2 connection, and streams that are opened and reset at once (RFC 9113, 4.1), each with
/// a body.
fn rapid_resets(body: &[u8], streams: u32) -> Vec<u8> {
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    let mut frame = |kind: u8, flags: u8, stream: u32, payload: &[u8]| {
        bytes.extend(&u32::try_from(payload.len()).unwrap().to_be_bytes()[1..]);
        bytes.extend([kind, flags]);
        bytes.extend(stream.to_be_bytes());
        bytes.extend(payload);
    };
    frame(4, 0, 0, &[]);
    // `:method: POST`, `:scheme: https`, `:authority: localhost`, `:path: /validate` (RFC 7541, appendix A).
    let headers = b"\x83\x87\x01\x09localhost\x04\x09/validate";
    for stream in (0..streams).map(|it| 2 * it + 1) {
        // HEADERS with END_HEADERS, DATA with END_STREAM, and RST_STREAM for CANCEL.
        frame(1, 4, stream, headers);
        frame(0, 1, stream, body);
        frame(3, 0, stream, &8_u32.to_be_bytes());
    }
    bytes
}

/// Sends bytes over a connection of the attacker's, and returns what comes back until it ends.
async fn send(address: SocketAddr, roots: &str, bytes: &[u8]) -> Vec<u8> {
    let mut answer = Vec::new();
    if let Ok(mut stream) = connect_from(ATTACKER, address, roots, None, "h2").await {
        let _ = stream.write_all(bytes).await;
        let _ = stream.read_to_end(&mut answer).await;
    }
    answer
}

#[test]
fn streams_that_are_reset_at_once_keep_nobody_waiting() {
    run(async {
        let (server, roots) = server(|_| {}).await;
        let answer = send(server.address, &roots, &rapid_resets(&[], 100)).await;
        assert!(answer.ends_with(b"too_many_resets"), "the server ends the connection: {answer:?}");
        // Without a body, and with a review to be checked.
        for body in [Vec::new(), review("hello", 0)] {
            let bytes = rapid_resets(&body, 2_000);
            let mut attackers = Vec::new();
            for _ in 0..4 {
                let (address, roots, bytes) = (server.address, roots.clone(), bytes.clone());
                attackers.push(tokio::spawn(async move {
                    loop {
                        send(address, &roots, &bytes).await;
                    }
                }));
            }
            for _ in 0..20 {
                assert!(is_judged(&server, &roots, 0).await);
            }
            attackers.iter().for_each(tokio::task::JoinHandle::abort);
        }
        server.stop().await;
    });
}

/// Checks what is called `slow` until nobody waits for it any more.
const SLOW: CheckRequest = |request, config, hash, is_cancelled| {
    while request.name == "slow" && !is_cancelled() {
        std::thread::sleep(Duration::from_millis(5));
    }
    if request.name == "slow" {
        ENDED.fetch_add(1, Ordering::Relaxed);
    }
    check_request(request, config, hash, is_cancelled)
};

static ENDED: AtomicUsize = AtomicUsize::new(0);

#[test]
fn slow_reviews_end_when_nobody_waits_and_delay_no_others() {
    run(async {
        let (server, roots) = server(|it| it.check_request = SLOW).await;
        for from in [Ipv4Addr::LOCALHOST, ATTACKER] {
            let mut slow = Vec::new();
            for _ in 0..20 {
                let mut connection = Connection::from(from, server.address, &roots, "http/1.1").await;
                slow.push(tokio::spawn(async move {
                    connection.post("?timeout=30s", review("slow", 100_000)).await
                }));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            for filler in [0, 20_000] {
                assert!(is_judged(&server, &roots, filler).await, "a small review passes large ones");
            }
            if from == ATTACKER {
                assert!(is_judged(&server, &roots, 200_000).await, "a peer has room of its own");
            }
            // Their clients go away.
            slow.iter().for_each(tokio::task::JoinHandle::abort);
            until(server.ops_address, "/metrics", |_, text| text.contains("admission_in_flight 0\n")).await;
            assert!(is_judged(&server, &roots, 300_000).await);
        }
        assert!(ENDED.load(Ordering::Relaxed) > 0);
        server.stop().await;
    });
}

/// Does not end with what is called `stuck` until the test is over, as a rule with a bug might.
const STUCK: CheckRequest = |request, config, hash, is_cancelled| {
    while request.name == "stuck" && !IS_OVER.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(5));
    }
    check_request(request, config, hash, is_cancelled)
};

static IS_OVER: AtomicBool = AtomicBool::new(false);

/// Reviews of every size are answered in time, whatever rules do with them.
#[test]
fn a_rule_that_does_not_end_keeps_no_answer_back() {
    run(async {
        let (server, roots) = server(|it| it.check_request = STUCK).await;
        let mut stuck = Vec::new();
        for filler in [0, 0, 0, 0, 0, 0, 0, 0, 20_000, 20_000, 100_000] {
            let mut connection = Connection::from(ATTACKER, server.address, &roots, "http/1.1").await;
            stuck.push(tokio::spawn(
                async move { connection.post("?timeout=1s", review("stuck", filler)).await },
            ));
        }
        assert!(review("stuck", 0).len() < 6 << 10, "it is tiny");
        for review in stuck {
            let (code, text, _) = review.await.unwrap();
            let why = response(&text)["auditAnnotations"]["unjudged"].clone();
            assert!(code == StatusCode::OK && why.is_string(), "{code}: {text}");
            for filler in [0, 20_000, 100_000] {
                assert!(is_judged(&server, &roots, filler).await, "{filler}");
            }
        }
        IS_OVER.store(true, Ordering::Relaxed);
        server.stop().await;
    });
}

#[test]
fn the_plain_port_answers_beside_idle_connections() {
    run(async {
        let (server, _) = server(|_| {}).await;
        let mut idle = Vec::new();
        for _ in 0..200 {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind((ATTACKER, 0).into()).unwrap();
            let mut stream = socket.connect(server.ops_address).await.unwrap();
            let _ = stream.write_all(b"GET /metrics HTTP/1.1\r\nX: ").await;
            idle.push(stream);
        }
        for path in ["/healthz", "/readyz", "/metrics"] {
            assert_eq!(get(server.ops_address, path).await.0, StatusCode::OK);
        }
        server.stop().await;
    });
}

#[test]
fn a_server_that_ends_loses_no_request_under_load() {
    run(async {
        let (server, roots) = server(|it| it.drain = Duration::from_millis(300)).await;
        let address = server.address;
        let mut clients = Vec::new();
        for number in 0..32 {
            let roots = roots.clone();
            clients.push(tokio::spawn(async move {
                let mut count = 0;
                // Until nobody listens any more.
                while let Ok(stream) = client::connect(address, &roots, None, "http/1.1").await {
                    let mut connection = Connection::over(stream).await;
                    loop {
                        let answer = connection.try_post("", review("hello", 0)).await;
                        let (code, _, closes) = answer.expect("an established connection gets its answer");
                        assert_eq!(code, StatusCode::OK);
                        count += 1;
                        if closes {
                            break;
                        }
                        tokio::time::sleep(Duration::from_millis(number % 8 * 10)).await;
                    }
                }
                count
            }));
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.stop().await;
        for client in clients {
            assert!(client.await.unwrap() > 0);
        }
    });
}
