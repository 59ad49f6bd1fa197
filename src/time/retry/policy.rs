//! `podFailurePolicy` (`pod_failure_policy.go`) and `successPolicy` (`success_policy.go`).

use std::collections::BTreeSet;

/// What a rule about failures does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureAction {
    /// The failure counts.
    Count,
    /// The failure does not count; it still makes the next pod wait.
    Ignore,
    /// The Job fails.
    FailJob,
    /// The index fails.
    FailIndex,
}

/// What a rule about failures looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailurePattern {
    /// `onExitCodes`, where it can be about the container that the simulation runs.
    ExitCodes {
        /// Whether the operator is `NotIn`.
        not_in: bool,
        /// The codes.
        values: Vec<i64>,
    },
    /// `onPodConditions` with `DisruptionTarget`.
    Disruption,
    /// Something that the simulation never has.
    Other,
}

/// A rule of a `podFailurePolicy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailureRule {
    /// What it does.
    pub action: FailureAction,
    /// What it looks for.
    pub pattern: FailurePattern,
}

/// A rule of a `successPolicy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuccessRule {
    /// `succeededIndexes`, as ranges from first to last.
    pub indexes: Option<Vec<(i64, i64)>>,
    /// `succeededCount`
    pub count: Option<i64>,
}

/// How a pod failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PodFailure {
    /// The exit code, where the container has ended.
    pub(super) exit_code: Option<i64>,
    /// Whether the pod was evicted.
    pub(super) is_disrupted: bool,
}

/// Returns what the first rule that matches says; without one the failure counts.
pub(super) fn action(rules: Option<&[FailureRule]>, failure: PodFailure) -> FailureAction {
    let matches = |rule: &&FailureRule| match &rule.pattern {
        // 0 never matches, not even `NotIn`.
        FailurePattern::ExitCodes { not_in, values } => {
            failure.exit_code.is_some_and(|code| code != 0 && values.contains(&code) != *not_in)
        }
        FailurePattern::Disruption => failure.is_disrupted,
        FailurePattern::Other => false,
    };
    rules.unwrap_or_default().iter().find(matches).map_or(FailureAction::Count, |rule| rule.action)
}

/// Whether any rule is met.
pub(super) fn is_success(rules: &[SuccessRule], succeeded: &BTreeSet<i64>, completions: i64) -> bool {
    let is_met = |rule: &SuccessRule| match &rule.indexes {
        Some(ranges) => {
            let in_range = |&(first, last): &(i64, i64)| first..=last.min(completions - 1);
            let wanted: BTreeSet<i64> = ranges.iter().flat_map(in_range).collect();
            let contained = wanted.intersection(succeeded).count();
            let is_enough = rule.count.is_some_and(|count| contained as i64 >= count);
            !wanted.is_empty() && (contained == wanted.len() || is_enough)
        }
        None => rule.count.is_some_and(|count| succeeded.len() as i64 >= count),
    };
    !succeeded.is_empty() && rules.iter().any(is_met)
}
