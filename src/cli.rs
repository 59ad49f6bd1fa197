//! The command line: arguments, the terminal, reports and fixes written, and the programs that it starts.
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
mod chart_templates;
mod check;
pub mod completions;
mod configure;
mod dry_run;
pub mod exit;
mod explain;
pub(crate) mod files;
mod fix;
mod git;
mod inputs;
mod instructions;
mod manifests;
mod migrate;
pub mod options;
mod output;
mod page;
mod render;
#[cfg(feature = "webhook")]
mod serve;
pub mod terminal;
mod timeline;
mod variables;

use crate::cli::exit::Exit;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::FromArgMatches as _;

use args::{Arguments, Command};

#[cfg(feature = "lsp")]
use crate::lsp;
use crate::mask::hide_in_text;

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let arguments = match args::command().try_get_matches().and_then(|it| Arguments::from_arg_matches(&it)) {
        Ok(arguments) => arguments,
        Err(error) => {
            if let Some(text) = args::missing_command(&error) {
                let _ = writeln!(io::stderr(), "error: {text}");
                return ExitCode::from(Exit::Failure as u8);
            }
            // Logs of a pipeline keep what an argument was. Help and version come this way too, and repeat no argument.
            // "to pass '--preset' as a value" announces no password.
            let without_tip = |it: &&str| !it.trim_start().starts_with("tip: to pass '");
            let said: String = error.to_string().split_inclusive('\n').filter(without_tip).collect();
            match hide_in_text(&said) {
                text if error.use_stderr() && text != said => _ = write!(io::stderr(), "{text}"),
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
        Command::Explain { name, color } => explain::explain(name.as_deref(), *color),
        Command::Rules(rules) => explain::list(rules),
        Command::Init => configure::init(),
        Command::Config(arguments) => configure::show(arguments),
        Command::Migrate(arguments) => migrate::run(arguments),
        #[cfg(feature = "lsp")]
        Command::Lsp(rules) => lsp::server::run(&rules.selection())
            .map(|is_shut_down| if is_shut_down { Exit::Clean } else { Exit::Findings })
            .map_err(|error| error.to_string()),
        #[cfg(feature = "webhook")]
        Command::Certs(command) => certs::run(command),
        #[cfg(feature = "webhook")]
        Command::Serve(arguments) => serve::run(arguments),
        Command::Completions { shell } => explain::completions(*shell),
        Command::Man { directory } => explain::manual(directory),
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
