use crate::document::Node;
use crate::finding::{Confidence, Severity};
use crate::live;
use crate::rule::{Category, Check, Reporter, Rule};
use crate::value::migration::evidence;
use crate::workload::{Job, Pod};

pub static RULE: Rule = Rule {
    id: "retried-migration",
    summary: "A migration that failed halfway runs again",
    category: Category::Failure,
    severity: Severity::Warning,
    confidence: Confidence::Low,
    since: "0.1.0",
    page: include_str!("../../rules/retried-migration.md"),
    check: Check::Pod(check),
    ..Rule::DEFAULT
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let Some(evidence) = retried(pod.job) else { return };
    let (field, policy) = (pod.job.retry_limit(), pod.restart_policy());
    let starts = field.integer().unwrap_or_default().max(1).saturating_add(1);
    let message = format!(
        "a migration that fails starts up to {starts} times, each time on what the last try has left behind"
    );
    let finding = reporter.report(field, message);
    finding.related(evidence, "says that the Job migrates something");
    if policy.is("OnFailure") {
        finding.related(policy, "restarts a failed container even where the limit is 0");
    }
    finding.help(
        "set `backoffLimit: 0` and `restartPolicy: Never`, or name the exit codes after which a second try is safe \
         in a `podFailurePolicy`",
    );
}

/// Returns what says that the Job is a migration, where a stated limit lets it run more than once; rules on limits are
/// silent then.
pub fn retried(job: Job<'_>) -> Option<Node<'_>> {
    // A CronJob runs again and again anyway; a suspended one is a template for people.
    let is_repeated = job.cron_job().is_some_and(|it| it.suspend().boolean() != Some(true));
    let least = if job.pod()?.restart_policy().is("OnFailure") { 0 } else { 1 };
    // Where no limit is stated `missing-backoff-limit` speaks.
    let is_stated =
        job.backoff_limit_per_index().is_set() || !live::may_be_default(job.object, "spec.backoffLimit");
    let is_retried = is_stated && job.retry_limit().integer()? >= least;
    (is_retried && !is_repeated && job.pod_failure_policy().is_missing()).then(|| evidence(job)).flatten()
}
