//! `batchlint serve` over real sockets on loopback.
#![cfg(feature = "webhook")]

mod certificates;
mod process;

use std::convert::Infallible;
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::common::client::{
    Authority, Connection, Stuck, connect, connect_from, get, options, recording, run, server, until,
};
use crate::common::program::TempDirectory;
use axum::body::Body;
use axum::http::StatusCode;
use batchlint::webhook::options::Certificate;
use batchlint::webhook::server::start;
use batchlint::webhook::tls::{Files, Pem};
use serde_json::{Value, json};

const CREATE: &str = "00004-CREATE-CronJob.json";

fn review(edit: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut review = serde_json::from_slice(&recording(CREATE)).unwrap();
    edit(&mut review);
    serde_json::to_vec(&review).unwrap()
}

fn read(text: &str) -> Value {
    let answer: Value = serde_json::from_str(text).unwrap();
    assert_eq!(answer["response"]["uid"], "135f391b-1602-4622-8afd-f022e0d10402");
    answer["response"].clone()
}

fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("serve").join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

/// Writes a certificate as a kubelet does: a new directory, and then the one symbolic link to it is replaced.
fn swap(directory: &Path, version: &str, pem: &Pem) {
    fs::create_dir_all(directory.join(version)).unwrap();
    fs::write(directory.join(version).join("tls.crt"), &pem.certificate).unwrap();
    fs::write(directory.join(version).join("tls.key"), &pem.key).unwrap();
    std::os::unix::fs::symlink(version, directory.join("..data_tmp")).unwrap();
    fs::rename(directory.join("..data_tmp"), directory.join("..data")).unwrap();
    for name in ["tls.crt", "tls.key"] {
        let _ = std::os::unix::fs::symlink(format!("..data/{name}"), directory.join(name));
    }
}

fn files(directory: &Path) -> Files {
    Files { certificate: directory.join("tls.crt"), key: directory.join("tls.key"), client_ca: None }
}

#[test]
fn both_protocols_are_answered_and_counted() {
    run(async {
        let (server, roots) = server(|_| {}).await;
        for protocol in ["http/1.1", "h2"] {
            let mut connection = Connection::new(server.address, &roots, protocol).await;
            for _ in 0..2 {
                let (code, text, closes) = connection.post("?timeout=3s", recording(CREATE)).await;
                assert_eq!((code, closes), (StatusCode::OK, false));
                assert_eq!(read(&text)["allowed"], false, "{text}");
            }
        }
        let labels = "decision=\"deny\",kind=\"CronJob\",operation=\"CREATE\",dry_run=\"false\"";
        let (_, metrics) = get(server.ops_address, "/metrics").await;
        assert!(
            metrics.contains(&format!("batchlint_admission_requests_total{{{labels}}} 4\n")),
            "{metrics}"
        );
        assert!(
            metrics.contains(
                "batchlint_admission_findings_total{rule=\"missing-deadline\",action=\"enforce\"} 4"
            )
        );
        assert!(metrics.contains("batchlint_certificate_not_after_seconds 64060588800\n"), "{metrics}");
        assert!(metrics.contains("batchlint_admission_in_flight 0\n"));
        assert_eq!(get(server.ops_address, "/healthz").await.0, StatusCode::OK);
        assert_eq!(get(server.ops_address, "/readyz").await.0, StatusCode::OK);
        server.stop().await;
    });
}

#[test]
fn a_certificate_is_taken_when_the_volume_swaps_its_link() {
    run(async {
        let (old, new) = (Authority::new(), Authority::new());
        let directory = directory("swap");
        let server = start(options(Certificate::Files(files(&directory)))).await.unwrap();
        let (code, why) = get(server.ops_address, "/readyz").await;
        assert_eq!((code, why.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "no usable certificate\n"));
        assert!(connect(server.address, &old.pem(), None, "h2").await.is_err());
        swap(&directory, "..1", &old.issue(4000));
        until(server.ops_address, "/readyz", |code, _| code == StatusCode::OK).await;
        let mut kept = Connection::new(server.address, &old.pem(), "http/1.1").await;
        assert_eq!(kept.post("", recording(CREATE)).await.0, StatusCode::OK);
        let taken = |text: &str| {
            text.matches("reloads_total{what=\"certificate\",result=\"taken\"} 2\n").count() == 1
        };
        swap(&directory, "..2", &new.issue(4000));
        until(server.ops_address, "/metrics", |_, text| taken(text)).await;
        assert!(
            connect(server.address, &old.pem(), None, "h2").await.is_err(),
            "new connections have the new one"
        );
        assert!(connect(server.address, &new.pem(), None, "h2").await.is_ok());
        assert_eq!(kept.post("", recording(CREATE)).await.0, StatusCode::OK, "old connections live");
        // A key of another certificate: the last good pair stays.
        let mismatched = Pem { key: old.issue(4000).key, ..new.issue(4000) };
        swap(&directory, "..3", &mismatched);
        let refused = "what=\"certificate\",result=\"refused\"} 1\n";
        until(server.ops_address, "/metrics", |_, text| text.contains(refused)).await;
        assert!(connect(server.address, &new.pem(), None, "h2").await.is_ok());
        swap(&directory, "..4", &new.issue(2020));
        until(server.ops_address, "/readyz", |_, why| why == "the certificate has expired\n").await;
        server.stop().await;
    });
}

#[test]
fn bad_bodies_are_refused_and_the_server_lives() {
    run(async {
        let (server, roots) = server(|it| it.max_review = 1 << 20).await;
        let wrong_kind = review(|it| it["kind"] = json!("ConversionReview"));
        let without_uid = review(|it| _ = it["request"].as_object_mut().unwrap().remove("uid"));
        let cases = [
            (b"password: hunter2".to_vec(), StatusCode::BAD_REQUEST),
            (Vec::new(), StatusCode::BAD_REQUEST),
            (wrong_kind, StatusCode::BAD_REQUEST),
            (without_uid, StatusCode::BAD_REQUEST),
            ([b"[".repeat(10_000), b"]".repeat(10_000)].concat(), StatusCode::BAD_REQUEST),
            (vec![b' '; 3 << 20], StatusCode::PAYLOAD_TOO_LARGE),
        ];
        for protocol in ["http/1.1", "h2"] {
            for (body, expected) in &cases {
                let mut connection = Connection::new(server.address, &roots, protocol).await;
                let (code, text, _) = connection.post("", body.clone()).await;
                assert_eq!(code, *expected, "{text}");
                assert!(!text.contains("hunter2"));
            }
            // Chunks without a length, and one that never comes.
            let chunks = (0..8).map(|_| Ok::<_, Infallible>(vec![b' '; 1 << 18]));
            let endless = Body::from_stream(Chunks(chunks.collect()));
            let mut connection = Connection::new(server.address, &roots, protocol).await;
            assert_eq!(connection.post("", endless).await.0, StatusCode::PAYLOAD_TOO_LARGE);
            let slow = Body::from_stream(Stuck(Some(b"{".to_vec())));
            let mut connection = Connection::new(server.address, &roots, protocol).await;
            assert_eq!(connection.post("?timeout=200ms", slow).await.0, StatusCode::REQUEST_TIMEOUT);
        }
        let mut connection = Connection::new(server.address, &roots, "h2").await;
        assert_eq!(connection.post("", recording(CREATE)).await.0, StatusCode::OK);
        server.stop().await;
    });
}

/// A body in pieces.
struct Chunks(Vec<Result<Vec<u8>, Infallible>>);

use std::pin::Pin;
use std::task::{Context, Poll};

impl futures_core::Stream for Chunks {
    type Item = Result<Vec<u8>, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop())
    }
}

#[test]
fn a_rule_that_panics_or_takes_long_keeps_nobody_from_working() {
    run(async {
        let (server, roots) = server(|it| {
            it.check_request = |request, _, _, _| {
                if request.dry_run {
                    std::thread::sleep(Duration::from_secs(1));
                }
                panic!("a bug of ours")
            };
        })
        .await;
        let mut connection = Connection::new(server.address, &roots, "http/1.1").await;
        for _ in 0..3 {
            let response = read(&connection.post("", recording(CREATE)).await.1);
            assert_eq!(response["allowed"], true);
            let warning = response["warnings"][0].as_str().unwrap();
            assert_eq!(
                warning,
                "batchlint did not check this object: a rule crashed, which is a bug in batchlint"
            );
        }
        let (_, metrics) = get(server.ops_address, "/metrics").await;
        assert!(metrics.contains("batchlint_admission_panics_total 3\n"), "{metrics}");
        assert!(metrics.contains("requests_total{decision=\"unjudged\",kind=\"CronJob\""), "{metrics}");
        let large = review(|it| {
            it["request"]["dryRun"] = json!(true);
            it["request"]["object"]["metadata"]["annotations"] = json!({"a": "x".repeat(100_000)});
        });
        let response = read(&connection.post("?timeout=0.5s", large).await.1);
        assert_eq!(response["warnings"], json!(["batchlint did not check this object: it took too long"]));
        server.stop().await;
    });
}

#[test]
fn clients_need_a_certificate_where_an_authority_is_named() {
    run(async {
        let clients = Authority::new();
        let (server, roots) = server(|it| {
            if let Certificate::Given(pem) = &mut it.certificate {
                pem.client_ca = Some(clients.pem().into_bytes());
            }
        })
        .await;
        let tries = async |own: Option<&Pem>| {
            use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
            let mut stream = connect(server.address, &roots, own, "http/1.1").await?;
            stream
                .write_all(b"GET /validate HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
                .await?;
            let mut text = String::new();
            stream.read_to_string(&mut text).await.map(|_| text)
        };
        assert!(tries(None).await.is_err());
        assert!(tries(Some(&Authority::new().issue(4000))).await.is_err());
        assert!(tries(Some(&clients.issue(4000))).await.unwrap().starts_with("HTTP/1.1 405 "));
        server.stop().await;
    });
}

#[test]
fn a_server_that_ends_answers_everybody_first() {
    run(async {
        let (server, roots) = server(|it| it.drain = Duration::from_millis(400)).await;
        let (address, ops) = (server.address, server.ops_address);
        let mut idle = Connection::new(address, &roots, "h2").await;
        assert_eq!(idle.post("", recording(CREATE)).await.0, StatusCode::OK);
        let ending = tokio::spawn(server.stop());
        until(ops, "/readyz", |code, why| {
            code == StatusCode::SERVICE_UNAVAILABLE && why == "shutting down\n"
        })
        .await;
        let mut late = Connection::new(address, &roots, "http/1.1").await;
        let (code, _, closes) = late.post("", recording(CREATE)).await;
        assert_eq!(
            (code, closes),
            (StatusCode::OK, true),
            "a connection is still taken, and ends after its answer"
        );
        tokio::time::timeout(Duration::from_secs(5), ending).await.unwrap().unwrap();
        // Another test may have the port by now, with a certificate that these roots do not know.
        assert!(connect_from(Ipv4Addr::LOCALHOST, address, &roots, None, "h2").await.is_err());
    });
}

/// A file that nobody has written yet would deny nothing.
#[test]
fn an_empty_configuration_starts_no_server() {
    run(async {
        let file = directory("empty").join("batchlint.yaml");
        for empty in ["", "\n  \n"] {
            fs::write(&file, empty).unwrap();
            let mut options = options(Certificate::Given(Authority::new().issue(4000)));
            options.config_file = Some(file.clone());
            let error = start(options).await.err().unwrap();
            assert_eq!(error.to_string(), format!("{}: it is empty", file.display()));
        }
    });
}

#[test]
fn a_new_configuration_is_taken_and_a_wrong_one_refused() {
    run(async {
        let file = directory("config").join("batchlint.yaml");
        let write = |text: &str| {
            fs::write(file.with_extension("new"), text).unwrap();
            fs::rename(file.with_extension("new"), &file).unwrap();
        };
        write("admission: {policy: advise}");
        let path = file.clone();
        let (server, roots) = server(|it| (it.config_file, it.policy) = (Some(path), None)).await;
        let mut connection = Connection::new(server.address, &roots, "h2").await;
        let mut ask = async || read(&connection.post("", recording(CREATE)).await.1);
        let first = ask().await;
        assert_eq!(first["allowed"], true);
        write("admission: {policy: standard}");
        let taken = "reloads_total{what=\"configuration\",result=\"taken\"} 1\n";
        until(server.ops_address, "/metrics", |_, text| text.contains(taken)).await;
        let second = ask().await;
        assert_eq!(second["allowed"], false);
        let hash = |response: &Value| response["auditAnnotations"]["configuration"].clone();
        assert_ne!(hash(&first), hash(&second));
        write("admission: {policy: none-such}");
        let refused = "reloads_total{what=\"configuration\",result=\"refused\"} 1\n";
        until(server.ops_address, "/metrics", |_, text| text.contains(refused)).await;
        assert_eq!(ask().await, second, "the last good one stays");
        let is_refused = async |expected: u8| {
            let line = format!("configuration_refused {expected}\n");
            until(server.ops_address, "/metrics", |_, text| text.contains(&line)).await;
        };
        is_refused(1).await;
        // What somebody may have lost is no decision to deny nothing.
        for (count, text) in [(2, ""), (3, "preset: strict"), (4, "admission: {unjudged: deny}")] {
            write(text);
            let refused = format!("reloads_total{{what=\"configuration\",result=\"refused\"}} {count}\n");
            until(server.ops_address, "/metrics", |_, text| text.contains(&refused)).await;
            assert_eq!(ask().await, second, "{text:?} does not weaken the policy");
        }
        // What would take the server down is no configuration either: patterns without end, a file of any size, a pipe
        // that nobody writes to. The next good one is taken all the same.
        let braces = "{".repeat(20_000) + &"}".repeat(20_000);
        let new = file.with_extension("new");
        let spoil: [&dyn Fn(); 3] = [
            &|| {
                write(&format!(
                    "admission: {{policy: advise, overrides: [{{namespaces: ['{braces}'], policy: advise}}]}}"
                ))
            },
            &|| write(&format!("admission: {{policy: advise}}\n# {}", "x".repeat(2 << 20))),
            &|| {
                assert!(std::process::Command::new("mkfifo").arg(&new).status().unwrap().success());
                fs::rename(&new, &file).unwrap();
            },
        ];
        for (index, spoil) in spoil.iter().enumerate() {
            spoil();
            let refused =
                format!("reloads_total{{what=\"configuration\",result=\"refused\"}} {}\n", index + 5);
            until(server.ops_address, "/metrics", |_, text| text.contains(&refused)).await;
            assert_eq!(ask().await["allowed"], false, "{index}: the last good one stays");
            write(&format!("admission: {{policy: standard}} # {index}"));
            let taken = format!("reloads_total{{what=\"configuration\",result=\"taken\"}} {}\n", index + 2);
            until(server.ops_address, "/metrics", |_, text| text.contains(&taken)).await;
            is_refused(0).await;
        }
        fs::remove_file(&file).unwrap();
        let refused = "reloads_total{what=\"configuration\",result=\"refused\"} 8\n";
        until(server.ops_address, "/metrics", |_, text| text.contains(refused)).await;
        assert_eq!(ask().await["allowed"], false, "a file that is gone does not weaken the policy");
        is_refused(1).await;
        write("admission: {policy: advise}");
        until(server.ops_address, "/metrics", |_, text| {
            text.contains("reloads_total{what=\"configuration\",result=\"taken\"} 5\n")
        })
        .await;
        assert_eq!(ask().await["allowed"], true, "a policy that somebody wrote is taken");
        is_refused(0).await;
        server.stop().await;
    });
}

/// What is said in a base is in force as if the file said it, and stays so where the base gets lost.
#[test]
fn a_base_that_is_missing_or_empty_does_not_weaken_the_policy() {
    run(async {
        let root = directory("extends");
        let (file, base) = (root.join("config/batchlint.yaml"), root.join("base/base.yaml"));
        let write = |path: &PathBuf, text: &str| {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path.with_extension("new"), text).unwrap();
            fs::rename(path.with_extension("new"), path).unwrap();
        };
        write(&file, "extends: [../base/base.yaml]\nadmission: {unjudged: deny}\n");
        let mut missing = options(Certificate::Given(Authority::new().issue(4000)));
        missing.config_file = Some(file.clone());
        let error = start(missing.clone()).await.err().unwrap().to_string();
        assert!(error.contains("batchlint.yaml:1:11: `../base/base.yaml` cannot be read"), "{error}");
        write(&base, " ");
        let error = start(missing).await.err().unwrap().to_string();
        assert!(error.ends_with("base/base.yaml: it is empty"), "{error}");
        write(&base, "admission: {policy: standard}");
        let path = file.clone();
        let (server, roots) = server(|it| (it.config_file, it.policy) = (Some(path), None)).await;
        let mut connection = Connection::new(server.address, &roots, "h2").await;
        let mut ask = async || read(&connection.post("", recording(CREATE)).await.1)["allowed"].clone();
        assert_eq!(ask().await, false, "the base's policy is in force");
        let spoil: [&dyn Fn(); 4] = [
            &|| fs::remove_file(&base).unwrap(),
            &|| write(&base, ""),
            &|| write(&base, "admission: {policy: none-such}"),
            &|| write(&base, "admission: {unjudged: allow}"),
        ];
        for (index, spoil) in spoil.iter().enumerate() {
            spoil();
            let refused =
                format!("reloads_total{{what=\"configuration\",result=\"refused\"}} {}\n", index + 1);
            until(server.ops_address, "/metrics", |_, text| text.contains(&refused)).await;
            assert_eq!(ask().await, false, "{index}: the last good one stays");
        }
        write(&base, "admission: {policy: advise}");
        let taken = "reloads_total{what=\"configuration\",result=\"taken\"} 1\n";
        until(server.ops_address, "/metrics", |_, text| text.contains(taken)).await;
        assert_eq!(ask().await, true, "a policy that somebody wrote is taken");
        server.stop().await;
    });
}

#[test]
fn a_server_without_a_certificate_says_how_to_try_one() {
    let directory = TempDirectory::new("serve-bare", &[]);
    for given in [&["serve"][..], &["serve", "--tls-cert", "tls.crt"]] {
        let run = directory.run(given);
        assert!(run.code == 2 && run.err.contains("or use `--local` to try it without one"), "{}", run.err);
    }
}

#[test]
fn the_line_of_a_local_server_can_be_tried() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};
    let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
    command.args(["serve", "--local", "--listen", "127.0.0.1:0", "--policy", "standard"]);
    command.env("BATCHLINT_OPS_LISTEN", "127.0.0.1:0").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("curl -sk https://127.0.0.1:"), "{line}");
    if Command::new("curl").arg("--version").output().is_ok() {
        let answer = Command::new("sh").args(["-c", &line]).output().unwrap();
        let answer: Value = serde_json::from_slice(&answer.stdout).unwrap();
        assert_eq!(answer["response"]["status"]["code"], 403, "{answer}");
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && log.contains("\"message\":\"ended\""), "{log}");
    for line in log.lines() {
        assert!(serde_json::from_str::<Value>(line).unwrap()["timestamp"].is_string());
    }
}
