//! How fast YAML and JSON are read into a tree, in MB/s, beside libyaml's port to Rust (`serde_yaml`) and `serde_json`.
//!
//! `cargo bench --bench read` prints the figures. The trees differ: ours keeps the place of everything and builds no value
//! that a manifest does not need, theirs keeps values only.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use batchlint::manifest::document;
use batchlint::text::source::Source;
use serde::Deserialize as _;

const ITEMS: usize = 500;

fn main() {
    let item = std::fs::read_to_string("testdata/clean/cron-job.yaml").unwrap();
    let value: serde_json::Value = serde_yaml::from_str(&item).unwrap();
    let script = "              echo \"partition $PARTITION of the warehouse\" >> /data/log\n".repeat(200);
    let scripted = format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec:\n  template:\n    spec:\n      containers:\n      - name: a\n        args:\n        - |\n{script}"
    );
    let flow = serde_json::to_string(&value).unwrap();
    println!("MB/s                            batchlint  serde_yaml  serde_json");
    for (name, text) in [
        ("a CronJob, block style", format!("---\n{item}").repeat(ITEMS)),
        ("a CronJob, flow style in one line", format!("---\n{flow}\n").repeat(ITEMS)),
        ("a script of 200 lines", format!("---\n{scripted}").repeat(ITEMS / 10)),
    ] {
        row(name, &text, false);
    }
    let list = serde_json::json!({"apiVersion": "v1", "kind": "List", "items": vec![value; ITEMS]});
    row("a List in JSON, indented", &serde_json::to_string_pretty(&list).unwrap(), true);
}

fn row(name: &str, text: &str, is_json: bool) {
    let megabytes = text.len() as f64 / 1e6;
    let source = Arc::new(Source::new("m.yaml", text));
    let ours = megabytes / best(|| black_box(document::read(&source).documents.len()));
    let theirs = megabytes
        / best(|| {
            let documents = serde_yaml::Deserializer::from_str(text);
            documents.fold(0, |count, it| {
                black_box(serde_yaml::Value::deserialize(it).unwrap());
                count + 1
            })
        });
    print!("{name:32}  {ours:>7.1} {theirs:>11.1}");
    if is_json {
        let json = || {
            black_box(serde_json::from_str::<serde_json::Value>(text).unwrap());
            1
        };
        print!(" {:>11.1}", megabytes / best(json));
    }
    println!();
}

/// Returns the shortest of several runs, in seconds.
fn best(mut work: impl FnMut() -> usize) -> f64 {
    let time = |_| {
        let start = Instant::now();
        assert!(work() > 0);
        start.elapsed().as_secs_f64()
    };
    (0..10).map(time).fold(f64::INFINITY, f64::min)
}
