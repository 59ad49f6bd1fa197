//! What commands write to the terminal.

use crate::cli::options::Color;
use crate::engine::outcome::Outcome;
use crate::report;
use crate::text::terminal::escape;
use std::io;
use std::io::{IsTerminal as _, Write as _};

/// Writes a text to standard output; a reader that has gone away (`| head`) is no error.
pub fn print(text: &[u8]) -> Result<(), String> {
    print_with(|out| out.write_all(text))
}

/// Writes to standard output what a function writes, without keeping all of it.
pub(crate) fn print_with(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<(), String> {
    let mut out = io::BufWriter::new(Stdout(io::stdout().lock()));
    write(&mut out).and_then(|()| out.flush()).map_err(|error| format!("standard output: {error}"))
}

/// Standard output, whose reader may stop reading.
struct Stdout(io::StdoutLock<'static>);

impl io::Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        ignore_closed_pipe(self.0.write(bytes), bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        ignore_closed_pipe(self.0.flush(), ())
    }
}

/// Returns `done` in place of the error that says that nobody reads any more.
fn ignore_closed_pipe<T>(result: io::Result<T>, done: T) -> io::Result<T> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(done),
        result => result,
    }
}

/// Writes findings with their excerpts and nothing else: what could not be read, for commands that report no findings.
pub fn excerpts(outcome: &Outcome) -> Result<Vec<u8>, String> {
    let options = report::ReportOptions { quiet: true, ..report::ReportOptions::default() };
    let mut text = Vec::new();
    report::write(report::Format::Human, &report::Report::new(outcome, &options), &mut text)
        .map_err(|error| error.to_string())?;
    Ok(text)
}

/// The columns of a terminal whose width is not known.
pub(crate) const DEFAULT_WIDTH: usize = 100;

/// Returns the width of the terminal on standard output, in columns; `None` if it is not a terminal.
pub(crate) fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0))
}

/// Whether the terminal has the characters of boxes and arrows: the console of Linux has few.
pub(crate) fn supports_unicode() -> bool {
    std::env::var_os("TERM").is_none_or(|term| term != "dumb" && term != "linux")
}

/// Whether standard output takes colours: by the flag, else by the terminal and `NO_COLOR`.
pub(crate) fn use_color(choice: Color) -> bool {
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
