//! `batchlint serve` as a process: signals, logs, memory.
#![cfg(all(feature = "webhook", target_os = "linux"))]

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::common::client::{Authority, Connection, get, recording, run, until};
use crate::common::skip::skip;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// A server that runs as a process, with a directory of its own.
struct Process {
    child: Child,
    directory: PathBuf,
    address: SocketAddr,
    ops: SocketAddr,
    roots: String,
}

impl Process {
    async fn start(name: &str, configuration: &str, arguments: &[&str]) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("serve_process").join(name);
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).unwrap();
        let authority = Authority::new();
        let pem = authority.issue(4000);
        let file = |name: &str, content: &[u8]| {
            fs::write(directory.join(name), content).unwrap();
            directory.join(name)
        };
        let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
        command.args(["serve", "--drain", "0s"]);
        if !arguments.contains(&"--listen") {
            command.args(["--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"]);
        }
        command.arg("--tls-cert").arg(file("tls.crt", &pem.certificate));
        command.arg("--tls-key").arg(file("tls.key", &pem.key));
        command.arg("--config").arg(file("config.yaml", configuration.as_bytes())).args(arguments);
        command.stderr(fs::File::create(directory.join("log")).unwrap()).stdout(Stdio::null());
        let child = command.spawn().unwrap();
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let mut process =
            Process { child, directory, address: anywhere, ops: anywhere, roots: authority.pem() };
        let listening = process.line("listening").await;
        let address = |key: &str| listening[key].as_str().unwrap().parse().unwrap();
        (process.address, process.ops) = (address("address"), address("ops_address"));
        process
    }

    fn log(&self) -> String {
        fs::read_to_string(self.directory.join("log")).unwrap()
    }

    /// Waits for a line of the log with this message.
    async fn line(&self, message: &str) -> Value {
        for _ in 0..500 {
            let log = self.log();
            let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            if let Some(line) = lines.into_iter().find(|line| line["message"] == message) {
                return line;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the log has no line `{message}`: {}", self.log())
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    /// Returns the most memory that the process held so far, in MiB.
    fn peak(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn review(edit: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut review = serde_json::from_slice(&recording("00004-CREATE-CronJob.json")).unwrap();
    edit(&mut review);
    serde_json::to_vec(&review).unwrap()
}

#[test]
fn sighup_reads_the_files_again() {
    run(async {
        let process = Process::start("sighup", "admission: {policy: advise}", &["--reload", "60m"]).await;
        // To Prometheus, a counter that begins at one has not increased: what alerts watch begins at zero.
        let (_, metrics) = get(process.ops, "/metrics").await;
        for series in [
            "admission_unjudged_total{reason=\"too_large\",allowed=\"true\"}",
            "admission_unjudged_total{reason=\"unknown_operation\",allowed=\"false\"}",
            "reloads_total{what=\"configuration\",result=\"refused\"}",
            "connections_closed_total{reason=\"evicted\"}",
        ] {
            assert!(metrics.contains(&format!("batchlint_{series} 0\n")), "{series}: {metrics}");
        }
        let mut connection = Connection::new(process.address, &process.roots, "h2").await;
        let mut allowed = async || {
            let (_, text, _) = connection.post("", review(|_| {})).await;
            serde_json::from_str::<Value>(&text).unwrap()["response"]["allowed"] == true
        };
        assert!(allowed().await);
        fs::write(process.directory.join("config.yaml"), "admission: {policy: strict}").unwrap();
        process.signal("-HUP");
        let taken = "reloads_total{what=\"configuration\",result=\"taken\"} 1\n";
        until(process.ops, "/metrics", |_, text| text.contains(taken)).await;
        assert!(!allowed().await);
    });
}

/// As on nodes that have IPv6 only, and on all addresses, as the chart sets it.
#[test]
fn reviews_and_probes_arrive_over_ipv6() {
    if std::net::TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err() {
        skip("reviews over IPv6: there is no ::1");
        return;
    }
    run(async {
        for (name, listen) in [("ipv6", "[::1]:0"), ("dual", "[::]:0"), ("all", ":0")] {
            let arguments = ["--listen", listen, "--ops-listen", listen];
            let process = Process::start(name, "admission: {policy: strict}", &arguments).await;
            let at = |ip: IpAddr, port: u16| SocketAddr::from((ip, port));
            let mut hosts = vec![IpAddr::from(Ipv6Addr::LOCALHOST)];
            hosts.extend((name != "ipv6").then_some(IpAddr::from(Ipv4Addr::LOCALHOST)));
            for host in hosts {
                let address = at(host, process.address.port());
                let mut connection = Connection::new(address, &process.roots, "h2").await;
                let (status, text, _) = connection.post("", review(|_| {})).await;
                assert_eq!(status, StatusCode::OK);
                assert_eq!(
                    serde_json::from_str::<Value>(&text).unwrap()["response"]["allowed"],
                    false,
                    "{text}"
                );
                assert_eq!(get(at(host, process.ops.port()), "/readyz").await.0, StatusCode::OK);
            }
        }
    });
}

#[test]
fn a_strict_policy_that_the_failure_policy_opens_is_said() {
    run(async {
        for (policy, failure_policy, open) in
            [("strict", "Ignore", 1), ("strict", "Fail", 0), ("standard", "Ignore", 0)]
        {
            let configuration = format!("admission: {{policy: {policy}}}");
            let arguments = ["--failure-policy", failure_policy];
            let process = Process::start("open", &configuration, &arguments).await;
            let (_, metrics) = get(process.ops, "/metrics").await;
            assert!(metrics.contains(&format!("batchlint_admission_fails_open {open}\n")), "{metrics}");
            assert_eq!(process.log().contains("failurePolicy: Ignore"), open == 1, "{}", process.log());
        }
    });
}

#[test]
fn logs_show_what_is_there() {
    run(async {
        let process = Process::start("log", "admission: {policy: strict}", &[]).await;
        let mut connection = Connection::new(process.address, &process.roots, "http/1.1").await;
        let name = "a\n{\"level\":\"INFO\"}\u{1b}[31m\u{202e}\u{200b}\u{85}b";
        let body = review(|it| it["request"]["name"] = json!(name));
        assert_eq!(connection.post("", body).await.0, StatusCode::OK);
        assert_eq!(process.line("denied").await["name"], name, "JSON gives it back whole");
        let hidden = |it: char| it != '\n' && (it.is_control() || "\u{202e}\u{200b}".contains(it));
        assert!(!process.log().contains(hidden), "{:?}", process.log());
        process.signal("-TERM");
        process.line("ended").await;
    });
}

#[test]
fn a_log_line_stays_short_whatever_the_review_has() {
    run(async {
        let process = Process::start("long", "admission: {policy: strict}", &[]).await;
        let mut connection = Connection::new(process.address, &process.roots, "http/1.1").await;
        let variable = |it| json!({"name": format!("DB{it}_PASSWORD"), "value": format!("k3X9-{it}-Horse")});
        let body = review(|it| {
            it["request"]["userInfo"]["username"] = json!("u".repeat(100_000));
            let spec = &mut it["request"]["object"]["spec"]["jobTemplate"]["spec"]["template"]["spec"];
            spec["containers"][0]["env"] = (0..5_000).map(variable).collect();
        });
        let (status, answer, _) = connection.post("", body).await;
        assert_eq!(status, StatusCode::OK);
        let line = process.line("denied").await;
        assert!(line.to_string().len() < 2_000, "{line}");
        assert_eq!(line["rules"].as_str().unwrap().matches("literal-secret").count(), 1, "{line}");
        let annotations = super::read(&answer)["auditAnnotations"].to_string();
        assert!((1_000..6_000).contains(&annotations.len()), "{annotations}");
        process.signal("-TERM");
        process.line("ended").await;
    });
}

/// Objects of 3 MB, the rules and the masking of which take the most memory for their bytes.
fn dense_objects() -> Vec<(&'static str, Value)> {
    let repeat = |text: &str| text.repeat(3_000_000 / text.len());
    let list = |each: &dyn Fn(usize) -> Value| {
        let length = each(100_000).to_string().len() + 1;
        Value::from((0..3_000_000 / length).map(each).collect::<Vec<_>>())
    };
    let container = |field: &str, value: Value| json!([{"name": "c", "image": "alpine", field: value}]);
    let init = |text: &str| {
        let script = text.repeat(100_000 / text.len());
        list(&|it| json!({"name": format!("c{it}"), "command": ["sh", "-c", script]}))
    };
    vec![
        ("annotations", json!({"example.com/filler": repeat("x")})),
        ("containers", container("args", list(&|it| json!(format!("--password=x{it}"))))),
        ("containers", container("args", list(&|it| json!(format!("--flag{it}=value"))))),
        ("containers", container("args", json!([repeat("http://a:b9@c/d ")]))),
        ("containers", container("args", json!([repeat("{\"password\":\"a1b\"},")]))),
        (
            "containers",
            container("env", list(&|it| json!({"name": format!("PASSWORD_{it}"), "value": "a1b2"}))),
        ),
        ("containers", list(&|it| json!({"name": format!("c{it}")}))),
        ("initContainers", init("mysql -phunter2Zx\n")),
        ("initContainers", init("curl http://a/b > c; load | tee d\n")),
        ("initContainers", init("a;")),
    ]
}

#[test]
fn many_large_reviews_at_once_are_answered_within_128_mib() {
    run(async {
        let process = Process::start("memory", "admission: {policy: strict}", &[]).await;
        for (number, (field, value)) in dense_objects().into_iter().enumerate() {
            let body = review(|it| {
                let object = &mut it["request"]["object"];
                match field {
                    "annotations" => object["metadata"][field] = value.clone(),
                    _ => object["spec"]["jobTemplate"]["spec"]["template"]["spec"][field] = value.clone(),
                }
            });
            if number == 0 {
                let mut connection = Connection::new(process.address, &process.roots, "http/1.1").await;
                let (_, text, _) = connection.post("?timeout=30s", body.clone()).await;
                assert!(text.contains("\"code\":403"), "a large review is judged: {text}");
            }
            let mut clients = Vec::new();
            for _ in 0..64 {
                let mut connection = Connection::new(process.address, &process.roots, "http/1.1").await;
                let body = body.clone();
                clients.push(tokio::spawn(async move { connection.post("?timeout=30s", body).await }));
            }
            for client in clients {
                let (code, text, _) = client.await.unwrap();
                assert_eq!(code, StatusCode::OK, "{text}");
                let response = serde_json::from_str::<Value>(&text).unwrap()["response"].clone();
                assert_eq!(response["uid"], "135f391b-1602-4622-8afd-f022e0d10402");
            }
            assert!(process.peak() < 128, "{number}: {} MiB", process.peak());
        }
    });
}
