//! `check`: from paths to a report and an exit code.
#![expect(clippy::disallowed_methods, reason = "the report is written, and the terminal asked, here")]

use std::io;

use super::args::Check;
use super::files::{self, Inputs};
use super::settings::Settings;
use super::{Exit, print, wants_color};
use crate::lint::Outcome;
use crate::report;

/// Checks what the arguments name and reports it.
pub(super) fn run(arguments: &Check) -> Result<Exit, String> {
    let settings = Settings::new(&arguments.rules)?;
    let inputs = Inputs { paths: &arguments.paths, stdin_filename: &arguments.stdin_filename };
    let (outcome, files) = files::check(&inputs, &settings);
    let options = report::Options {
        color: arguments.output.is_none() && wants_color(arguments.color),
        unicode: std::env::var_os("TERM").is_none_or(|terminal| terminal != "dumb" && terminal != "linux"),
        width: terminal_size::terminal_size_of(io::stdout()).map_or(100, |(width, _)| usize::from(width.0)),
        statistics: arguments.statistics,
        quiet: arguments.quiet,
    };
    let mut text = Vec::new();
    report::write(arguments.format, &outcome, files, &options, &mut text)
        .map_err(|error| error.to_string())?;
    match &arguments.output {
        Some(path) => std::fs::write(path, &text).map_err(|error| format!("{}: {error}", path.display()))?,
        None => print(&text)?,
    }
    Ok(exit(arguments, &outcome))
}

/// What could not be read wins over what was found.
fn exit(arguments: &Check, outcome: &Outcome) -> Exit {
    if outcome.unread > 0 {
        Exit::Failure
    } else if outcome.findings.iter().any(|finding| arguments.fail_on.counts(finding.severity)) {
        Exit::Findings
    } else {
        Exit::Clean
    }
}
