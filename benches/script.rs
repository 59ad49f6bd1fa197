//! How long a script of 100 lines takes, parsed and checked by every rule, and one that is as long as Linux allows.
//!
//! `cargo bench --bench script` prints the figures.
#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark")]

use std::hint::black_box;
use std::time::Instant;

use batchlint::engine::lint::lint;
use batchlint::policy::config::{Config, Preset};
use batchlint::shell::{MAX_LENGTH, parse};
use batchlint::text::source::Source;

fn main() {
    let script = script(12);
    let longest: String = script.chars().cycle().take(MAX_LENGTH).collect();
    println!("{} lines, {} bytes", script.lines().count(), script.len());
    let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 24));
    config.preset = Preset::Strict;
    let judge = |text: &str| lint(Source::new("job.yaml", text), &config).findings.len();
    let (empty, whole) = (manifest("true\n"), manifest(&script));
    let without = best(200, || judge(&empty));
    let with = best(200, || judge(&whole));
    println!(
        "  parsing the script              {:>8.3} ms",
        best(200, || parse(&script).map_or(0, |it| it.list.items.len()))
    );
    println!("  the manifest without a script   {without:>8.3} ms");
    println!("  the manifest with it            {with:>8.3} ms   the script costs {:.3} ms", with - without);
    let longest = manifest(&longest);
    println!("  a script of 128 KiB             {:>8.3} ms", best(5, || judge(&longest)));
    let beyond = manifest(&"import orders\n".repeat(75_000));
    println!("  a script of 1 MB                {:>8.3} ms", best(5, || judge(&beyond)));
}

/// Returns the shortest of several runs, in milliseconds.
fn best(runs: usize, work: impl Fn() -> usize) -> f64 {
    let time = |_| {
        let start = Instant::now();
        black_box(work());
        start.elapsed().as_secs_f64() * 1000.0
    };
    (0..runs).map(time).fold(f64::INFINITY, f64::min)
}

/// Makes a script like those people write: eight lines for each table.
fn script(tables: usize) -> String {
    let mut text = String::from("set -eu\n# Loads the tables one after another.\nDAY=$(date +%F)\n");
    for table in 0..tables {
        text += &format!(
            "echo \"loading table {table} of ${{DAY}}\"\nif ! fetch --table t{table} --day \"$DAY\" > /data/t{table}.csv; then\n  \
             echo \"no input for t{table}\" >&2\n  exit 1\nfi\nwc -l /data/t{table}.csv | awk '{{print $1}}'\n\
             load --table t{table} \"/data/t{table}.csv\" && rm -f /data/t{table}.csv\nsleep 1\n"
        );
    }
    text + "echo done\n"
}

fn manifest(script: &str) -> String {
    let lines: String = script.lines().map(|line| format!("          {line}\n")).collect();
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: load}}\nspec:\n  backoffLimit: 2\n  activeDeadlineSeconds: 1800\n  template:\n    \
         spec:\n      restartPolicy: Never\n      containers:\n      - name: load\n        image: registry.example.com/load:3.0.1\n        \
         command: [sh, -c]\n        args:\n        - |\n{lines}"
    )
}
