//! What commands write to the terminal.

use crate::cli::options::Color;
use crate::engine::outcome::Outcome;
use crate::report;
use crate::text::terminal::escape;
use std::io;
use std::io::{IsTerminal as _, Write as _};

/// Writes a text to standard output; a reader that has gone away (`| head`) is no error.
pub fn print(text: &[u8]) -> Result<(), String> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("standard output: {error}")),
        _ => Ok(()),
    }
}

/// Writes findings with their excerpts and nothing else: what could not be read, for commands that report no findings.
pub fn excerpts(outcome: &Outcome) -> Result<Vec<u8>, String> {
    let options = report::Options { quiet: true, ..report::Options::default() };
    let mut text = Vec::new();
    report::write(report::Format::Human, outcome, 1, &options, &mut text)
        .map_err(|error| error.to_string())?;
    Ok(text)
}

/// Says whether standard output takes colours: by the flag, else by the terminal and `NO_COLOR`.
pub(crate) fn wants_color(choice: Color) -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            io::stdout().is_terminal() && !is_set("NO_COLOR") && !is_dumb
        }
    }
}

/// Writes a line to standard error.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{}", escape(text));
}
