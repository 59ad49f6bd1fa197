//! `CronJob` (`k8s.io/api/batch/v1`, `CronJobSpec`).

use super::views::CronJob;
use super::views::Job;
use crate::manifest::document::Field;

impl<'d> CronJob<'d> {
    /// `schedule`
    pub fn schedule(self) -> Field<'d> {
        self.spec.field("schedule")
    }

    /// `timeZone`
    pub fn time_zone(self) -> Field<'d> {
        self.spec.field("timeZone")
    }

    /// `concurrencyPolicy`: `Allow` where it is missing.
    pub fn concurrency_policy(self) -> Field<'d> {
        self.spec.field("concurrencyPolicy")
    }

    /// `startingDeadlineSeconds`
    pub fn starting_deadline_seconds(self) -> Field<'d> {
        self.spec.field("startingDeadlineSeconds")
    }

    /// `suspend`
    pub fn suspend(self) -> Field<'d> {
        self.spec.field("suspend")
    }

    /// Whether the CronJob starts no runs for now.
    pub fn is_suspended(self) -> bool {
        self.suspend().boolean() == Some(true)
    }

    /// `successfulJobsHistoryLimit`: 3 where it is missing.
    pub fn successful_jobs_history_limit(self) -> Field<'d> {
        self.spec.field("successfulJobsHistoryLimit")
    }

    /// `failedJobsHistoryLimit`: 1 where it is missing.
    pub fn failed_jobs_history_limit(self) -> Field<'d> {
        self.spec.field("failedJobsHistoryLimit")
    }

    /// Returns what its runs are made from.
    pub fn job(self) -> Option<Job<'d>> {
        self.object.job()
    }
}
