//! How long manifests take: parsing alone, checking, and whole runs of the program and of its peers.
//!
//! `cargo bench --bench tree` prints the figures; peers (`kube-linter`, `kube-score`, `kubeconform`) take part where they
//! are on the `PATH`, and instructions are counted where `valgrind` is. CPU times of runs come from `/proc/self/stat`, so
//! that part needs Linux.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

mod manifests;
mod program;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use batchlint::engine::lint::lint;
use batchlint::manifest::document;
use batchlint::policy::config::{Config, Preset};
use batchlint::text::source::Source;

use manifests::{manifest, write_list, write_tree};
use program::Run;

const PROGRAM: &str = env!("CARGO_BIN_EXE_batchlint");

/// The files of the tree that is measured beside peers.
const FILES: usize = 2_000;

/// The files of the tree whose instructions are counted, which takes fifty times as long as a run.
const COUNTED: usize = 200;

fn main() {
    in_one_thread();
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tree");
    let _ = fs::remove_dir_all(&directory);
    let path = |name: &str| directory.join(name);
    write_tree(&path("counted"), COUNTED).unwrap();
    write_tree(&path("small"), FILES).unwrap();
    write_tree(&path("large"), 16_000).unwrap();
    write_list(&path("list.json"), 20_000).unwrap();
    instructions(&path("counted"));

    println!(
        "whole runs                                  {:>10} {:>10} {:>10}",
        "CPU ms", "wall ms", "peak MiB"
    );
    let tree = path("small").to_string_lossy().into_owned();
    let one = path("small").join("00000.yaml").to_string_lossy().into_owned();
    let large = path("large").to_string_lossy().into_owned();
    let score = format!("find {tree} -name '*.yaml' | xargs -n 2000 kube-score score");
    let schemas = std::env::var("KUBECONFORM_SCHEMAS").unwrap_or_else(|_| "default".to_owned());
    run("batchlint check, 2,000 files", PROGRAM, &["check", &tree], 20).print();
    run("batchlint check, 1 file", PROGRAM, &["check", &one], 20).print();
    run("batchlint --version", PROGRAM, &["--version"], 20).print();
    run("kube-linter lint, 2,000 files", "kube-linter", &["lint", &tree], 5).print();
    run("kube-linter lint, 1 file", "kube-linter", &["lint", &one], 5).print();
    if is_installed("kube-score") {
        run("kube-score score, 2,000 files", "sh", &["-c", &score], 5).print();
    }
    run("kubeconform, 2,000 files", "kubeconform", &["-schema-location", &schemas, &tree], 5).print();
    run("batchlint check --diff, 2,000 files", PROGRAM, &["check", "--diff", &tree], 10).print();
    run("batchlint check --format json, 16,000 files", PROGRAM, &["check", "--format", "json", &large], 3)
        .print();
    let list = path("list.json");
    let arguments = &["check", "--format", "json", "-"];
    Run { input: Some(&list), ..run("batchlint check -, a List of 20,000", PROGRAM, arguments, 2) }.print();
    let _ = fs::remove_dir_all(&directory);
}

/// Prints how long the library takes for the manifests, without files and threads.
fn in_one_thread() {
    let manifests: Vec<String> = (0..FILES).map(manifest).collect();
    let lines: usize = manifests.iter().map(|it| it.lines().count()).sum();
    let bytes: usize = manifests.iter().map(String::len).sum();
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
}

/// Prints how many instructions a file takes, which a busy machine does not change.
fn instructions(tree: &Path) {
    let tree = tree.to_string_lossy();
    let arguments = &["check", "--no-config", "--format", "json", &tree];
    if let Some(count) = run("", PROGRAM, arguments, 1).instructions() {
        println!("instructions a file, of {COUNTED}           {:>10}\n", count / COUNTED as u64);
    }
}

fn run<'a>(title: &'a str, program: &'a str, arguments: &'a [&'a str], repeats: u32) -> Run<'a> {
    Run { title, program, arguments, input: None, repeats }
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory| directory.join(program).is_file())
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
