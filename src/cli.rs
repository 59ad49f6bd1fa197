//! The command line: the only place, with its modules, that touches files, the terminal and the clock.
#![expect(
    clippy::disallowed_methods,
    reason = "the edge of the program: arguments, terminal, standard streams"
)]

mod alerts;
pub(crate) mod args;
mod baseline;
mod calendar;
#[cfg(feature = "webhook")]
mod certs;
mod check;
mod configure;
mod dry_run;
mod explain;
pub(crate) mod files;
mod fix;
mod git;
mod manifests;
mod output;
mod page;
pub(crate) mod patches;
mod render;
#[cfg(feature = "webhook")]
mod serve;
pub(crate) mod settings;
mod timeline;

use std::io::{self, IsTerminal as _, Write};
use std::process::ExitCode;

use clap::Parser as _;

use args::{Arguments, Command};

use crate::engine::outcome::Outcome;
use crate::mask::hide_in_text;
use crate::report;

/// How a run ends; the process's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing was found, or nothing that counts.
    Clean = 0,
    /// Something was found.
    Findings = 1,
    /// Something could not be read, or the call was wrong.
    Failure = 2,
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version come this way too, with exit code 0. Logs of a pipeline keep what an argument was.
            match hide_in_text(&error.to_string()) {
                text if text != error.to_string() => _ = write!(io::stderr(), "{text}"),
                _ => _ = error.print(),
            }
            return ExitCode::from(if error.use_stderr() { Exit::Failure } else { Exit::Clean } as u8);
        }
    };
    let result = match &arguments.command {
        Command::Check(check) => check::run(check),
        Command::Timeline(timeline) => timeline::run(timeline),
        Command::Calendar(calendar) => calendar::run(calendar),
        Command::Alerts(alerts) => alerts::run(alerts),
        Command::DryRun(arguments) => dry_run::run(arguments),
        Command::Explain { name, color } => explain::explain(name, *color),
        Command::Rules { format } => explain::list(*format),
        Command::Init => configure::init(),
        Command::Config(arguments) => configure::show(arguments),
        Command::Lsp(rules) => crate::lsp::server::run(rules),
        #[cfg(feature = "webhook")]
        Command::Certs(command) => certs::run(command),
        #[cfg(feature = "webhook")]
        Command::Serve(arguments) => serve::run(arguments),
        Command::Completions { shell } => explain::completions(*shell),
        Command::Man { folder } => explain::manual(folder),
        Command::Schema { of } => explain::schema(*of),
    };
    match result {
        Ok(exit) => ExitCode::from(exit as u8),
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {}", hide_in_text(&error));
            ExitCode::from(Exit::Failure as u8)
        }
    }
}

/// Writes a text to standard output; a reader that has gone away (`| head`) is no error.
fn print(text: &[u8]) -> Result<(), String> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("standard output: {error}")),
        _ => Ok(()),
    }
}

/// Writes findings with their excerpts and nothing else: what could not be read, for commands that report no findings.
fn excerpts(outcome: &Outcome) -> Result<Vec<u8>, String> {
    let options = report::Options { quiet: true, ..report::Options::default() };
    let mut text = Vec::new();
    report::write(report::Format::Human, outcome, 1, &options, &mut text)
        .map_err(|error| error.to_string())?;
    Ok(text)
}

/// Says whether standard output takes colours: by the flag, else by the terminal and `NO_COLOR`.
fn wants_color(choice: args::Color) -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match choice {
        args::Color::Always => true,
        args::Color::Never => false,
        args::Color::Auto => {
            let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            io::stdout().is_terminal() && !is_set("NO_COLOR") && !is_dumb
        }
    }
}
