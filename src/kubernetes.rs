//! What the API server of each Kubernetes minor knows and says.

pub mod difference;
pub mod newer_versions;
pub mod pod_admission;
pub mod types;
pub mod verdict;
