//! How long a tree of 2,000 manifests takes: parsing alone, checking, and whole runs of the program and of its peers.
//!
//! `cargo bench --bench tree` prints the figures; peers (`kube-linter`, `kubeconform`) take part where they are on the
//! `PATH`. CPU times of runs come from `/proc/self/stat`, so that part needs Linux.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use batchlint::engine::lint::lint;
use batchlint::manifest::document;
use batchlint::policy::config::{Config, Preset};
use batchlint::text::source::Source;

const FILES: usize = 2_000;
const RUNS: u32 = 20;

fn main() {
    let manifests: Vec<String> = (0..FILES).map(manifest).collect();
    let (lines, bytes) =
        manifests.iter().fold((0, 0), |(lines, bytes), it| (lines + it.lines().count(), bytes + it.len()));
    println!("{FILES} files, {lines} lines, {:.1} MB\n", bytes as f64 / 1e6);

    let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 24));
    let parsing = best(|| manifests.iter().map(|it| document::read(&source(it)).documents.len()).sum());
    let judging =
        best(|| manifests.iter().map(|it| lint(Source::new("m.yaml", it.as_str()), &config).objects).sum());
    config.preset = Preset::Strict;
    let all_rules =
        best(|| manifests.iter().map(|it| lint(Source::new("m.yaml", it.as_str()), &config).objects).sum());
    println!("in one thread                     {:>10}", "ms");
    println!("  parsing                         {parsing:>10.1}");
    println!("  parsing and judging             {judging:>10.1}   {:.2} times parsing", judging / parsing);
    println!(
        "  the same with --preset strict   {all_rules:>10.1}   {:.2} times parsing\n",
        all_rules / parsing
    );

    let tree = write_tree(&manifests);
    let one = tree.join("0000.yaml");
    let program = env!("CARGO_BIN_EXE_batchlint");
    println!("whole runs                        {:>10} {:>10} {:>10}", "CPU ms", "wall ms", "peak MiB");
    row("batchlint check TREE", program, &["check", &tree.to_string_lossy()]);
    row("batchlint check FILE", program, &["check", &one.to_string_lossy()]);
    row("batchlint --version", program, &["--version"]);
    row("kube-linter lint TREE", "kube-linter", &["lint", &tree.to_string_lossy()]);
    row("kube-linter lint FILE", "kube-linter", &["lint", &one.to_string_lossy()]);
    let schemas = std::env::var("KUBECONFORM_SCHEMAS").unwrap_or_else(|_| "default".to_owned());
    row("kubeconform TREE", "kubeconform", &["-schema-location", &schemas, &tree.to_string_lossy()]);
    let _ = fs::remove_dir_all(&tree);
}

fn source(text: &str) -> Arc<Source> {
    Arc::new(Source::new("m.yaml", text))
}

/// Returns the shortest of several runs, in milliseconds.
fn best(mut work: impl FnMut() -> usize) -> f64 {
    let time = |_| {
        let start = Instant::now();
        assert_eq!(work(), FILES);
        start.elapsed().as_secs_f64() * 1000.0
    };
    (0..10).map(time).fold(f64::INFINITY, f64::min)
}

/// Makes a manifest like those people write: every third a CronJob, some with findings, some clean.
fn manifest(number: usize) -> String {
    let mut text = String::new();
    let is_cron_job = number.is_multiple_of(3);
    let kind = if is_cron_job { "CronJob" } else { "Job" };
    let _ = write!(
        text,
        "# Loads the partition {number} of the warehouse.\napiVersion: batch/v1\nkind: {kind}\n"
    );
    let _ = write!(
        text,
        "metadata:\n  name: load-{number}\n  namespace: team-{}\n  labels:\n    app.kubernetes.io/name: load\n",
        number % 40
    );
    let mut indent = "  ".to_owned();
    text += "spec:\n";
    if is_cron_job {
        let _ = write!(
            text,
            "  schedule: \"{} {} * * *\"\n  concurrencyPolicy: Forbid\n  jobTemplate:\n    spec:\n",
            number % 60,
            number % 24
        );
        indent = "      ".to_owned();
    }
    let mut body = String::new();
    if number.is_multiple_of(2) {
        body += "backoffLimit: 2\nactiveDeadlineSeconds: 1800\n";
    }
    body += "ttlSecondsAfterFinished: 86400\ntemplate:\n  metadata:\n    labels:\n      app.kubernetes.io/name: load\n  spec:\n";
    body += "    restartPolicy: Never\n    securityContext:\n      runAsNonRoot: true\n    containers:\n    - name: load\n";
    let _ = writeln!(body, "      image: registry.example.com/warehouse/load:3.{}.1", number % 20);
    body += "      command: [\"load\", \"--partition\", \"$(PARTITION)\"]\n      env:\n";
    let _ = write!(body, "      - name: PARTITION\n        value: \"{number}\"\n");
    body += "      - name: DATABASE_PASSWORD\n        valueFrom:\n          secretKeyRef: {name: warehouse, key: password}\n";
    body +=
        "      resources:\n        requests: {cpu: 250m, memory: 512Mi}\n        limits: {memory: 512Mi}\n";
    for line in body.lines() {
        let _ = writeln!(text, "{indent}{line}");
    }
    text
}

fn write_tree(manifests: &[String]) -> PathBuf {
    let tree = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tree");
    let _ = fs::remove_dir_all(&tree);
    fs::create_dir_all(&tree).unwrap();
    for (number, text) in manifests.iter().enumerate() {
        fs::write(tree.join(format!("{number:04}.yaml")), text).unwrap();
    }
    tree
}

/// Runs a program several times and prints what a run costs; a program that is not there is left out.
fn row(title: &str, program: &str, arguments: &[&str]) {
    let spawn = || Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    // Memory first, in runs of its own: to ask for it costs the program time.
    let mut peak = 0;
    for _ in 0..RUNS {
        let Ok(mut child) = spawn() else { return };
        while child.try_wait().unwrap().is_none() {
            peak = peak.max(peak_kilobytes(child.id()));
            std::thread::sleep(std::time::Duration::from_micros(200));
        }
    }
    let (start, before) = (Instant::now(), children_ticks());
    for _ in 0..RUNS {
        spawn().and_then(|mut child| child.wait()).unwrap();
    }
    let wall = start.elapsed().as_secs_f64() * 1000.0 / f64::from(RUNS);
    // A tick of the Linux kernel's accounting is 10 ms.
    let cpu = (children_ticks() - before) as f64 * 10.0 / f64::from(RUNS);
    println!("  {title:30}  {cpu:>10.1} {wall:>10.1} {:>10.1}", peak as f64 / 1024.0);
}

/// Returns the CPU time of all children that have ended, in ticks.
fn children_ticks() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    [13, 14].iter().filter_map(|&at| fields.get(at)?.parse::<u64>().ok()).sum()
}

/// Returns the most memory that a process has held so far.
fn peak_kilobytes(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or_default()
}
