//! The linter for Kubernetes `Job` and `CronJob` manifests.
pub mod cli;
pub mod config;
pub mod document;
pub mod finding;
pub mod kubernetes;
pub mod lint;
mod live;
mod mask;
pub mod report;
pub mod rule;
pub mod rules;
pub mod source;
pub mod span;
pub mod suppress;
mod value;
pub mod webhook;
pub mod workload;
