//! Time and memory grow with the bytes of a manifest, whatever it is made of.
//!
//! Each construct is repeated until the text has some size, and the size is doubled. `cargo test` asks the allocator for
//! the most bytes that are in use at a time, and takes the processor's time of the thread as a coarse measure of work:
//! only what grows like the square twice in a row fails. `tests/cost/run` counts instructions, with valgrind, and finds
//! much less.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests may fail, print, and run programs"
)]

#[path = "cost/constructs.rs"]
mod constructs;

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use batchlint::engine::lint::lint;
use batchlint::engine::pieces::{LongInput, lint_pieces};
use batchlint::policy::config::{Config, Preset};
use batchlint::report::{self, Format, Report, ReportOptions};
use batchlint::text::source::Source;
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// The smallest text, in bytes; the largest is eight times as long.
const SMALLEST: usize = 4 << 10;

/// With work in proportion to the bytes a doubling costs twice what the one before did, with work in proportion to
/// their square four times. Growing tables and logarithms take a little more than twice.
const MAX_GROWTH: f64 = 2.5;

/// A coarse measure has to be this sure.
const MAX_COARSE_GROWTH: f64 = 3.2;

/// As often is a construct measured again that looks steep.
const MAX_TRIES: usize = 4;

/// A megabyte of anything takes at most 150 MiB.
const MAX_BYTES_EACH: usize = 150;

/// What the rules and types need once, however short the text is.
const MAX_BYTES_AT_ALL: usize = 4 << 20;

/// What checking a text takes.
#[derive(Clone, Copy)]
struct Work {
    text: usize,
    nanoseconds: u64,
    peak: usize,
    report: usize,
}

/// Counts what is written.
struct Sink(usize);

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn measure(text: String) -> Work {
    let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 28));
    config.preset = Preset::Strict;
    let (length, mut out) = (text.len(), Sink(0));
    let (before, start) = (ALLOCATED.current_usage(), time_of_thread());
    ALLOCATED.reset_peak_usage();
    let outcome = lint(Source::new("cost.yaml", text), &config);
    report::write(Format::Json, &Report::new(&outcome, &ReportOptions::default()), &mut out).unwrap();
    let nanoseconds = time_of_thread() - start;
    Work { text: length, nanoseconds, peak: ALLOCATED.peak_usage() - before, report: out.0 }
}

/// Returns how long the processor has worked for this thread; 0 where the system does not say.
fn time_of_thread() -> u64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|it| it.parse().ok()).unwrap_or_default()
}

/// Returns by how much each doubling cost more than the one before.
fn growths<const N: usize>(values: [u64; N]) -> Vec<f64> {
    let steps: Vec<f64> = values.windows(2).map(|it| it[1].saturating_sub(it[0]).max(1) as f64).collect();
    steps.windows(2).map(|it| it[1] / it[0]).collect()
}

/// The allocator counts for the whole program, so that the tests of this file that ask it are one.
#[test]
fn time_and_memory_grow_with_the_bytes() {
    // What is made once is not a text's.
    measure(constructs::ALL[0].text(SMALLEST));
    let mut failures = Vec::new();
    for construct in constructs::ALL {
        let again = || [0, 1, 2, 3].map(|it| measure(construct.text(SMALLEST << it)));
        let is_steep = |works: &[Work; 4]| {
            growths(works.map(|it| it.nanoseconds)).iter().all(|it| *it > MAX_COARSE_GROWTH)
        };
        // Others are at work on the machine: what is steep once may be their doing.
        let mut works = again();
        for _ in 0..MAX_TRIES {
            works = if is_steep(&works) { again() } else { works };
        }
        let last = works[3];
        println!(
            "{:44} {:>6} bytes: {:>4} ms (x{:.1}), {:>4} bytes a byte, {:>3} bytes of JSON a byte",
            construct.name,
            last.text,
            last.nanoseconds / 1_000_000,
            growths(works.map(|it| it.nanoseconds))[1],
            last.peak / last.text,
            last.report / last.text,
        );
        if is_steep(&works) {
            let times = works.map(|it| it.nanoseconds);
            failures.push(format!("{}: {times:?} ns as the text doubles", construct.name));
        }
        if last.peak > last.text * MAX_BYTES_EACH + MAX_BYTES_AT_ALL {
            failures.push(format!("{}: {} bytes for {}", construct.name, last.peak, last.text));
        }
    }
    assert!(failures.is_empty(), "work grows faster than the bytes:\n{}", failures.join("\n"));
    no_report_takes_more_memory_than_the_findings();
    items_without_findings_take_no_memory();
}

/// Of a `List` that is read in pieces, nothing is kept of an item but its name.
fn items_without_findings_take_no_memory() {
    let item = r#"{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "load", "namespace": "prod"},
        "spec": {"activeDeadlineSeconds": 60, "backoffLimit": 2, "ttlSecondsAfterFinished": 86400,
        "template": {"spec": {"restartPolicy": "Never", "securityContext": {"runAsNonRoot": true},
        "containers": [{"name": "a", "image": "registry.example.com/a:1.2.3", "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}}]}}}}"#;
    let padded =
        item.replace("\"load\"", &format!("\"load\", \"annotations\": {{\"a\": \"{}\"}}", "x ".repeat(900)));
    let text = format!(r#"{{"items": [{}], "kind": "List"}}"#, vec![padded; 2_000].join(",\n"));
    let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 28));
    config.preset = Preset::Default;
    let (before, mut rest) = (ALLOCATED.current_usage(), text.as_bytes());
    ALLOCATED.reset_peak_usage();
    let whole = Source::new("list.json", "");
    let input = LongInput { whole, first: Vec::new(), rest: &mut rest, limit: 64 << 10 };
    let outcome = lint_pieces(input, &config, &mut |_| {}).unwrap().finish();
    let more = ALLOCATED.peak_usage() - before;
    println!("{} bytes of items, {more} bytes of memory", text.len());
    assert!(outcome.findings.is_empty() && outcome.objects == 2_000, "{:?}", outcome.findings.first());
    assert!(more < text.len() / 3, "{more} bytes for {}", text.len());
}

/// Small Jobs have the most findings for their bytes, and reports are a hundred times as long as they are: no format may
/// hold its report as a whole.
fn no_report_takes_more_memory_than_the_findings() {
    let documents = constructs::ALL.iter().find(|it| it.name == "documents").unwrap();
    let mut config = Config::new(batchlint::rules::registry(), jiff::civil::date(2026, 11, 28));
    config.preset = Preset::Strict;
    let outcome = lint(Source::new("cost.yaml", documents.text(SMALLEST << 5)), &config);
    for &format in Format::ALL {
        let (before, mut out) = (ALLOCATED.current_usage(), Sink(0));
        ALLOCATED.reset_peak_usage();
        report::write(format, &Report::new(&outcome, &ReportOptions::default()), &mut out).unwrap();
        let more = ALLOCATED.peak_usage() - before;
        println!("{:12} {:>9} bytes of report, {more:>9} bytes of memory", format.as_str(), out.0);
        assert!(more < out.0 / 2, "{}: {more} bytes for a report of {}", format.as_str(), out.0);
    }
}

/// Returns how many instructions `check` takes for a text, as valgrind counts them; `file` is where it stands.
fn instructions(file: &str, text: &str, options: &[&str]) -> u64 {
    let program = option_env!("CARGO_BIN_EXE_batchlint").unwrap_or_default().to_owned();
    let program = std::env::var("BATCHLINT").unwrap_or(program);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
    fs::write(&file, text).expect("the file is ours");
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", &program]);
    command.args(["check", "--preset", "strict", "--no-config"]).args(options);
    let output = command.arg(&file).output().expect("valgrind is installed");
    let said = String::from_utf8_lossy(&output.stderr);
    let count = said.lines().find_map(|line| line.split_once("Collected : "));
    count.and_then(|(_, count)| count.trim().parse().ok()).unwrap_or_else(|| panic!("{said}"))
}

/// `tests/cost/run` builds the program and runs this: `COST=volumes` only for the constructs with that in their name.
#[test]
#[ignore = "it takes valgrind, and minutes"]
fn instructions_grow_with_the_bytes() {
    let wanted = std::env::var("COST").unwrap_or_default();
    let left = Mutex::new(constructs::ALL.iter().filter(|it| it.name.contains(&wanted)));
    let failures = Mutex::new(Vec::new());
    let take = || left.lock().unwrap().next();
    let work = &|file: &str| {
        while let Some(construct) = take() {
            let counts = [0, 1, 2, 3]
                .map(|it| instructions(file, &construct.text(SMALLEST << it), &["--format", "json"]));
            let growths = growths(counts);
            let each = (counts[3] - counts[2]) / (SMALLEST << 2) as u64;
            println!(
                "{:44} {each:>6} instructions a byte, x{:.2}, x{:.2}",
                construct.name, growths[0], growths[1]
            );
            if growths[1] > MAX_GROWTH {
                let failure = format!("{}: {counts:?} instructions as the text doubles", construct.name);
                failures.lock().unwrap().push(failure);
            }
        }
    };
    // Instructions are the same however busy the machine is.
    thread::scope(|scope| {
        for number in 0..thread::available_parallelism().map_or(1, Into::into) {
            scope.spawn(move || work(&format!("cost-{number}.yaml")));
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "work grows faster than the bytes:\n{}", failures.join("\n"));
}

/// Each object has fixes of its own here; the texts are long because a square shows only where they are many.
#[test]
#[ignore = "it takes valgrind"]
fn instructions_of_fixing_grow_with_the_fixes() {
    let documents = constructs::ALL.iter().find(|it| it.name == "documents").unwrap();
    let count = |it: usize| {
        let text = documents.text(SMALLEST << it);
        instructions("cost-fixes.yaml", &text, &["--unsafe-fixes", "--diff"])
    };
    let counts = [3, 4, 5, 6].map(count);
    assert!(growths(counts)[1] <= MAX_GROWTH, "{counts:?} instructions as the text doubles");
}
