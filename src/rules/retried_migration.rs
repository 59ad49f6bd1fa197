use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::value::migration::evidence;
use crate::workload::Pod;

pub static RULE: Rule = Rule {
    id: "retried-migration",
    summary: "A migration that failed halfway runs again",
    category: Category::Failure,
    severity: Severity::Warning,
    confidence: Confidence::Low,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/retried-migration.md"),
    options: &[],
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let (job, policy) = (pod.job, pod.restart_policy());
    // A CronJob runs again and again anyway; a suspended one is a template for people.
    let is_repeated = job.cron_job().is_some_and(|it| it.suspend().boolean() != Some(true));
    if is_repeated || job.pod_failure_policy().is_set() {
        return;
    }
    // Where no limit is stated `missing-backoff-limit` speaks.
    let field = job.retry_limit();
    let Some(limit) = field.integer().filter(|&limit| limit > 0 || (limit == 0 && policy.is("OnFailure")))
    else {
        return;
    };
    let Some(evidence) = evidence(job) else { return };
    let starts = limit.max(1).saturating_add(1);
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
