//! How long an editor waits: from a keystroke to its diagnostics, and for a completion, through the real server.
//!
//! `cargo bench --bench lsp`
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

#[path = "../tests/common/editor.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod editor;
#[path = "../tests/common/program.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod program;

use std::time::Instant;

use editor::Editor;
use program::TempDirectory;
use serde_json::json;

const KEYSTROKES: usize = 200;

fn main() {
    let directory = TempDirectory::new("bench-lsp", &[]);
    println!("{:44} {:>8} {:>8} {:>8}", "ms", "median", "95 %", "most");
    for lines in [100, 1_000, 5_000] {
        let text = manifest(lines);
        let (lines, documents) = (text.lines().count(), text.matches("\n---\n").count() + 1);
        let mut editor = Editor::start(&directory);
        editor.open("job.yaml", &text);
        let findings = editor.diagnostics("job.yaml").len();
        let mut times = Vec::new();
        // A comment above a `spec` in the middle grows by a letter.
        let middle = text.lines().enumerate().position(|(at, line)| at >= lines / 2 && line == "spec:");
        let middle = middle.unwrap();
        editor.type_at("job.yaml", (middle, 0), (middle, 0), "# \n");
        for number in 0..KEYSTROKES {
            let at = (middle, number + 2);
            editor.said.clear();
            let start = Instant::now();
            editor.type_at("job.yaml", at, at, "x");
            editor.diagnostics("job.yaml");
            times.push(start.elapsed());
        }
        row(&format!("{lines} lines, {documents} documents, {findings} findings"), times);
        let uri = editor.uri("job.yaml");
        let place = json!({"textDocument": {"uri": uri}, "position": {"line": middle + 1, "character": 0}});
        let times = (0..KEYSTROKES).map(|_| {
            let start = Instant::now();
            editor.ask("textDocument/completion", place.clone());
            start.elapsed()
        });
        row("  completion there", times.collect());
    }
}

fn row(title: &str, mut times: Vec<std::time::Duration>) {
    times.sort();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1000.0;
    println!("{title:44} {:>8.2} {:>8.2} {:>8.2}", at(50), at(95), at(100));
}

/// Joins documents of the demo, which have findings, until there are so many lines.
fn manifest(lines: usize) -> String {
    let (job, cron_job) =
        (include_str!("../testdata/demo/import.yaml"), include_str!("../testdata/demo/nightly-report.yaml"));
    let mut text = String::from(job);
    while text.lines().count() < lines {
        text += "---\n";
        text += if text.matches("\n---\n").count() % 2 == 1 { cron_job } else { job };
    }
    text
}
