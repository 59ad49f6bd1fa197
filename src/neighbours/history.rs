//! How many finished Jobs CronJobs keep: they count against the quota of their namespace.

use std::collections::HashSet;

use crate::manifest::document::Field;
use crate::manifest::workload::Job;

/// How many finished Jobs a CronJob keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Those that succeeded.
    pub successful: i64,
    /// Those that failed.
    pub failed: i64,
}

impl History {
    /// Reads the limits of a CronJob; `None` for what starts no runs, and for Jobs that are deleted when they have finished.
    pub(super) fn of(job: Job<'_>) -> Option<Self> {
        let cron_job = job.cron_job().filter(|it| !it.is_suspended())?;
        let limit =
            |field: Field<'_>, default| if field.is_missing() { Some(default) } else { field.integer() };
        let history = History {
            successful: limit(cron_job.successful_jobs_history_limit(), 3)?,
            failed: limit(cron_job.failed_jobs_history_limit(), 1)?,
        };
        let is_possible = [history.successful, history.failed].iter().all(|it| *it >= 0);
        (is_possible && job.ttl_seconds_after_finished().is_missing()).then_some(history)
    }

    /// Returns how many there are in all.
    pub fn total(self) -> i128 {
        i128::from(self.successful) + i128::from(self.failed)
    }
}

/// What several CronJobs keep together.
#[derive(Debug, Default)]
pub struct Histories<'f> {
    names: HashSet<&'f str>,
    /// All of them together.
    pub sum: History,
    /// What the CronJob that keeps most has, with its name.
    largest: (History, &'f str),
}

impl<'f> Histories<'f> {
    /// Adds a CronJob, unless one of its name is there.
    pub(super) fn add(&mut self, name: &'f str, history: History) {
        if name.is_empty() || !self.names.insert(name) {
            return;
        }
        self.sum.successful = self.sum.successful.saturating_add(history.successful);
        self.sum.failed = self.sum.failed.saturating_add(history.failed);
        let (most, first) = self.largest;
        if first.is_empty() || (history.total(), first) > (most.total(), name) {
            self.largest = (history, name);
        }
    }

    /// Returns how many CronJobs there are.
    pub fn count(&self) -> usize {
        self.names.len()
    }

    /// Whether the CronJob of a name keeps most.
    pub fn is_largest(&self, name: &str) -> bool {
        self.largest.1 == name
    }
}
