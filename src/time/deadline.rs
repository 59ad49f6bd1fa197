//! Whether a deadline ends what hangs while anybody still waits for it.

use crate::manifest::document::Field;
use crate::manifest::workload::Job;
use crate::time::format::duration;

/// The longest deadline, in seconds, that counts as one: a year. Kubernetes sets no limit below the largest integer.
pub const LONGEST: i64 = 365 * 86_400;

/// Whether `activeDeadlineSeconds`, of a Job or a pod, is set, and to no more than a year.
pub fn is_effective(field: Field<'_>) -> bool {
    field.is_set() && !is_too_long(field)
}

/// Returns why a deadline that is not effective is none, to follow a colon.
pub fn why_ineffective(field: Field<'_>) -> String {
    match field.integer().filter(|_| is_too_long(field)) {
        Some(seconds) => format!("`{}` is {}", field.name(), duration(seconds)),
        None => format!("`{}` is not set", field.name()),
    }
}

/// Returns how long a Job waits whose script waits without end, and that no effective deadline ends.
pub fn end_of_wait(job: Job<'_>) -> &'static str {
    if is_replaced(job) {
        "until the next run replaces it"
    } else if job.active_deadline_seconds().is_set() {
        "until its deadline"
    } else {
        "forever"
    }
}

/// Whether the next run of a CronJob deletes a Job that still runs.
pub fn is_replaced(job: Job<'_>) -> bool {
    job.cron_job().is_some_and(|it| it.concurrency_policy().is("Replace"))
}

/// Returns what to do about a deadline that is not effective: one that is set is too long.
pub fn advice(field: Field<'_>) -> &'static str {
    if field.is_set() {
        "lower `activeDeadlineSeconds` to slightly more seconds than the longest successful run takes, retries included"
    } else {
        "set `activeDeadlineSeconds` to more seconds than the longest successful run takes, retries included"
    }
}

/// Returns the retries of a Job without a deadline and what they do not count, if it says how many it has. The kubelet
/// tries again to pull an image or to find a Secret, and the pod stays `Pending` (`pkg/kubelet/kuberuntime`).
pub fn uncounted(job: Job<'_>) -> Option<(Field<'_>, String)> {
    let field = job.retry_limit();
    let retries = field.integer()?;
    let text = format!(
        "`{}: {retries}` does not end the Job if the image or a Secret is missing: no pod fails then",
        field.name()
    );
    Some((field, text))
}

fn is_too_long(field: Field<'_>) -> bool {
    field.integer().is_some_and(|seconds| seconds > LONGEST)
}
