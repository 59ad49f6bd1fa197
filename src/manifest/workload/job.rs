//! `Job` (`k8s.io/api/batch/v1`, `JobSpec`), on its own or as a CronJob's template.

use super::views::Job;
use super::views::{CronJob, Pod};
use crate::manifest::document::{Field, Node, Value};

impl<'d> Job<'d> {
    /// Returns the CronJob that makes this Job.
    pub fn cron_job(self) -> Option<CronJob<'d>> {
        self.object.cron_job()
    }

    /// `backoffLimit`: 6 where it is missing, unlimited with `backoffLimitPerIndex`.
    pub fn backoff_limit(self) -> Field<'d> {
        self.spec.field("backoffLimit")
    }

    /// `backoffLimitPerIndex`
    pub fn backoff_limit_per_index(self) -> Field<'d> {
        self.spec.field("backoffLimitPerIndex")
    }

    /// `activeDeadlineSeconds`
    pub fn active_deadline_seconds(self) -> Field<'d> {
        self.spec.field("activeDeadlineSeconds")
    }

    /// `ttlSecondsAfterFinished`
    pub fn ttl_seconds_after_finished(self) -> Field<'d> {
        self.spec.field("ttlSecondsAfterFinished")
    }

    /// `parallelism`
    pub fn parallelism(self) -> Field<'d> {
        self.spec.field("parallelism")
    }

    /// `completions`
    pub fn completions(self) -> Field<'d> {
        self.spec.field("completions")
    }

    /// `completionMode`: `NonIndexed` where it is missing.
    pub fn completion_mode(self) -> Field<'d> {
        self.spec.field("completionMode")
    }

    /// `suspend`
    pub fn suspend(self) -> Field<'d> {
        self.spec.field("suspend")
    }

    /// `podFailurePolicy`
    pub fn pod_failure_policy(self) -> Field<'d> {
        self.spec.field("podFailurePolicy")
    }

    /// `podFailurePolicy.rules`
    pub fn pod_failure_policy_rules(self) -> Field<'d> {
        self.spec.field("podFailurePolicy.rules")
    }

    /// The API server takes no more exit codes in a rule of the `podFailurePolicy` (`maxPodFailurePolicyOnExitCodesValues`).
    pub const MAX_EXIT_CODES: usize = 255;

    /// Returns the rules of the `podFailurePolicy`, as many as the API server takes
    /// (`maxPodFailurePolicyRules` in `pkg/apis/batch/validation/validation.go`).
    pub fn failure_rules(self) -> impl Iterator<Item = Node<'d>> {
        self.pod_failure_policy_rules().items().take(20)
    }

    /// Whether the pod template has a label that is not the Job controller's own.
    pub fn has_template_labels(self) -> bool {
        has_own_label(self.template_labels())
    }

    /// Returns the field that bounds the retries: `backoffLimitPerIndex` where it is set, else `backoffLimit`.
    pub fn retry_limit(self) -> Field<'d> {
        let per_index = self.backoff_limit_per_index();
        if per_index.is_set() { per_index } else { self.backoff_limit() }
    }

    /// Returns how many pods run side by side at most: `parallelism`, but no more than `completions`.
    pub fn pods_at_once(self) -> i64 {
        let parallelism = self.parallelism().integer().unwrap_or(1);
        self.completions().integer().map_or(parallelism, |completions| parallelism.min(completions))
    }

    /// Returns what messages call it: `the Job`, or `every run` of a CronJob.
    pub fn title(self) -> &'static str {
        if self.cron_job().is_some() { "every run" } else { "the Job" }
    }

    /// `podReplacementPolicy`: `TerminatingOrFailed` where it is missing, `Failed` with a `podFailurePolicy`.
    pub fn pod_replacement_policy(self) -> Field<'d> {
        self.spec.field("podReplacementPolicy")
    }

    /// `successPolicy`
    pub fn success_policy(self) -> Field<'d> {
        self.spec.field("successPolicy")
    }

    /// `maxFailedIndexes`
    pub fn max_failed_indexes(self) -> Field<'d> {
        self.spec.field("maxFailedIndexes")
    }

    /// `managedBy`: another controller than Kubernetes' own.
    pub fn managed_by(self) -> Field<'d> {
        self.spec.field("managedBy")
    }

    /// Returns the Job's own labels: the `jobTemplate`'s where a CronJob makes it.
    pub fn labels(self) -> Field<'d> {
        match self.cron_job() {
            Some(cron_job) => cron_job.spec.field("jobTemplate.metadata.labels"),
            None => self.object.labels(),
        }
    }

    /// Returns the Job's own annotations: the `jobTemplate`'s where a CronJob makes it.
    pub fn annotations(self) -> Field<'d> {
        match self.cron_job() {
            Some(cron_job) => cron_job.spec.field("jobTemplate.metadata.annotations"),
            None => self.object.annotations(),
        }
    }

    /// Returns the pod template's `spec`.
    pub fn pod(self) -> Option<Pod<'d>> {
        let spec = self.spec.field("template.spec").node().filter(|spec| spec.value() == Value::Map)?;
        Some(Pod { job: self, spec })
    }

    /// `template.metadata.annotations`
    pub fn template_annotations(self) -> Field<'d> {
        self.spec.field("template.metadata.annotations")
    }

    /// `template.metadata.labels`
    pub fn template_labels(self) -> Field<'d> {
        self.spec.field("template.metadata.labels")
    }
}

/// What the Job controller writes on the pod template.
const CONTROLLER_LABELS: &[&str] =
    &["batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name", "controller-uid", "job-name"];

/// Whether labels hold one that is not the Job controller's own.
pub fn has_own_label(labels: Field<'_>) -> bool {
    labels.node().is_some_and(|it| it.entries().any(|label| !CONTROLLER_LABELS.contains(&label.key)))
}
