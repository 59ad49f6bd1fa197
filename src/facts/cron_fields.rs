//! Jobs that are written as CronJobs: with a schedule, which only a CronJob has.

use crate::manifest::document::Entry;
use crate::manifest::workload::{Kind, Object};
use crate::text::word_list::has_word;

/// The fields that the `spec` of a CronJob has and that of a Job lacks, but for `schedule`.
const FIELDS: &str = "concurrencyPolicy failedJobsHistoryLimit jobTemplate startingDeadlineSeconds successfulJobsHistoryLimit \
    timeZone";

/// Returns the `schedule` of a Job, with the other fields of a CronJob next to it.
pub(crate) fn cron_fields(object: Object<'_>) -> Option<(Entry<'_>, Vec<Entry<'_>>)> {
    let spec = object.node.get("spec").filter(|_| object.kind == Kind::Job)?;
    let schedule = spec.entries().find(|it| it.key == "schedule")?;
    Some((schedule, spec.entries().filter(|it| has_word(FIELDS, it.key)).collect()))
}
