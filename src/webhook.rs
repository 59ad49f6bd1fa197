//! The admission webhook: Kubernetes asks before it stores a Job or CronJob.
//!
//! `review` is pure: a question in, an answer out.

pub mod review;
