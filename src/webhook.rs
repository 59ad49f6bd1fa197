//! The admission webhook: Kubernetes asks before it stores a Job or CronJob.
//!
//! `review` is pure: a question in, an answer out. The rest is a server around it.

pub mod review;

#[cfg(feature = "webhook")]
mod accept;
#[cfg(feature = "webhook")]
mod body;
#[cfg(feature = "webhook")]
pub mod client;
#[cfg(feature = "webhook")]
mod connections;
#[cfg(feature = "webhook")]
mod handler;
#[cfg(feature = "webhook")]
pub mod listen;
#[cfg(feature = "webhook")]
mod log;
#[cfg(feature = "webhook")]
mod metrics;
#[cfg(feature = "webhook")]
mod ops;
#[cfg(feature = "webhook")]
pub mod options;
#[cfg(feature = "webhook")]
mod peer_limiter;
#[cfg(feature = "webhook")]
mod reload;
#[cfg(feature = "webhook")]
pub mod rotate;
#[cfg(feature = "webhook")]
pub mod server;
#[cfg(feature = "webhook")]
pub mod tls;
#[cfg(feature = "webhook")]
mod weight;
#[cfg(feature = "webhook")]
mod work;
