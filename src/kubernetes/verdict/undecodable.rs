//! What is not known of an object with values that cannot be decoded: they read as if they were not set, and an error
//! that follows from that is none of the manifest's.

use std::collections::HashSet;

use super::decode::DecodeError;
use super::error::Cause;
use crate::manifest::document::Node;
use crate::manifest::workload::Object;

/// Fields, many of which get values of a wrong type, that no other field depends on.
const ALONE: &[&str] = &[
    "activeDeadlineSeconds",
    "args",
    "automountServiceAccountToken",
    "backoffLimit",
    "command",
    "concurrencyPolicy",
    "cpu",
    "ephemeral-storage",
    "failedJobsHistoryLimit",
    "failureThreshold",
    "image",
    "imagePullPolicy",
    "initialDelaySeconds",
    "memory",
    "periodSeconds",
    "readOnlyRootFilesystem",
    "runAsGroup",
    "runAsNonRoot",
    "runAsUser",
    "schedule",
    "startingDeadlineSeconds",
    "successfulJobsHistoryLimit",
    "suspend",
    "terminationGracePeriodSeconds",
    "timeZone",
    "timeoutSeconds",
    "ttlSecondsAfterFinished",
    "value",
];

/// The parts of an object whose errors may follow from values that cannot be decoded.
pub struct UncertainParts(HashSet<u32>);

impl UncertainParts {
    /// Finds them: each value, and the whole Job or object around a value that other fields may depend on. Amounts and
    /// times with a wrong syntax are not compared with others.
    pub fn around<'d>(errors: &[DecodeError<'d>], object: Object<'d>, job: Node<'d>) -> Self {
        let around = |error: &DecodeError<'d>| {
            let is_alone = error.is_syntax || is_alone(error.node, object);
            let within = if error.node.is_within(job) { job } else { object.node };
            (!is_alone).then_some(within)
        };
        let nodes = errors.iter().flat_map(|error| [Some(error.node), around(error)]).flatten();
        UncertainParts(nodes.map(|node| node.id).collect())
    }

    /// Whether an error lies in one of them.
    pub fn contains(&self, cause: &Cause<'_>) -> bool {
        let mut above = std::iter::successors(Some(cause.field.nearest()), |node| node.parent());
        !self.0.is_empty() && above.any(|node| self.0.contains(&node.id))
    }
}

/// Whether no other field depends on the value, or on the list that it is in.
fn is_alone(node: Node<'_>, object: Object<'_>) -> bool {
    let key = node.key().or_else(|| node.parent()?.key());
    let is_note =
        |notes: crate::manifest::document::Field<'_>| notes.node().is_some_and(|it| node.is_within(it));
    key.is_some_and(|key| ALONE.contains(&key)) || is_note(object.labels()) || is_note(object.annotations())
}
