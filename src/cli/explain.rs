//! `explain`, `rules`, `completions`, `man` and `schema`: what the program knows about itself.
#![expect(clippy::disallowed_methods, reason = "the directory of the manual pages is made here")]

use crate::cli::completions::TOPICS;
use crate::cli::terminal::{DEFAULT_WIDTH, terminal_width};
use std::fmt::Write as _;
use std::path::Path;

use clap::CommandFactory as _;

use super::args::Arguments;
use super::page;
use crate::cli::exit::Exit;
use crate::cli::options::{Color, ListFormat, SchemaKind};
use crate::cli::terminal::{print, use_color};
use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::without_comments;
use crate::project::paths::without_os_code;
use crate::rules;

/// Prints the page of a rule or topic: set for a terminal, as it is written for anything else.
pub(crate) fn explain(name: &str, color: Color) -> Result<Exit, String> {
    let topic = TOPICS.iter().find(|(topic, _)| *topic == name).map(|(_, page)| *page);
    let page = match topic {
        Some(page) => page,
        None => rules::registry().named(name).map_err(|error| error.to_string())?.page,
    };
    let color = use_color(color);
    let text = match terminal_width() {
        Some(width) => page::render_page(page, width, color),
        None if color => page::render_page(page, DEFAULT_WIDTH, color),
        None => without_comments(page),
    };
    print(text.as_bytes())?;
    Ok(Exit::Clean)
}

/// Prints all rules.
pub(crate) fn list(format: ListFormat) -> Result<Exit, String> {
    let text = match format {
        ListFormat::Human => table(),
        ListFormat::Json => {
            let rules: Vec<_> = rules::registry().iter().map(to_json).collect();
            serde_json::to_string_pretty(&rules).map_err(|error| error.to_string())? + "\n"
        }
    };
    print(text.as_bytes())?;
    Ok(Exit::Clean)
}

fn table() -> String {
    let mut text = String::new();
    let width = rules::registry().iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    let mut all: Vec<_> = rules::registry().iter().collect();
    all.sort_by_key(|rule| (rule.category, rule.id));
    for group in all.chunk_by(|left, right| left.category == right.category) {
        let blank = if text.is_empty() { "" } else { "\n" };
        let _ = writeln!(text, "{blank}{}", group[0].category.title());
        for rule in group {
            let _ = writeln!(text, "  {:width$}  {:7}  {}", rule.id, rule.severity.as_str(), rule.summary);
        }
    }
    text
}

fn to_json(rule: &Meta) -> serde_json::Value {
    serde_json::json!({
        "id": rule.id,
        "summary": rule.summary,
        "category": rule.category.title(),
        "severity": rule.severity,
        "confidence": rule.confidence,
        "fix": rule.fix,
        "admission": rule.admission.as_str(),
        "since": rule.since,
    })
}

/// Prints a completion script.
pub(crate) fn completions(shell: clap_complete::Shell) -> Result<Exit, String> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "batchlint", &mut script);
    print(&script)?;
    Ok(Exit::Clean)
}

/// Writes the manual pages.
pub(crate) fn manual(directory: &Path) -> Result<Exit, String> {
    std::fs::create_dir_all(directory)
        .and_then(|()| clap_mangen::generate_to(Arguments::command(), directory))
        .map_err(|error| format!("{}: {}", directory.display(), without_os_code(&error)))?;
    Ok(Exit::Clean)
}

/// Prints a schema.
pub(crate) fn schema(of: SchemaKind) -> Result<Exit, String> {
    let text = match of {
        SchemaKind::Config => include_str!("../../schemas/config.schema.json"),
        SchemaKind::Report => include_str!("../../schemas/report.schema.json"),
    };
    print(text.as_bytes())?;
    Ok(Exit::Clean)
}
