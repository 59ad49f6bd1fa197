//! `lsp`: the server that editors start, over standard input and output.
//!
//! Three threads: one reads messages, one checks texts, and this one answers. While texts change faster than they are
//! checked, only the newest of each file is, and what came out of an older one is dropped.
#![expect(clippy::disallowed_methods, reason = "threads are started here")]

mod answers;
mod client;
mod configuration;
mod session;
pub mod state;
mod transport;

use crate::lsp::server::state::LintJob;
use crate::lsp::server::state::Linted;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use lsp_server::{Connection, Message, ProtocolError};

use crate::lsp::diagnostics::lint_text;
use crate::lsp::server::state::Session;
use crate::project::selection::Selection;
use crate::project::settings::SettingsError;
use client::EditorClient;
use transport::InputError;

/// Something that the session has to hear of.
enum Event {
    /// The client says something.
    Message(Message),
    /// The client is gone.
    Gone,
    /// A text has been checked.
    Linted(Linted),
}

/// Why a conversation with a client ends early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServeError {
    /// The client does not begin as the protocol requires.
    #[error("the client did not send `initialize` as the protocol requires: {0}")]
    Handshake(#[from] ProtocolError),
    /// The flags cannot be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A message is too large or malformed.
    #[error("cannot understand the client: {0}")]
    Input(#[from] InputError),
}

/// Serves a client until it says goodbye, and returns whether it asked for the shutdown first, as the protocol demands.
///
/// # Errors
/// Returns which message is too large or malformed: it ends the conversation.
pub(crate) fn run(arguments: &Selection) -> Result<bool, ServeError> {
    let (connection, threads) = transport::start();
    let exit = serve(&connection, arguments);
    drop(connection);
    threads.finish()?;
    exit
}

fn serve(connection: &Connection, arguments: &Selection) -> Result<bool, ServeError> {
    let (id, params) = connection.initialize_start()?;
    let client = EditorClient::from_params(&params);
    connection.initialize_finish(id, client.answer())?;
    let (events, happened) = channel();
    let (texts, queue) = channel();
    let linted = events.clone();
    thread::spawn(move || lint_all(&queue, &linted));
    let messages = connection.receiver.clone();
    thread::spawn(move || {
        for message in messages {
            if events.send(Event::Message(message)).is_err() {
                return;
            }
        }
        let _ = events.send(Event::Gone);
    });
    let sender = connection.sender.clone();
    // A client that is gone hears nothing, and the next event says so.
    let out = Box::new(move |message| _ = sender.send(message));
    let mut session = Session::new(client, arguments, out, texts)?;
    session.start(&params["initializationOptions"]);
    for event in happened {
        match event {
            Event::Message(Message::Notification(it)) if it.method == "exit" => break,
            Event::Message(message) => session.message(message),
            Event::Linted(linted) => session.linted(linted),
            Event::Gone => break,
        }
    }
    Ok(session.is_shut_down)
}

/// Checks texts as they come, of each file the newest only.
fn lint_all(queue: &Receiver<LintJob>, done: &Sender<Event>) {
    let mut waiting: VecDeque<LintJob> = VecDeque::new();
    loop {
        let first = if waiting.is_empty() { queue.recv().ok() } else { None };
        if first.is_none() && waiting.is_empty() {
            return;
        }
        for text in first.into_iter().chain(queue.try_iter()) {
            waiting.retain(|older| older.uri != text.uri);
            waiting.push_back(text);
        }
        let Some(LintJob { uri, version, source, config }) = waiting.pop_front() else { continue };
        // A rule that gives up must not take the editor's server with it.
        let findings = catch_unwind(AssertUnwindSafe(|| lint_text(&source, &config))).ok();
        if done.send(Event::Linted(Linted { uri, version, findings })).is_err() {
            return;
        }
    }
}
