//! How long the API server's verdict takes on top of reading: a typical manifest, and lists that are very long.
//!
//! `cargo bench --bench verdict` prints the figures.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use batchlint::dry_run::answers;
use batchlint::kubernetes::verdict::body::Client;
use batchlint::kubernetes::verdict::verdict;
use batchlint::manifest::document;
use batchlint::manifest::document::Document;
use batchlint::manifest::workload::{Kind, Object};
use batchlint::schema::version::Version;
use batchlint::text::source::Source;

const VERSION: Version = Version { minor: 36 };

fn main() {
    let typical = std::fs::read_to_string("testdata/clean/cron-job.yaml").unwrap();
    println!("one manifest                       reading, µs  verdict, µs");
    row("a typical CronJob", &typical, Kind::CronJob, 1_000);
    println!("long lists                         reading, ms  verdict, ms");
    let many = |count: usize, item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<String>();
    let env = many(10_000, &|it| format!("        - {{name: V{it}, value: x}}\n"));
    let mounts = many(10_000, &|it| format!("        - {{name: v{it}, mountPath: /m{it}}}\n"));
    let volumes = many(10_000, &|it| format!("      - {{name: v{it}, emptyDir: {{}}}}\n"));
    let containers =
        many(5_000, &|it| format!("      - {{name: c{it}, image: a, ports: [{{containerPort: 80}}]}}\n"));
    let wrong = many(10_000, &|it| format!("        - {{name: \"=\", value: x{it}}}\n"));
    let unknown = many(10_000, &|it| format!("        - {{nam: V{it}}}\n"));
    for (name, pod) in [
        ("10,000 variables", format!("      - name: c\n        image: a\n        env:\n{env}")),
        ("10,000 wrong variables", format!("      - name: c\n        image: a\n        env:\n{wrong}")),
        ("10,000 unknown fields", format!("      - name: c\n        image: a\n        env:\n{unknown}")),
        (
            "10,000 volumes with mounts",
            format!(
                "      - name: c\n        image: a\n        volumeMounts:\n{mounts}      volumes:\n{volumes}"
            ),
        ),
        ("5,000 containers", containers),
    ] {
        row(name, &job(&pod), Kind::Job, 3);
    }
    let mut list = "apiVersion: v1\nkind: List\nitems:\n".to_owned();
    for index in 0..5_000 {
        let _ =
            writeln!(list, "- {{apiVersion: batch/v1, kind: Job, metadata: {{name: j{index}}}, spec: {{}}}}");
    }
    let source = Arc::new(Source::new("m.yaml", list));
    let time = best(3, || answers(&source, &document::read(&source), VERSION, Client::Raw).len());
    println!("  a List of 5,000 wrong Jobs       {:>25.1}", time * 1e3);
}

fn job(pod: &str) -> String {
    let head = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n";
    format!("{head}      containers:\n{pod}")
}

fn row(name: &str, text: &str, kind: Kind, runs: usize) {
    let source = Arc::new(Source::new("m.yaml", text));
    let documents = document::read(&source).documents;
    let judge = |document: &Document| {
        let object = Object { node: document.root(), kind };
        verdict(object, VERSION, Client::Kubectl).message().map_or(0, |it| it.len())
    };
    let reading = best(runs, || document::read(&source).documents.len());
    let judging = best(runs, || documents.iter().map(judge).sum());
    let unit = if runs > 3 { 1e6 } else { 1e3 };
    println!("  {name:30} {:>13.1} {:>12.1}", reading * unit, judging * unit);
}

/// Returns the best time of some runs, in seconds.
fn best(runs: usize, mut work: impl FnMut() -> usize) -> f64 {
    let time = |_| {
        let start = Instant::now();
        black_box(work());
        start.elapsed().as_secs_f64()
    };
    (0..runs).map(time).fold(f64::INFINITY, f64::min)
}
