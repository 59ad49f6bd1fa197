//! `dry-run`: what the API server would answer.

use std::fmt::Write as _;
use std::sync::Arc;

use super::args::{Client, DryRun, ListFormat};
use super::{Exit, files, print, wants_color};
use crate::kubernetes::answer::{Answer, Route, answers};
use crate::kubernetes::strict;
use crate::report::text::{escape, paint};
use crate::source::Source;

const RED: &str = "1;31";
const GREEN: &str = "1;32";
const YELLOW: &str = "1;33";

/// Prints the answer to every document of the inputs.
pub(super) fn run(arguments: &DryRun) -> Result<Exit, String> {
    let client = match arguments.client {
        Client::Raw => strict::Client::Raw,
        Client::Kubectl => strict::Client::Kubectl,
    };
    let (mut all, mut text) = (Vec::new(), String::new());
    let color = wants_color(arguments.color);
    let (mut failed, mut others) = (0, 0);
    files::texts(&arguments.paths, &arguments.stdin_filename, &mut |name, read| match read {
        Ok(content) => {
            let source = Arc::new(Source::new(name, content));
            for answer in answers(&source, arguments.kubernetes_version, client) {
                others += usize::from(answer.route == Some(Route::OtherKind));
                describe(&mut text, &answer, &source, color);
                all.push(answer);
            }
        }
        Err(reason) => {
            failed += 1;
            let (label, name) = (paint("error", RED, color), escape(name));
            let _ = writeln!(text, "{label} {name}: the file cannot be read: {}", escape(&reason));
        }
    });
    let exit = exit(&all, failed);
    match arguments.format {
        ListFormat::Json => {
            let json = serde_json::to_string_pretty(&all).map_err(|error| error.to_string())?;
            print(format!("{json}\n").as_bytes())?;
        }
        ListFormat::Human => {
            let accepted = all.iter().filter(|answer| answer.accepted).count();
            let refused = all.len() - accepted - others;
            let _ = write!(text, "{accepted} accepted, {refused} refused");
            if others > 0 {
                let _ = write!(text, ", {others} of other kinds not judged");
            }
            let _ = writeln!(text, " (Kubernetes {})", arguments.kubernetes_version);
            print(text.as_bytes())?;
        }
    }
    Ok(exit)
}

/// What could not be read wins over what is refused; other kinds are neither.
fn exit(answers: &[Answer], failed: usize) -> Exit {
    let is_unread = |answer: &Answer| answer.route == Some(Route::Unread);
    let is_refused = |answer: &Answer| !answer.accepted && answer.route != Some(Route::OtherKind);
    if failed > 0 || answers.iter().any(is_unread) {
        Exit::Failure
    } else if answers.iter().any(is_refused) {
        Exit::Findings
    } else {
        Exit::Clean
    }
}

/// Describes an answer for people: a line for the object, one for each reason and warning with its place.
fn describe(text: &mut String, answer: &Answer, source: &Source, color: bool) {
    let (word, style) = match answer.route {
        Some(Route::OtherKind) => return,
        Some(Route::Unread) => ("unread", RED),
        _ if answer.accepted => ("accepted", GREEN),
        _ => ("refused", RED),
    };
    let title =
        if answer.title.is_empty() { format!("document {}", answer.doc + 1) } else { answer.title.clone() };
    let code = answer.code.map(|code| format!(" ({code} {})", answer.reason.unwrap_or("Created")));
    let _ = writeln!(
        text,
        "{} {} in {}{}",
        paint(word, style, color),
        escape(&title),
        escape(&answer.file),
        code.unwrap_or_default()
    );
    let mut lines: Vec<(usize, &str)> = Vec::new();
    for (span, reason) in &answer.places {
        // What the object holds does not belong here.
        let reason = reason.split(" in '{").next().unwrap_or(reason);
        lines.push((source.positions(*span).0.line, reason));
    }
    lines.sort();
    lines.dedup();
    for (line, reason) in lines {
        let _ = writeln!(text, "  {}:{line}: {}", escape(&answer.file), escape(reason));
    }
    if let Some(version) = answer.taken_since {
        let _ = writeln!(text, "  Kubernetes {version} and later take it");
    }
    for warning in &answer.warnings {
        let _ = writeln!(text, "  {}: {}", paint("warning", YELLOW, color), escape(warning));
    }
}
