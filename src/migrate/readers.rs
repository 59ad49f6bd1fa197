//! Reads the settings of each linter.

mod kube_linter;
mod kube_score;
mod polaris;
mod reader;

pub use kube_linter::read as read_kube_linter;
pub use kube_score::read as read_kube_score;
pub use polaris::read as read_polaris;
