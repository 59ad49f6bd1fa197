//! What happens to a Job: when its pods start and are tried again, and when and how it ends.
//!
//! A simulation of the Job controller (`pkg/controller/job`, Kubernetes 1.36), with its queue and its delays, and of
//! the kubelet's restarts, for given [`JobAssumptions`]. The cluster is ideal: no latency but what is assumed. Checked
//! against recordings of the real controller in `testdata/time/job.json`.

mod backoff;
mod controller;
pub mod model;
mod plan;
mod policy;
mod simulation;
mod state;

pub use backoff::{first_retry_from, never_waits, restart_waits, retry_start};
pub use model::{
    Attempt, AttemptOutcome, ContainerRun, Intervention, JobAssumptions, JobEnd, JobPlan, MAX_ATTEMPTS,
    MAX_EVENTS, Millis, PendingRun, RestartPolicy, Timeline,
};
pub use plan::PlanError;
pub use policy::{FailureAction, FailurePattern, FailureRule, SuccessRule};

/// Finds out what happens to a Job.
pub fn simulate(plan: &JobPlan, assumptions: &JobAssumptions<'_>) -> Timeline {
    state::Simulation::new(plan, assumptions).run()
}
