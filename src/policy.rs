//! What users decide: the configuration, and the suppressions in manifests.

pub mod config;
pub mod suppress;
