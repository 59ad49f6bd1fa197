//! Messages on standard input and output, none of them larger than an editor has reason to send.
#![expect(clippy::disallowed_methods, reason = "standard input is read, and a thread started, here")]

use std::io::{self, BufRead, Read as _};
use std::thread::{self, JoinHandle};

use lsp_server::{Connection, Message};

use crate::project::paths::without_os_code;

/// The most bytes that a message may have: a text of the largest file that is read, escaped, and some room.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The most bytes that the head of a message may have.
const LARGEST_HEAD: u64 = 4 * 1024;

/// Why no more messages of a client can be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    /// The input cannot be read, or ends within a message.
    #[error("{}", without_os_code(.0))]
    Input(#[from] io::Error),
    /// A message has this many bytes, more than [`LARGEST`].
    #[error("a message of {0} bytes is larger than {most} MiB, the most that batchlint reads", most = LARGEST >> 20)]
    TooLarge(u64),
    /// A message is not JSON-RPC.
    #[error("a message is not JSON-RPC: {0}")]
    Malformed(#[source] serde_json::Error),
    /// A header has more bytes than [`LARGEST_HEAD`].
    #[error("a message header is longer than 4 KiB")]
    LongHeader,
    /// A header is not UTF-8.
    #[error("a message header is not UTF-8")]
    HeaderNotUtf8,
    /// A header has no colon.
    #[error("a header line has no `:`")]
    HeaderWithoutColon,
    /// A header does not give the length of the message.
    #[error("a message has no `Content-Length`")]
    NoLength,
    /// A length is not a number.
    #[error("a `Content-Length` is not a number")]
    LengthNotANumber,
}

/// The threads that read and write.
pub(crate) struct Threads {
    reader: JoinHandle<Result<(), InputError>>,
    writer: JoinHandle<()>,
}

/// Starts reading and writing, and returns what a server talks through.
pub(crate) fn start() -> (Connection, Threads) {
    let (server, Connection { sender, receiver }) = Connection::memory();
    let reader = thread::spawn(move || {
        let mut input = io::stdin().lock();
        while let Some(message) = read_message(&mut input)? {
            let is_last = matches!(&message, Message::Notification(it) if it.method == "exit");
            if sender.send(message).is_err() || is_last {
                break;
            }
        }
        Ok(())
    });
    let writer = thread::spawn(move || {
        let mut output = io::stdout().lock();
        for message in receiver {
            if message.write(&mut output).is_err() {
                return;
            }
        }
    });
    (server, Threads { reader, writer })
}

impl Threads {
    /// Waits until everything is written, which needs the connection to be gone, and says why reading has failed.
    pub(crate) fn finish(self) -> Result<(), InputError> {
        let _ = self.writer.join();
        // A reader that still waits has not failed.
        match self.reader.is_finished().then(|| self.reader.join()) {
            Some(Ok(read)) => read,
            _ => Ok(()),
        }
    }
}

/// Reads a message; nothing at the end of the input.
fn read_message(input: &mut dyn BufRead) -> Result<Option<Message>, InputError> {
    let Some(length) = read_head(input)? else { return Ok(None) };
    if length > LARGEST {
        return Err(InputError::TooLarge(length));
    }
    // Memory is taken as the bytes come, not for those that are only announced.
    let mut bytes = Vec::new();
    if input.take(length).read_to_end(&mut bytes)? as u64 != length {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    let message = serde_json::from_slice(&bytes);
    message.map(Some).map_err(InputError::Malformed)
}

/// Reads the head of a message, and returns how long the message is.
fn read_head(input: &mut dyn BufRead) -> Result<Option<u64>, InputError> {
    let mut head = input.take(LARGEST_HEAD);
    let (mut length, mut is_first) = (None, true);
    loop {
        let mut line = Vec::new();
        head.read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') {
            return match (line.is_empty() && is_first, head.limit()) {
                (true, _) => Ok(None),
                (_, 0) => Err(InputError::LongHeader),
                _ => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
            };
        }
        is_first = false;
        let text = std::str::from_utf8(&line).map_err(|_| InputError::HeaderNotUtf8)?.trim_end();
        if text.is_empty() {
            return length.map(Some).ok_or(InputError::NoLength);
        }
        let (name, value) = text.split_once(':').ok_or(InputError::HeaderWithoutColon)?;
        if name.eq_ignore_ascii_case("Content-Length") {
            let value = value.trim();
            let digits = value.bytes().all(|it| it.is_ascii_digit()) && !value.is_empty();
            if !digits {
                return Err(InputError::LengthNotANumber);
            }
            // A number that 64 bits do not hold is too large anyway.
            length = Some(value.parse().unwrap_or(u64::MAX));
        }
    }
}
