use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::Yield;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases::count;
use crate::time::retry::{RestartPolicy, retry_start};
use crate::time::run;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "lost-failure-logs",
        summary: "The logs that explain a failure are deleted along with the pod",
        category: Category::Failure,
        severity: Severity::Info,
        confidence: Confidence::High,
        yields_to: &[Yield::in_object("short-ttl"), Yield::in_object("no-failed-history")],
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let (policy, job) = (pod.restart_policy(), pod.job);
    let (limit, deadline_field) = (job.backoff_limit(), job.active_deadline_seconds());
    // With a deadline of 0 there is no pod.
    let deadline = deadline_field.integer().filter(|&deadline| deadline > 0);
    let restarts = limit.integer().unwrap_or(6).max(1);
    let subject = if job.cron_job().is_some() { "the run" } else { "the Job" };
    // With `backoffLimitPerIndex` the restarts have no limit unless one is stated.
    let is_limited =
        restarts < i64::from(i32::MAX) && (limit.is_set() || job.backoff_limit_per_index().is_missing());
    if policy.is("OnFailure") && is_limited {
        // Even if every try fails at once, the restarts take their time.
        let last = retry_start(RestartPolicy::OnFailure, restarts);
        let (deadline_first, deadline) =
            (deadline.filter(|it| *it < last), deadline.filter(|it| *it >= last));
        let when = match deadline_first {
            Some(deadline) => {
                format!("{subject} fails at its deadline of {deadline} s, before restart {restarts}")
            }
            None => format!("after {} {subject} fails", count(restarts, "restart")),
        };
        let pods = if job.pods_at_once() > 1 { "running pods are" } else { "pod is" };
        let message = format!("{when}, and its {pods} deleted along with the logs that say why");
        let finding = reporter.report(policy, message);
        finding.help("set `restartPolicy: Never`, which keeps failed pods, or collect the logs elsewhere");
        if limit.is_set() {
            finding.related(limit, "the restart limit");
        }
        if deadline_first.is_some() {
            finding.related(deadline_field, "the deadline");
        }
        if let Some(deadline) = deadline {
            finding.related(
                deadline_field,
                format!("a pod still running at the deadline of {deadline} s is deleted too"),
            );
        }
    } else if let Some(deadline) = deadline {
        // All tries end by themselves before that.
        if run::longest_tries(job, pod).is_some_and(|it| it.seconds <= deadline) {
            return;
        }
        reporter
            .report(
                deadline_field,
                format!(
                    "a pod that is still running at the deadline of {deadline} s is deleted along with the logs that \
                        show where it hung"
                ),
            )
            .help(
                "collect the logs elsewhere, or let the program exit by itself before the deadline, for example with \
                    `timeout`: a failed pod is kept with its logs",
            );
    }
}
