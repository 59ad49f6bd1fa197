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
use std::collections::{HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use lsp_server::{Connection, Message, ProtocolError, RequestId};
use serde::Deserialize as _;

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
    /// A message is too large, or where it ends is not known.
    #[error("cannot understand the client: {0}")]
    Input(#[from] InputError),
}

/// Serves a client until it says goodbye, and returns whether it asked for the shutdown first, as the protocol demands.
///
/// # Errors
/// Returns why no more messages can be read.
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
    let mut waiting = Waiting::default();
    while let Some(event) = waiting.next(&happened) {
        match event {
            Event::Message(Message::Notification(it)) if it.method == "exit" => break,
            Event::Message(Message::Request(it)) if waiting.is_cancelled(&it.id) => session.cancel(it.id),
            Event::Message(message) => session.message(message),
            Event::Linted(linted) => session.linted(linted),
            Event::Gone => break,
        }
    }
    Ok(session.is_shut_down)
}

/// What has happened while something else was answered, in its order.
#[derive(Default)]
struct Waiting {
    events: VecDeque<Event>,
    /// The requests that a later one of the events cancels.
    cancelled: HashSet<RequestId>,
}

impl Waiting {
    /// Returns the next event, and waits for it if need be; `None` once there will be no more.
    fn next(&mut self, happened: &Receiver<Event>) -> Option<Event> {
        let first = if self.events.is_empty() { Some(happened.recv().ok()?) } else { None };
        for event in first.into_iter().chain(happened.try_iter()) {
            self.cancelled.extend(cancelled_by(&event));
            self.events.push_back(event);
        }
        let event = self.events.pop_front()?;
        // What came before it is answered.
        if let Some(id) = cancelled_by(&event) {
            self.cancelled.remove(&id);
        }
        Some(event)
    }

    fn is_cancelled(&self, id: &RequestId) -> bool {
        self.cancelled.contains(id)
    }
}

/// Returns the request that an event cancels.
fn cancelled_by(event: &Event) -> Option<RequestId> {
    let Event::Message(Message::Notification(it)) = event else { return None };
    (it.method == "$/cancelRequest").then(|| RequestId::deserialize(&it.params["id"]).ok())?
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

#[cfg(test)]
mod tests {
    use super::*;
    use lsp_server::{Notification, Request};
    use serde_json::json;

    /// A request that waits is not answered once it is cancelled, and a later one with its id is.
    #[test]
    fn what_waits_can_be_cancelled() {
        let (events, happened) = channel();
        let request = |id: i32| Event::Message(Request::new(id.into(), "a".to_owned(), json!({})).into());
        let cancel = |id: serde_json::Value| {
            let params = json!({ "id": id });
            Event::Message(Notification::new("$/cancelRequest".to_owned(), params).into())
        };
        for event in
            [request(1), request(2), cancel(2.into()), cancel(7.into()), cancel("x".into()), request(2)]
        {
            events.send(event).unwrap_or_default();
        }
        drop(events);
        let (mut waiting, mut answered) = (Waiting::default(), Vec::new());
        while let Some(event) = waiting.next(&happened) {
            if let Event::Message(Message::Request(it)) = event {
                answered.push((it.id.to_string(), !waiting.is_cancelled(&it.id)));
            }
        }
        let expected = [("1", true), ("2", false), ("2", true)].map(|(id, is)| (id.to_owned(), is));
        assert_eq!(answered, expected);
        assert!(waiting.cancelled.is_empty());
    }
}
