//! What a LimitRange of the namespace fills in where containers state nothing.

use crate::diagnostic::condition::Condition;
use crate::manifest::workload::Pod;

/// Returns the condition of a finding about what containers lack, such as `limits.memory`: that no LimitRange fills it in.
pub fn without_default(pod: Pod<'_>, fields: &'static [&'static str]) -> Option<Condition> {
    let namespace = pod.job.object.namespace().text().unwrap_or_default().into();
    Some(Condition::NotByDefault { namespace, fields })
}
