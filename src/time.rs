//! When things happen: schedules, back-off, how long a run can last. Computed as the controllers of Kubernetes do.

pub mod calendar;
pub mod cron;
pub mod cron_job;
pub mod deadline;
pub mod fleet;
pub mod history;
pub mod overlap;
pub mod retry;
pub mod run;
pub mod words;
mod zone;

pub use zone::{zone, zone_names};
