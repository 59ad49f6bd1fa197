//! When things happen: schedules, back-off, how long a run can last. Computed as the controllers of Kubernetes do.

pub mod cron;
pub mod duration;
pub mod retry;
mod zone;

pub use zone::zone;
