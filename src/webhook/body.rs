//! Receives the body of a request within limits of size, time and rate.
#![expect(clippy::disallowed_methods, reason = "bodies have to come in time")]

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Incoming};
use tokio::time::timeout_at;

use super::peer_limiter::{PeerLimiter, Permit};
use crate::webhook::review::reason::UnjudgedReason;

/// So much of a body is always kept: API servers write the identity of a review first.
pub(super) const HEAD: usize = 4 << 10;

/// Up to here a body needs no permit among the large ones.
pub(super) const SMALL: usize = 32 << 10;

/// A body may take this long, whatever the API server's timeout is, and as much longer as its bytes take at the least
/// rate. A large one has it again from when there is room for it.
const PATIENCE: Duration = Duration::from_secs(2);

/// In bytes per millisecond, which is 1 MiB/s.
const MIN_RATE: usize = 1048;

/// Of a body that is not kept, this many times the largest review are read: a client that is still writing may not see
/// the answer.
const MAX_DISCARDED: usize = 4;

/// As many requests may be received at once. API servers send at most some hundred, and each peer gets half.
const MAX_REQUESTS: usize = 2048;

/// As many bytes of small bodies beyond their heads.
const SMALL_BYTES: usize = 8 << 20;

/// As many large bodies.
const MAX_LARGE: usize = 8;

/// The limits on the bodies of requests.
#[derive(Debug)]
pub(super) struct BodyLimiters {
    small: Arc<PeerLimiter>,
    large: Arc<PeerLimiter>,
    max_review: usize,
}

/// A body that was received.
#[derive(Debug)]
pub(super) struct Received {
    /// All of it, or its beginning.
    pub(super) bytes: Vec<u8>,
    /// Why it is not all of it.
    pub(super) failure: Option<UnjudgedReason>,
    /// Given back when the bytes are dropped.
    pub(super) permits: BodyPermits,
}

/// What a body takes up.
#[derive(Debug)]
pub(super) struct BodyPermits {
    small: Permit,
    large: Option<Permit>,
}

impl BodyLimiters {
    pub(super) fn new(max_review: usize) -> Self {
        BodyLimiters {
            small: PeerLimiter::new(MAX_REQUESTS, SMALL_BYTES),
            // A peer alone gets half, which is one body of the largest size.
            large: PeerLimiter::new(MAX_LARGE, 2 * max_review),
            max_review,
        }
    }

    /// Receives a body; `None` if there is no room even for its beginning.
    pub(super) async fn receive(&self, body: Incoming, peer: IpAddr, deadline: Instant) -> Option<Received> {
        let small = self.small.try_acquire(peer, 0)?;
        let mut received =
            Received { bytes: Vec::new(), failure: None, permits: BodyPermits { small, large: None } };
        let length = body.size_hint().exact().and_then(|it| usize::try_from(it).ok());
        let mut reader = Reader::new(body, deadline);
        if let Err(why) = self.keep(&mut reader, length, peer, &mut received).await {
            received.failure = Some(why);
            received.permits.large = None;
            received.bytes.truncate(SMALL);
            received.bytes.shrink_to_fit();
            if matches!(why, UnjudgedReason::TooLarge | UnjudgedReason::NoRoom) {
                reader.discard(MAX_DISCARDED * self.max_review).await;
            }
        }
        Some(received)
    }

    async fn keep(
        &self,
        reader: &mut Reader,
        length: Option<usize>,
        peer: IpAddr,
        received: &mut Received,
    ) -> Result<(), UnjudgedReason> {
        let Received { bytes, permits, .. } = received;
        loop {
            let data = match reader.next().await {
                Some(Ok(data)) => data,
                // It waited for us most of the time.
                Some(Err(UnjudgedReason::SlowBody))
                    if permits.large.is_some() && Instant::now() >= reader.deadline =>
                {
                    return Err(UnjudgedReason::NoRoom);
                }
                Some(Err(why)) => return Err(why),
                None => return Ok(()),
            };
            let total = bytes.len() + data.len();
            if total.max(length.unwrap_or_default()) > self.max_review {
                bytes.extend_from_slice(&data[..data.len().min(HEAD.saturating_sub(bytes.len()))]);
                return Err(UnjudgedReason::TooLarge);
            }
            if total > SMALL && permits.large.is_none() {
                let entered = timeout_at(reader.deadline.into(), self.large.acquire(peer, 0)).await;
                permits.large = entered.map_err(|_| UnjudgedReason::NoRoom)?;
                // It has waited for us, not we for it.
                reader.restart();
            }
            let fits = match &mut permits.large {
                Some(permit) => permit.grow(data.len()),
                None => reserve_small(&mut permits.small, bytes.len(), total),
            };
            if !fits {
                return Err(UnjudgedReason::NoRoom);
            }
            if total > bytes.capacity() {
                // What is stated may never come.
                let step = bytes.len().clamp(HEAD, 1 << 20).max(data.len());
                let rest = length.map_or(step, |length| length.saturating_sub(bytes.len()).max(data.len()));
                bytes.reserve_exact(step.min(rest));
            }
            bytes.extend_from_slice(&data);
        }
    }
}

/// Reserves room for a small body that grows; its head has room already.
fn reserve_small(permit: &mut Permit, before: usize, after: usize) -> bool {
    permit.grow(after.saturating_sub(HEAD) - before.saturating_sub(HEAD))
}

/// Reads a body piece by piece.
struct Reader {
    body: Incoming,
    start: Instant,
    /// How many bytes have come.
    count: usize,
    deadline: Instant,
}

impl Reader {
    fn new(body: Incoming, deadline: Instant) -> Self {
        Reader { body, start: Instant::now(), count: 0, deadline }
    }

    fn restart(&mut self) {
        (self.start, self.count) = (Instant::now(), 0);
    }

    /// Returns when the next bytes must have come.
    fn end(&self) -> Instant {
        let earned = Duration::from_millis((self.count / MIN_RATE) as u64);
        self.deadline.min(self.start + PATIENCE + earned)
    }

    /// Returns the next bytes, `None` at the end.
    async fn next(&mut self) -> Option<Result<Bytes, UnjudgedReason>> {
        loop {
            let Ok(frame) = timeout_at(self.end().into(), self.body.frame()).await else {
                return Some(Err(UnjudgedReason::SlowBody));
            };
            let Ok(frame) = frame? else { return Some(Err(UnjudgedReason::CutOff)) };
            if let Ok(data) = frame.into_data() {
                self.count += data.len();
                return Some(Ok(data));
            }
        }
    }

    /// Reads up to `most` bytes without keeping them, for as long as they come at the least rate.
    async fn discard(&mut self, most: usize) {
        let mut left = most;
        while let Some(Ok(data)) = self.next().await {
            match left.checked_sub(data.len()) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    }
}
