//! What starts suspended Jobs in its own time.

use crate::manifest::document::Node;
use crate::manifest::workload::Job;

/// Whether something starts a suspended Job: the controller that manages it, or the queue that a label or annotation of it or of
/// its CronJob names.
pub(crate) fn is_queued(job: Job<'_>) -> bool {
    let metadata = [job.labels(), job.annotations(), job.object.labels(), job.object.annotations()];
    let mut keys = metadata.into_iter().filter_map(|it| it.node()).flat_map(Node::entries);
    // Kueue and its like.
    job.managed_by().is_set() || keys.any(|it| it.key.starts_with("kueue.") || it.key.contains("queue"))
}
