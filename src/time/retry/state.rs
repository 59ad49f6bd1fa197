//! What a simulation keeps of pods and of the Job's status.

use super::model::JobPlan;
use super::model::Timeline;
use super::policy::PodFailure;
use crate::time::retry::backoff::Kubelet;
use crate::time::retry::backoff::after_failures;
use crate::time::retry::model::Intervention;
use crate::time::retry::model::JobAssumptions;
use crate::time::retry::model::Millis;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// What the controller remembers of a Job: its status, and the back-off record in its memory.
#[derive(Debug, Default)]
pub(super) struct JobStatus {
    pub(super) start_time: Option<Millis>,
    pub(super) succeeded: i64,
    pub(super) failed: i64,
    pub(super) completed: BTreeSet<i64>,
    pub(super) failed_indexes: BTreeSet<i64>,
    /// `SuccessCriteriaMet` or `FailureTarget`
    pub(super) verdict: Option<JobVerdict>,
    /// The condition `Suspended`, once it has been set.
    pub(super) suspended: Option<bool>,
    pub(super) backoff: Backoff,
}

/// Where a pod is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PodPhase {
    Pending,
    Running,
    Succeeded,
    Failed,
}

/// A pod that the controller still has to do with.
#[derive(Clone, Debug)]
pub(super) struct SimulatedPod {
    pub(super) number: usize,
    pub(super) created: Millis,
    pub(super) index: Option<i64>,
    /// The annotations `job-index-failure-count` and `job-index-ignored-failure-count`.
    pub(super) failures: i64,
    pub(super) ignored: i64,
    pub(super) phase: PodPhase,
    pub(super) started: Millis,
    pub(super) restarts: i64,
    pub(super) deleted: Option<Millis>,
    /// `finishedAt` of its container, in whole seconds as the API has it.
    pub(super) finished: Option<Millis>,
    pub(super) failure: PodFailure,
    /// Whether it has the tracking finalizer: it has not been counted yet.
    pub(super) is_tracked: bool,
    pub(super) kubelet: Kubelet,
    /// The attempt that runs now.
    pub(super) attempt: Option<usize>,
}

/// Cuts what the API does not keep.
pub(super) fn whole_second(at: Millis) -> Millis {
    at - at.rem_euclid(1_000)
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    Starts(usize),
    Exits { pod: usize, restart: i64, code: i64 },
    Restarts(usize),
    Ends(usize),
    Intervention(Intervention),
}

/// The state of a Job and of what is around it.
pub(super) struct Simulation<'a> {
    pub(super) plan: &'a JobPlan,
    pub(super) assumptions: &'a JobAssumptions<'a>,
    pub(super) now: Millis,
    /// Pods that are not counted yet, or still there; by number.
    pub(super) pods: BTreeMap<usize, SimulatedPod>,
    pub(super) status: JobStatus,
    pub(super) timeline: Timeline,
    pub(super) is_suspended: bool,
    /// Whether the sync in progress, or what came before it at the same moment, changed anything.
    pub(super) has_changed: bool,
    pub(super) events: BTreeMap<(Millis, usize), Event>,
    /// When the controller looks at the Job, and how many times at that moment.
    pub(super) queue: BTreeMap<Millis, u64>,
    pub(super) requested: Vec<Millis>,
    pub(super) tries: BTreeMap<Option<i64>, usize>,
    pub(super) count: usize,
}

impl SimulatedPod {
    pub(super) fn is_terminal(&self) -> bool {
        matches!(self.phase, PodPhase::Succeeded | PodPhase::Failed)
    }

    /// `IsPodActive`
    pub(super) fn is_active(&self) -> bool {
        !self.is_terminal() && self.deleted.is_none()
    }

    /// `IsPodTerminating`
    pub(super) fn is_terminating(&self) -> bool {
        !self.is_terminal() && self.deleted.is_some()
    }

    /// `getFinishedTime`
    pub(super) fn finish_time(&self) -> Millis {
        self.finished.or(self.deleted.map(whole_second)).unwrap_or(self.created)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct JobVerdict {
    pub(super) is_success: bool,
    pub(super) reason: &'static str,
}

/// `backoffRecord`
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Backoff {
    pub(super) failures: i64,
    pub(super) last_failure: Option<Millis>,
}

impl Backoff {
    /// `newBackoffRecord`: a success forgets the failures that were not strictly after it.
    pub(super) fn with(self, succeeded: &[SimulatedPod], failed: &[SimulatedPod]) -> Backoff {
        let last_success = succeeded.iter().map(SimulatedPod::finish_time).max();
        let counted: Vec<Millis> = failed
            .iter()
            .map(SimulatedPod::finish_time)
            .filter(|&finish| last_success.is_none_or(|success| finish > success))
            .collect();
        let last_failure = counted.iter().copied().max();
        match last_success {
            Some(_) => Backoff { failures: counted.len() as i64, last_failure },
            None => Backoff {
                failures: self.failures + counted.len() as i64,
                last_failure: last_failure.or(self.last_failure),
            },
        }
    }

    /// `getRemainingTime`
    pub(super) fn remaining(self, now: Millis) -> Millis {
        let elapsed = now - self.last_failure.unwrap_or(now);
        (after_failures(self.failures) - elapsed).max(0)
    }
}
