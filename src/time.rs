//! When things happen: schedules, back-off, how long a run can last. Computed as the controllers of Kubernetes do.

pub mod cron;
mod duration;
mod zone;

pub use zone::zone;
