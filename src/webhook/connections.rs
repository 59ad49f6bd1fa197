//! The table of open connections, which decides which of them is closed when there is no room for all.
//!
//! A connection that never completed a review goes before one that did, and the one that was of no use for longest before
//! others. So whoever opens many loses his own: the API server's connections complete reviews.
#![expect(clippy::disallowed_methods, reason = "connections are compared by how long they were idle")]

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::Notify;

/// All connections of a listener.
#[derive(Debug)]
pub(super) struct Connections {
    most: usize,
    most_of_peer: usize,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    next: u64,
    entries: HashMap<u64, Entry>,
}

#[derive(Debug)]
struct Entry {
    peer: IpAddr,
    /// When it was opened or last completed a review. Requests that come to nothing do not count.
    useful_at: Instant,
    has_completed_review: bool,
    /// How many requests are being received or answered.
    requests: usize,
    /// How many of them are received, so that an answer is owed.
    owed: usize,
    /// When a request last began or ended on it; none before the first request.
    asked_at: Option<Instant>,
    close: Arc<Notify>,
}

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConnectionState {
    /// No request has come over it yet.
    New,
    /// Requests are being received or answered.
    Working,
    /// Nothing, since then.
    Idle(Instant),
}

/// Why a connection was closed to make room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConnectionLimit {
    /// Its peer has too many.
    Peer,
    /// There are too many.
    Total,
}

/// An open connection. It leaves the table when it is dropped.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) peer: IpAddr,
    id: u64,
    connections: Arc<Connections>,
    close: Arc<Notify>,
}

/// A request that is being received or answered.
#[derive(Debug)]
pub(super) struct Exchange {
    connection: Arc<Connection>,
    is_owed: bool,
}

impl Connections {
    pub(super) fn new(most: usize, most_of_peer: usize) -> Arc<Self> {
        Arc::new(Connections { most, most_of_peer, table: Mutex::default() })
    }

    /// Adds a connection, and says which limit closed another one for it.
    ///
    /// # Errors
    /// Returns which limit is reached by connections that are all owed an answer.
    pub(super) fn open(
        self: &Arc<Self>,
        peer: IpAddr,
    ) -> Result<(Arc<Connection>, Option<ConnectionLimit>), ConnectionLimit> {
        let mut table = self.lock();
        let of_peer = table.entries.values().filter(|it| it.peer == peer).count();
        let limit = match (of_peer >= self.most_of_peer, table.entries.len() >= self.most) {
            (true, _) => Some(ConnectionLimit::Peer),
            (false, true) => Some(ConnectionLimit::Total),
            _ => None,
        };
        if let Some(limit) = limit
            && !table.close_weakest((limit == ConnectionLimit::Peer).then_some(peer))
        {
            return Err(limit);
        }
        let (id, close) = (table.next, Arc::new(Notify::new()));
        table.next += 1;
        table.entries.insert(
            id,
            Entry {
                peer,
                useful_at: Instant::now(),
                has_completed_review: false,
                requests: 0,
                owed: 0,
                asked_at: None,
                close: close.clone(),
            },
        );
        Ok((Arc::new(Connection { peer, id, connections: self.clone(), close }), limit))
    }

    /// Closes the connection that is missed least, if there is one that is owed no answer.
    pub(super) fn close_weakest(&self) -> bool {
        self.lock().close_weakest(None)
    }

    /// Closes all connections.
    pub(super) fn close_all(&self) {
        self.lock().entries.values().for_each(|it| it.close.notify_one());
    }

    /// Returns how many there are.
    pub(super) fn count(&self) -> usize {
        self.lock().entries.len()
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn close_weakest(&mut self, peer: Option<IpAddr>) -> bool {
        let mut counts: HashMap<IpAddr, usize> = HashMap::new();
        for entry in self.entries.values() {
            *counts.entry(entry.peer).or_default() += 1;
        }
        let has_peer = |it: &Entry| peer.is_none_or(|peer| it.peer == peer);
        let candidates = self.entries.iter().filter(|(_, it)| it.owed == 0 && has_peer(it));
        // Among those that completed a review, the peer with the most gives one up.
        let weakest = candidates.min_by_key(|(_, it)| {
            let others = if it.has_completed_review { usize::MAX - counts[&it.peer] } else { 0 };
            (it.has_completed_review, others, it.useful_at)
        });
        let Some(entry) = weakest.map(|it| *it.0).and_then(|id| self.entries.remove(&id)) else {
            return false;
        };
        entry.close.notify_one();
        true
    }
}

impl Connection {
    /// Waits until the connection is to be closed.
    pub(super) async fn closed(&self) {
        self.close.notified().await;
    }

    /// Returns what it is doing.
    pub(super) fn doing(&self) -> ConnectionState {
        let table = self.connections.lock();
        match table.entries.get(&self.id) {
            Some(entry) if entry.requests > 0 => ConnectionState::Working,
            Some(Entry { asked_at: Some(at), .. }) => ConnectionState::Idle(*at),
            _ => ConnectionState::New,
        }
    }

    /// Notes that a request has come.
    pub(super) fn begin(self: &Arc<Self>) -> Exchange {
        self.edit(|entry| {
            entry.requests += 1;
            entry.asked_at = Some(Instant::now());
        });
        Exchange { connection: self.clone(), is_owed: false }
    }

    fn edit(&self, edit: impl FnOnce(&mut Entry)) {
        if let Some(entry) = self.connections.lock().entries.get_mut(&self.id) {
            edit(entry);
        }
    }
}

impl Exchange {
    /// Notes that the request was received as a whole: the connection is not closed before the answer.
    pub(super) fn received(&mut self) {
        if !self.is_owed {
            self.is_owed = true;
            self.connection.edit(|entry| entry.owed += 1);
        }
    }

    /// Notes that the request was a review, and is checked.
    pub(super) fn completed(&self) {
        self.connection.edit(|entry| {
            entry.has_completed_review = true;
            entry.useful_at = Instant::now();
        });
    }

    /// Returns whose request it is.
    pub(super) fn peer(&self) -> IpAddr {
        self.connection.peer
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let is_owed = self.is_owed;
        self.connection.edit(|entry| {
            entry.requests -= 1;
            entry.owed -= usize::from(is_owed);
            entry.asked_at = Some(Instant::now());
        });
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.connections.lock().entries.remove(&self.id);
    }
}
