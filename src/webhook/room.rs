//! Room for work, shared between peers: nobody can take all of it.
//!
//! A peer that already has work in a room may take no more than is left for the others: alone it gets half, two get a
//! third each, and there is always some left for a newcomer. Who waits is let in by how little its peer has, then by how
//! little it asks for, so that small reviews never queue behind large ones.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// A number of places and a number of bytes.
#[derive(Debug)]
pub(super) struct Room {
    capacity: Used,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Used {
    places: usize,
    bytes: usize,
}

#[derive(Debug, Default)]
struct State {
    used: Used,
    by_peer: HashMap<IpAddr, Used>,
    /// In the order of arrival.
    waiting: Vec<Waiter>,
}

#[derive(Debug)]
struct Waiter {
    peer: IpAddr,
    bytes: usize,
    sender: oneshot::Sender<Place>,
}

/// A place in a room, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    room: Arc<Room>,
    peer: IpAddr,
    bytes: usize,
}

impl Room {
    pub(super) fn new(places: usize, bytes: usize) -> Arc<Self> {
        Arc::new(Room { capacity: Used { places, bytes }, state: Mutex::default() })
    }

    /// Returns a place if there is one now.
    pub(super) fn try_enter(self: &Arc<Self>, peer: IpAddr, bytes: usize) -> Option<Place> {
        let mut state = self.lock();
        self.has_room(&state, peer, 1, bytes).then(|| self.take(&mut state, peer, bytes))
    }

    /// Waits for a place; `None` if the room can never hold so many bytes.
    pub(super) async fn enter(self: &Arc<Self>, peer: IpAddr, bytes: usize) -> Option<Place> {
        if bytes > self.capacity.bytes {
            return None;
        }
        let (sender, receiver) = oneshot::channel();
        self.lock().waiting.push(Waiter { peer, bytes, sender });
        self.admit();
        receiver.await.ok()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_room(&self, state: &State, peer: IpAddr, places: usize, bytes: usize) -> bool {
        let free_places = self.capacity.places - state.used.places;
        let free_bytes = self.capacity.bytes - state.used.bytes;
        match state.by_peer.get(&peer) {
            Some(own) => own.places + places <= free_places && own.bytes + bytes <= free_bytes,
            None => places <= free_places && bytes <= free_bytes,
        }
    }

    fn take(self: &Arc<Self>, state: &mut State, peer: IpAddr, bytes: usize) -> Place {
        let own = state.by_peer.entry(peer).or_default();
        for used in [own, &mut state.used] {
            used.places += 1;
            used.bytes += bytes;
        }
        Place { room: self.clone(), peer, bytes }
    }

    /// Lets in who can be let in.
    fn admit(self: &Arc<Self>) {
        loop {
            let mut state = self.lock();
            state.waiting.retain(|it| !it.sender.is_closed());
            let has = |peer| state.by_peer.get(peer).map_or(0, |own| own.places);
            let can_enter = |it: &&Waiter| self.has_room(&state, it.peer, 1, it.bytes);
            let next = state.waiting.iter().filter(can_enter).min_by_key(|it| (has(&it.peer), it.bytes));
            let Some(next) = next.map(|it| (it.peer, it.bytes)) else { return };
            let Some(index) = state.waiting.iter().position(|it| (it.peer, it.bytes) == next) else { return };
            let waiter = state.waiting.remove(index);
            let place = self.take(&mut state, waiter.peer, waiter.bytes);
            drop(state);
            // Nobody waits for it any more: it is given back here.
            let _ = waiter.sender.send(place);
        }
    }
}

impl Place {
    /// Takes more bytes if there is room for them now.
    pub(super) fn grow(&mut self, bytes: usize) -> bool {
        let mut state = self.room.lock();
        if !self.room.has_room(&state, self.peer, 0, bytes) {
            return false;
        }
        if let Some(own) = state.by_peer.get_mut(&self.peer) {
            own.bytes += bytes;
        }
        state.used.bytes += bytes;
        self.bytes += bytes;
        true
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.room.lock();
        state.used.places -= 1;
        state.used.bytes -= self.bytes;
        if let Some(own) = state.by_peer.get_mut(&self.peer) {
            own.places -= 1;
            own.bytes -= self.bytes;
            if own.places == 0 {
                state.by_peer.remove(&self.peer);
            }
        }
        drop(state);
        self.room.admit();
    }
}
