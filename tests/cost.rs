//! Time and memory grow with the bytes of a manifest, whatever it is made of.
//!
//! Each construct is repeated until the text has some size, and the size is doubled three times. What is counted is
//! work, not seconds: the instructions of the thread, which the kernel counts, and the most bytes that are allocated at a
//! time. Where the kernel lets nobody count instructions (`kernel.perf_event_paranoid` above 2, or no Linux), the bytes
//! alone are judged, and a line says so. `cargo test --test cost -- --nocapture` prints the figures.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests may fail and print"
)]

#[path = "cost/constructs.rs"]
mod constructs;
#[path = "cost/counter.rs"]
mod counter;

use batchlint::config::{Config, Preset};
use batchlint::lint::{lint, lint_fleet};
use batchlint::report::{self, Format, Options};
use batchlint::source::Source;
use counter::Counter;
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// The smallest text, in bytes; the largest is eight times as long.
const SMALLEST: usize = 4 << 10;

/// With work in proportion to the bytes a doubling costs twice what the one before did, with work in proportion to
/// their square four times. Growing tables and logarithms take a little more than twice.
const MOST_GROWTH: f64 = 2.5;

/// A megabyte of anything takes at most 150 MiB.
const MOST_BYTES_EACH: usize = 150;

/// What the rules and types need once, however short the text is.
const MOST_BYTES_AT_ALL: usize = 4 << 20;

/// What judging a text takes.
#[derive(Clone, Copy)]
struct Work {
    text: usize,
    instructions: Option<u64>,
    peak: usize,
    report: usize,
}

fn measure(text: String, counter: Option<&mut Counter>) -> Work {
    let mut config = Config::new(jiff::civil::date(2026, 11, 28));
    config.preset = Preset::Strict;
    let length = text.len();
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    let mut out = Vec::new();
    let work = || {
        let mut outcome = lint(Source::new("cost.yaml", text), &config);
        lint_fleet(&mut outcome, &|_| Some(config.clone()));
        report::write(Format::Json, &outcome, 1, &Options::default(), &mut out).unwrap();
    };
    let instructions = match counter {
        Some(counter) => Some(counter.count(work)),
        None => {
            work();
            None
        }
    };
    Work { text: length, instructions, peak: ALLOCATED.peak_usage() - before, report: out.len() }
}

/// Returns by how much the last doubling cost more than the one before.
fn growth(values: [u64; 4]) -> f64 {
    let [_, second, third, fourth] = values.map(|it| it as f64);
    (fourth - third) / (third - second).max(1.0)
}

#[test]
fn work_and_memory_grow_with_the_bytes() {
    let mut counter = Counter::new();
    if counter.is_none() {
        println!(
            "SKIPPED: the kernel does not let this process count instructions; memory is judged all the same"
        );
    }
    // What is made once is not a text's.
    measure(constructs::ALL[0].text(SMALLEST), None);
    let mut failures = Vec::new();
    for construct in constructs::ALL {
        let works: [Work; 4] =
            [0, 1, 2, 3].map(|it| measure(construct.text(SMALLEST << it), counter.as_mut()));
        let last = works[3];
        let most = last.text * MOST_BYTES_EACH + MOST_BYTES_AT_ALL;
        let grows =
            works[0].instructions.map(|_| growth(works.map(|it| it.instructions.unwrap_or_default())));
        let each = last.instructions.map_or(0, |it| it / last.text as u64);
        println!(
            "{:32} {:>7} bytes {each:>7} instructions a byte, the last doubling x{:.2}, {:>4} bytes a byte, {:>8} bytes of JSON",
            construct.name,
            last.text,
            grows.unwrap_or_default(),
            last.peak / last.text,
            last.report,
        );
        if grows.is_some_and(|it| it > MOST_GROWTH) {
            let counts = works.map(|it| it.instructions.unwrap_or_default());
            failures.push(format!("{}: {counts:?} instructions as the text doubles", construct.name));
        }
        if last.peak > most {
            failures.push(format!("{}: {} bytes for {}", construct.name, last.peak, last.text));
        }
    }
    assert!(failures.is_empty(), "work grows faster than the bytes:\n{}", failures.join("\n"));
}

/// The measure itself: comparing each part with each other is found, going through all of them is not.
#[test]
fn the_square_of_the_bytes_is_found() {
    let Some(mut counter) = Counter::new() else { return };
    let mut each = |count: fn(usize) -> usize| {
        [1usize, 2, 4, 8]
            .map(|it| counter.count(|| _ = std::hint::black_box(count(std::hint::black_box(it * 500)))))
    };
    let once = each(|size| (0..size * 20).filter(|it| std::hint::black_box(it) % 7 == 0).count());
    let pairs = each(|size| {
        (0..size).map(|it| (0..size).filter(|&other| std::hint::black_box(other) == it).count()).sum()
    });
    assert!(growth(once) < MOST_GROWTH, "{once:?}");
    assert!(growth(pairs) > MOST_GROWTH, "{pairs:?}");
}
