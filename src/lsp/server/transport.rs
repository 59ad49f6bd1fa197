//! Messages on standard input and output, none of them larger than an editor has reason to send. One that cannot be
//! understood is answered, and the next one read: where it ends is known.
#![expect(clippy::disallowed_methods, reason = "standard input is read, and a thread started, here")]

use std::io::{self, BufRead, Read as _, Write as _};
use std::thread::{self, JoinHandle};

use lsp_server::{Connection, ErrorCode, Message};
use serde_json::{Value, json};

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
        while let Some(bytes) = read_message(&mut input)? {
            let message = match parse_message(bytes) {
                Ok(message) => message,
                Err(answer) => {
                    write_answer(&answer);
                    continue;
                }
            };
            let is_last = matches!(&message, Message::Notification(it) if it.method == "exit");
            if sender.send(message).is_err() || is_last {
                break;
            }
        }
        Ok(())
    });
    let writer = thread::spawn(move || {
        for message in receiver {
            if message.write(&mut io::stdout().lock()).is_err() {
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

/// Reads the bytes of a message; nothing at the end of the input.
fn read_message(input: &mut dyn BufRead) -> Result<Option<Vec<u8>>, InputError> {
    let Some(length) = read_head(input)? else { return Ok(None) };
    if length > LARGEST {
        return Err(InputError::TooLarge(length));
    }
    // Memory is taken as the bytes come, not for those that are only announced.
    let mut bytes = Vec::new();
    if input.take(length).read_to_end(&mut bytes)? as u64 != length {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    Ok(Some(bytes))
}

/// Parses a message, or returns the answer to one that is not JSON-RPC, as JSON-RPC 2.0 has it in section 5.1.
fn parse_message(mut bytes: Vec<u8>) -> Result<Message, Value> {
    if let Ok(message) = serde_json::from_slice(&bytes) {
        return Ok(message);
    }
    replace_lone_surrogates(&mut bytes);
    if let Ok(message) = serde_json::from_slice(&bytes) {
        return Ok(message);
    }
    let (code, id, message) = match serde_json::from_slice::<Value>(&bytes) {
        Err(error) => (ErrorCode::ParseError, Value::Null, format!("the message is not JSON: {error}")),
        Ok(value) => {
            // Without a method it can be the answer to a question of ours.
            let id = value.get("method").and(value.get("id")).filter(|it| it.is_string() || it.is_number());
            let message = "the message is not a request, a notification or a response of JSON-RPC";
            (ErrorCode::InvalidRequest, id.cloned().unwrap_or_default(), message.to_owned())
        }
    };
    Err(json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code as i32, "message": message } }))
}

/// Writes U+FFFD for each half of a surrogate pair that stands alone in JSON, where no text can have it: clients in JavaScript
/// send them when an emoji is cut in two. Both count as one unit of UTF-16, so that all places stay the same.
fn replace_lone_surrogates(json: &mut [u8]) {
    let unit = |json: &[u8], at: usize| {
        let digits = json.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let mut at = 0;
    while let Some(next) = memchr::memchr(b'\\', &json[at..]).map(|it| at + it) {
        at = match (unit(json, next), unit(json, next + 6)) {
            (Some(0xD800..0xDC00), Some(0xDC00..0xE000)) => next + 12,
            (Some(0xD800..0xE000), _) => {
                json[next + 2..next + 6].copy_from_slice(b"fffd");
                next + 6
            }
            _ => (next + 2).min(json.len()),
        };
    }
}

fn write_answer(answer: &Value) {
    let (text, mut output) = (answer.to_string(), io::stdout().lock());
    // A client that is gone hears nothing, and the end of the input says so.
    let _ = write!(output, "Content-Length: {}\r\n\r\n{text}", text.len()).and_then(|()| output.flush());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_pairs_are_replaced_where_they_stand_alone() {
        for (json, expected) in [
            (r#""\ud83d""#, "\u{fffd}"),
            (r#""\uD83D\uDE00 \ude00\ud83d""#, "\u{1f600} \u{fffd}\u{fffd}"),
            (r#""\ud83d\ud83d\ude00\n""#, "\u{fffd}\u{1f600}\n"),
            (r#""\\ud83d \\\ud83d\u0041""#, "\\ud83d \\\u{fffd}A"),
        ] {
            let mut bytes = json.as_bytes().to_vec();
            replace_lone_surrogates(&mut bytes);
            assert_eq!(serde_json::from_slice::<String>(&bytes).ok().as_deref(), Some(expected), "{json}");
        }
        for json in ["\\", "\\u", "\"\\ud83", "\"\\ud83d", "\\\\", "\"\\u+123\""] {
            replace_lone_surrogates(&mut json.as_bytes().to_vec());
        }
    }

    #[test]
    fn what_is_not_json_rpc_gets_an_answer() {
        let answer = |text: &str| parse_message(text.as_bytes().to_vec()).err().unwrap_or_default();
        for (text, id, code) in [
            ("", Value::Null, -32700),
            ("{\"id\": 1, \"method\"", Value::Null, -32700),
            ("[]", Value::Null, -32600),
            ("{\"id\": 1}", Value::Null, -32600),
            ("{\"id\": 1.5, \"method\": 2}", json!(1.5), -32600),
            (r#"{"id": 1, "method": "a", "params": "\ud83d"}"#, Value::Null, 0),
        ] {
            let answer = answer(text);
            assert_eq!(
                (&answer["id"], answer["error"]["code"].as_i64().unwrap_or_default()),
                (&id, code),
                "{text}"
            );
        }
    }
}
