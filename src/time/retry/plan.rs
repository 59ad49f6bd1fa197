//! The plan of a Job, read from its manifest.

use crate::manifest::document::{Field, Node};
use crate::manifest::workload::Job;
use crate::text::span::Span;
use crate::time::retry::model::{JobPlan, RestartPolicy};
use crate::time::retry::policy::{FailureAction, FailurePattern, FailureRule, SuccessRule};

/// The limit of a Job with limits for each index, where nobody sets another.
const UNLIMITED: i64 = i32::MAX as i64;

/// Why the course of a Job cannot be computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct PlanError {
    /// The value that cannot be used; for a missing field the key of the mapping that lacks it.
    pub span: Span,
    /// What is wrong with it, in one sentence.
    pub reason: String,
}

impl PlanError {
    fn at(field: Field<'_>, reason: &str) -> Self {
        PlanError { span: field.span(), reason: reason.to_owned() }
    }
}

impl JobPlan {
    /// Reads the fields of a Job that decide what happens; says which one cannot be used.
    pub fn for_job(job: Job<'_>) -> Result<JobPlan, PlanError> {
        let pod = job
            .pod()
            .ok_or_else(|| PlanError::at(job.spec.field("template.spec"), "the Job has no pod template"))?;
        let restart_policy = match pod.restart_policy().text() {
            Some("Never") => RestartPolicy::Never,
            Some("OnFailure") => RestartPolicy::OnFailure,
            _ => {
                let reason = "`restartPolicy` is neither `Never` nor `OnFailure`";
                return Err(PlanError::at(pod.restart_policy(), reason));
            }
        };
        let is_indexed = job.completion_mode().is("Indexed");
        let (parallelism, completions) = (number(job.parallelism())?, number(job.completions())?);
        let backoff_limit_per_index = number(job.backoff_limit_per_index())?;
        let default_limit = if backoff_limit_per_index.is_some() { UNLIMITED } else { 6 };
        // Only where both are missing are both 1; `parallelism` alone makes a work queue.
        let completions = if parallelism.is_none() { completions.or(Some(1)) } else { completions };
        if is_indexed && completions.is_none() {
            return Err(PlanError::at(job.completions(), "an Indexed Job needs `completions`"));
        }
        let failure_policy = job.pod_failure_policy();
        let main = pod.main_containers().next().and_then(|it| it.name().text());
        let rules = failure_policy.node().map(|policy| {
            policy.field("rules").items().map(|rule| failure_rule(rule, main)).collect::<Vec<_>>()
        });
        Ok(JobPlan {
            restart_policy,
            parallelism: parallelism.unwrap_or(1),
            completions,
            is_indexed,
            backoff_limit: number(job.backoff_limit())?.unwrap_or(default_limit),
            backoff_limit_per_index: backoff_limit_per_index.filter(|_| is_indexed),
            max_failed_indexes: number(job.max_failed_indexes())?,
            deadline: number(job.active_deadline_seconds())?,
            ttl: number(job.ttl_seconds_after_finished())?,
            is_suspended: job.suspend().boolean().unwrap_or_default(),
            replaces_only_failed: job.pod_replacement_policy().is("Failed") || rules.is_some(),
            failure_rules: rules,
            success_rules: success_rules(job),
        })
    }
}

/// Reads a number that cannot be negative.
fn number(field: Field<'_>) -> Result<Option<i64>, PlanError> {
    match (field.is_set(), field.integer()) {
        (true, Some(number)) if number >= 0 => Ok(Some(number)),
        (true, _) => Err(PlanError::at(field, &format!("`{}` is not a number", field.name()))),
        (false, _) => Ok(None),
    }
}

fn failure_rule(rule: Node<'_>, main: Option<&str>) -> FailureRule {
    let action = match rule.field("action").text() {
        Some("Ignore") => FailureAction::Ignore,
        Some("FailJob") => FailureAction::FailJob,
        Some("FailIndex") => FailureAction::FailIndex,
        _ => FailureAction::Count,
    };
    let container = rule.field("onExitCodes.containerName");
    let is_main = container.is_missing() || container.text() == main;
    let pattern = if rule.field("onExitCodes").is_set() && is_main {
        let values = rule.field("onExitCodes.values").items().filter_map(Node::integer).collect();
        FailurePattern::ExitCodes { not_in: rule.field("onExitCodes.operator").is("NotIn"), values }
    } else {
        let mut conditions = rule.field("onPodConditions").items();
        if conditions.any(is_disruption) { FailurePattern::Disruption } else { FailurePattern::Other }
    };
    FailureRule { action, pattern }
}

fn is_disruption(condition: Node<'_>) -> bool {
    let status = condition.field("status");
    condition.field("type").is("DisruptionTarget") && (status.is_missing() || status.is("True"))
}

fn success_rules(job: Job<'_>) -> Vec<SuccessRule> {
    let rules = job.success_policy().node();
    let rules = rules.into_iter().flat_map(|policy| policy.field("rules").items().collect::<Vec<_>>());
    rules
        .map(|rule| {
            let indexes = rule.field("succeededIndexes");
            SuccessRule { indexes: indexes.text().map(ranges), count: rule.field("succeededCount").integer() }
        })
        .collect()
}

/// Reads `1,3-5` (`parseIndexesFromString`).
fn ranges(text: &str) -> Vec<(i64, i64)> {
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
    };
    text.split(',').filter_map(range).collect()
}
