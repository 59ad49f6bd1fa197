//! What the API server of each Kubernetes minor knows and says.

pub mod newer_versions;
pub mod types;
pub mod verdict;
