//! How much work is done for a review.

use std::time::Duration;

/// A review may take so much of a processor. The rules need a fraction of it for the largest object that etcd stores.
const MAX_WORK: Duration = Duration::from_secs(1);

/// The work that a thread does for a review.
pub(super) struct Work {
    start: Duration,
}

impl Work {
    /// Starts to count what this thread does.
    pub(super) fn start() -> Self {
        Work { start: used() }
    }

    /// Whether the thread that started it has done more than a review is worth.
    pub(super) fn is_too_much(&self) -> bool {
        used().saturating_sub(self.start) > MAX_WORK
    }
}

/// Returns how much of a processor this thread has used.
#[cfg(unix)]
fn used() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

/// Returns how much time has passed, where threads do not know how much of a processor they have used.
#[cfg(not(unix))]
#[expect(clippy::disallowed_methods, reason = "work is measured")]
fn used() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}
