//! What is simulated of a Job, and what comes of it.

use super::policy::FailureRule;
use crate::time::retry::policy::SuccessRule;

/// Milliseconds, from the creation of the Job unless something else is said.
pub type Millis = i64;

/// Who tries again when a container fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RestartPolicy {
    /// The Job controller, with a new pod.
    #[default]
    Never,
    /// The kubelet, in the same pod.
    OnFailure,
}

/// The fields of a Job that decide what happens to it, with their defaults filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobPlan {
    /// `template.spec.restartPolicy`
    pub restart_policy: RestartPolicy,
    /// `parallelism`
    pub parallelism: i64,
    /// `completions`; none for a work queue.
    pub completions: Option<i64>,
    /// Whether `completionMode` is `Indexed`.
    pub is_indexed: bool,
    /// `backoffLimit`
    pub backoff_limit: i64,
    /// `backoffLimitPerIndex`
    pub backoff_limit_per_index: Option<i64>,
    /// `maxFailedIndexes`
    pub max_failed_indexes: Option<i64>,
    /// `activeDeadlineSeconds`
    pub deadline: Option<i64>,
    /// `ttlSecondsAfterFinished`
    pub ttl: Option<i64>,
    /// `suspend`
    pub is_suspended: bool,
    /// Whether `podReplacementPolicy` is `Failed`, which it always is with a `podFailurePolicy`.
    pub replaces_only_failed: bool,
    /// `podFailurePolicy.rules`
    pub failure_rules: Option<Vec<FailureRule>>,
    /// `successPolicy.rules`
    pub success_rules: Vec<SuccessRule>,
}

/// One run of the container, about to start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PendingRun {
    /// The number of the pod, from 0.
    pub pod: usize,
    /// The number of the restart in this pod, 0 for the first start.
    pub restart: i64,
    /// The pod's completion index.
    pub index: Option<i64>,
    /// The number of the run among all of the Job, or of the index if there is one; from 1.
    pub number: usize,
}

/// How a run of the container ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContainerRun {
    /// How long it takes.
    pub takes: Millis,
    /// The exit code; 0 is success.
    pub exit_code: i64,
}

/// What someone does to the Job or to a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intervention {
    /// Sets `suspend`.
    Suspend(bool),
    /// Deletes a pod, as a drained node does; it needs so long to end.
    Evict {
        /// The number of the pod, from 0.
        pod: usize,
        /// How long it needs.
        ends_in: Millis,
    },
}

/// What is assumed of the cluster and of the work.
pub struct JobAssumptions<'a> {
    /// How each run of the container ends.
    pub run: &'a dyn Fn(PendingRun) -> ContainerRun,
    /// How long a pod takes to start its container.
    pub pod_starts_in: Millis,
    /// How long a deleted pod takes to end.
    pub pod_ends_in: Millis,
    /// What else happens, in order.
    pub interventions: &'a [(Millis, Intervention)],
}

/// How a run of the container ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// With exit code 0.
    Succeeded,
    /// With another exit code.
    Failed,
    /// It was ended: its pod was deleted.
    Deleted,
    /// Not at all, as far as the simulation goes.
    Running,
}

/// One run of the container, as it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When it started.
    pub start: Millis,
    /// When it ended.
    pub end: Option<Millis>,
    /// The number of its pod, from 0.
    pub pod: usize,
    /// The number of the restart in this pod.
    pub restart: i64,
    /// The pod's completion index.
    pub index: Option<i64>,
    /// How it ended.
    pub outcome: AttemptOutcome,
}

/// How the Job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobEnd {
    /// When the condition was set.
    pub at: Millis,
    /// Whether the condition is `Complete`, else it is `Failed`.
    pub is_complete: bool,
    /// The condition's reason.
    pub reason: &'static str,
    /// `status.failed`
    pub failed: i64,
    /// `status.succeeded`
    pub succeeded: i64,
}

/// What happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// Every run of the container, in the order of their starts.
    pub attempts: Vec<Attempt>,
    /// When each pod was created; pods are numbered by it.
    pub pods: Vec<Millis>,
    /// When running pods were deleted, because the end was decided.
    pub decided: Option<Millis>,
    /// `status.startTime`, from which the deadline counts.
    pub start_time: Option<Millis>,
    /// How the Job ended; `None` if it continues.
    pub end: Option<JobEnd>,
    /// When the Job is deleted, by its time to live.
    pub deleted: Option<Millis>,
    /// The indexes that succeeded.
    pub completed_indexes: Vec<i64>,
    /// The indexes that failed for good.
    pub failed_indexes: Vec<i64>,
    /// Whether the simulation was given up, at [`MAX_ATTEMPTS`] or [`MAX_EVENTS`].
    pub is_truncated: bool,
}

/// After so many runs of the container a simulation is cut.
pub const MAX_ATTEMPTS: usize = 5_000;

/// After so many changes of a pod or looks at the Job a simulation is cut.
pub const MAX_EVENTS: usize = 200_000;

impl Default for JobPlan {
    /// The defaults of the API server (`pkg/apis/batch/v1/defaults.go`).
    fn default() -> Self {
        JobPlan {
            restart_policy: RestartPolicy::Never,
            parallelism: 1,
            completions: Some(1),
            is_indexed: false,
            backoff_limit: 6,
            backoff_limit_per_index: None,
            max_failed_indexes: None,
            deadline: None,
            ttl: None,
            is_suspended: false,
            replaces_only_failed: false,
            failure_rules: None,
            success_rules: Vec::new(),
        }
    }
}
