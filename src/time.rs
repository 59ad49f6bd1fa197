//! When things happen: schedules, back-off, how long a run can last. Computed as the controllers of Kubernetes do.

pub mod at_once;
pub mod calendar;
pub mod cron;
pub mod cron_job;
pub mod deadline;
pub mod format;
pub mod history;
pub mod overlap;
pub mod retry;
pub mod run;
pub mod schedule_change;
pub mod spread;
pub mod starts;
mod zone;

pub use zone::{nearest_zone, zone, zone_in_any_case, zone_names};
