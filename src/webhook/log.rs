//! Logs: JSON lines without anything that changes how a terminal shows them.
#![expect(clippy::disallowed_methods, reason = "logs go to standard error")]

use std::io::{self, Write};

use tracing_subscriber::fmt::MakeWriter;

/// Writes logs as JSON lines, and panics without their message: it may have parts of an object.
pub(super) fn start() {
    let subscriber = tracing_subscriber::fmt().json().flatten_event(true).with_target(false);
    // Another one is there already in tests.
    let _ = subscriber.with_writer(Stderr).try_init();
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}

/// Standard error, with everything escaped that has no shape of its own.
struct Stderr;

impl MakeWriter<'_> for Stderr {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Stderr
    }
}

impl Write for Stderr {
    /// Takes a whole line, as the subscriber writes it.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        io::stderr().write_all(escape(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Escapes characters that JSON may have as they are, but that are invisible or turn the direction of others.
fn escape(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    for letter in line.chars() {
        let is_hidden = match letter {
            '\n' => false,
            // Soft hyphen, Arabic letter mark, zero-width characters and marks, separators, embeddings, isolates, BOM.
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
            '\u{2060}'..='\u{206f}' | '\u{feff}' => true,
            _ => letter.is_control(),
        };
        if is_hidden {
            escaped += &format!("\\u{:04x}", u32::from(letter));
        } else {
            escaped.push(letter);
        }
    }
    escaped
}
