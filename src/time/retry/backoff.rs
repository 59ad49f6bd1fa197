//! How long a retry waits.

use crate::time::retry::model::{Millis, RestartPolicy};

/// `DefaultJobPodFailureBackOff` and the kubelet's first wait.
const BASE: Millis = 10_000;

/// `MaxJobPodFailureBackOff`: many texts say 6 minutes.
const LONGEST_NEVER: Millis = 600_000;

/// `MaxContainerBackOff` of the kubelet.
const LONGEST_RESTART: Millis = 300_000;

/// A container that ran longer than this after its last restart starts the kubelet's waits from the beginning
/// (`flowcontrol.Backoff`: twice the longest).
const RESET: Millis = 2 * LONGEST_RESTART;

/// Returns the wait after so many failures since the last success (`getRemainingTimeForFailuresCount`).
pub(super) fn after_failures(count: i64) -> Millis {
    match count {
        ..=0 => 0,
        1..=6 => BASE << (count - 1),
        _ => LONGEST_NEVER,
    }
}

/// Returns the waits before the 1st, 2nd, 3rd … new pod, in seconds.
pub fn never_waits() -> impl Iterator<Item = i64> {
    (1..).map(|count| after_failures(count) / 1000)
}

/// Returns the waits before the 1st, 2nd, 3rd … restart of a container that fails soon, in seconds.
pub fn restart_waits() -> impl Iterator<Item = i64> {
    let mut kubelet = Kubelet::default();
    std::iter::repeat_with(move || {
        let last = kubelet.last.unwrap_or_default();
        (kubelet.restart(last) - last) / 1000
    })
}

/// Returns which retry is the first to start `end` seconds after the first try or later, and after how many seconds it
/// starts, where every try fails at once.
pub fn first_retry_from(policy: RestartPolicy, end: i64) -> (i64, i64) {
    let waits = growing_waits(policy);
    let (mut retry, mut start) = (0, 0);
    for &wait in &waits {
        (retry, start) = (retry + 1, start + wait);
        if start >= end {
            return (retry, start);
        }
    }
    // A deadline can be longer than the universe is old: what follows is not counted one by one.
    let wait = waits.last().copied().unwrap_or(1);
    let more = (end - start - 1) / wait + 1;
    (retry + more, start.saturating_add(more.saturating_mul(wait)))
}

/// Returns how many seconds after the first try a retry starts, where every try fails at once.
pub fn retry_start(policy: RestartPolicy, retry: i64) -> i64 {
    let waits = growing_waits(policy);
    let last = waits.last().copied().unwrap_or_default();
    let counted: i64 = waits.iter().take(usize::try_from(retry).unwrap_or_default()).sum();
    counted.saturating_add(retry.saturating_sub(GROWING as i64).max(0).saturating_mul(last))
}

fn growing_waits(policy: RestartPolicy) -> Vec<i64> {
    match policy {
        RestartPolicy::Never => never_waits().take(GROWING).collect(),
        RestartPolicy::OnFailure => restart_waits().take(GROWING).collect(),
    }
}

/// After so many retries each waits as long as the one before.
const GROWING: usize = 8;

/// The kubelet's memory of a container (`doBackOff`, `flowcontrol.Backoff`).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kubelet {
    wait: Millis,
    last: Option<Millis>,
}

impl Kubelet {
    /// Returns when a container that ended at `finish` starts again, and remembers it.
    pub(super) fn restart(&mut self, finish: Millis) -> Millis {
        let fresh = self.last.is_none_or(|last| finish - last > RESET);
        let at = if fresh { finish } else { finish + self.wait };
        self.wait = if fresh { BASE } else { (self.wait * 2).min(LONGEST_RESTART) };
        self.last = Some(at);
        at
    }
}
