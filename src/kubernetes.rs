//! What the API server of each Kubernetes minor knows and says.

pub mod newer;
pub mod types;
pub mod verdict;
