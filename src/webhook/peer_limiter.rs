//! Limits on concurrent work, shared between peers: no peer can use all of it.
//!
//! A peer that already holds permits gets no more than is left for the others: alone it gets half, two get a
//! third each, and there is always some left for a newcomer. Who waits is let in by how little its peer has, then by how
//! little it asks for, so that small reviews never queue behind large ones.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// A limiter of how many permits and bytes are in use.
#[derive(Debug)]
pub(super) struct PeerLimiter {
    capacity: Used,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Used {
    permits: usize,
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
    sender: oneshot::Sender<Permit>,
}

/// A permit of a limiter, returned when it is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    limiter: Arc<PeerLimiter>,
    peer: IpAddr,
    bytes: usize,
}

impl PeerLimiter {
    pub(super) fn new(permits: usize, bytes: usize) -> Arc<Self> {
        Arc::new(PeerLimiter { capacity: Used { permits, bytes }, state: Mutex::default() })
    }

    /// Returns a permit if one is free now.
    pub(super) fn try_acquire(self: &Arc<Self>, peer: IpAddr, bytes: usize) -> Option<Permit> {
        let mut state = self.lock();
        self.has_capacity(&state, peer, 1, bytes).then(|| self.grant(&mut state, peer, bytes))
    }

    /// Waits for a permit; `None` if it asks for more bytes than there are at all.
    pub(super) async fn acquire(self: &Arc<Self>, peer: IpAddr, bytes: usize) -> Option<Permit> {
        if bytes > self.capacity.bytes {
            return None;
        }
        let (sender, receiver) = oneshot::channel();
        self.lock().waiting.push(Waiter { peer, bytes, sender });
        self.wake_waiters();
        receiver.await.ok()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_capacity(&self, state: &State, peer: IpAddr, permits: usize, bytes: usize) -> bool {
        let free_permits = self.capacity.permits - state.used.permits;
        let free_bytes = self.capacity.bytes - state.used.bytes;
        match state.by_peer.get(&peer) {
            Some(own) => own.permits + permits <= free_permits && own.bytes + bytes <= free_bytes,
            None => permits <= free_permits && bytes <= free_bytes,
        }
    }

    fn grant(self: &Arc<Self>, state: &mut State, peer: IpAddr, bytes: usize) -> Permit {
        let own = state.by_peer.entry(peer).or_default();
        for used in [own, &mut state.used] {
            used.permits += 1;
            used.bytes += bytes;
        }
        Permit { limiter: self.clone(), peer, bytes }
    }

    /// Grants permits to those who wait, as far as they go.
    fn wake_waiters(self: &Arc<Self>) {
        loop {
            let mut state = self.lock();
            state.waiting.retain(|it| !it.sender.is_closed());
            let has = |peer| state.by_peer.get(peer).map_or(0, |own| own.permits);
            let can_be_granted = |it: &&Waiter| self.has_capacity(&state, it.peer, 1, it.bytes);
            let next = state.waiting.iter().filter(can_be_granted).min_by_key(|it| (has(&it.peer), it.bytes));
            let Some(next) = next.map(|it| (it.peer, it.bytes)) else { return };
            let Some(index) = state.waiting.iter().position(|it| (it.peer, it.bytes) == next) else { return };
            let waiter = state.waiting.remove(index);
            let permit = self.grant(&mut state, waiter.peer, waiter.bytes);
            drop(state);
            // Nobody waits for it any more: it is returned here.
            let _ = waiter.sender.send(permit);
        }
    }
}

impl Permit {
    /// Takes more bytes if there is room for them now.
    pub(super) fn grow(&mut self, bytes: usize) -> bool {
        let mut state = self.limiter.lock();
        if !self.limiter.has_capacity(&state, self.peer, 0, bytes) {
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

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.limiter.lock();
        state.used.permits -= 1;
        state.used.bytes -= self.bytes;
        if let Some(own) = state.by_peer.get_mut(&self.peer) {
            own.permits -= 1;
            own.bytes -= self.bytes;
            if own.permits == 0 {
                state.by_peer.remove(&self.peer);
            }
        }
        drop(state);
        self.limiter.wake_waiters();
    }
}
