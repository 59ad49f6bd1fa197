use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::Yield;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "zero-retries-with-on-failure",
        summary: "A failed container restarts although no retries are allowed",
        category: Category::Failure,
        severity: Severity::Warning,
        confidence: Confidence::High,
        yields_to: &[Yield::in_object("retried-migration")],
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let (policy, job) = (pod.restart_policy(), pod.job);
    let field = job.retry_limit();
    if !policy.is("OnFailure")
        || field.integer() != Some(0)
        || job.active_deadline_seconds().integer() == Some(0)
    {
        return;
    }
    // A container's own policy comes before the pod's, since 1.35 (`ContainerRestartRules`).
    let counts = reporter.kubernetes_version().minor >= 35;
    let restarts = pod.containers().any(|it| !(it.is_sidecar() || counts && it.restart_policy().is_set()));
    if !restarts {
        return;
    }
    reporter
        .report(
            field,
            "a failed container still starts a second time: with `restartPolicy: OnFailure`, `backoffLimit: 0` \
                allows as many restarts of containers as `backoffLimit: 1`",
        )
        .related(policy, "the kubelet restarts the container at once, before the Job controller counts the restart")
        .help("set `restartPolicy: Never` if a second start does harm; otherwise set `backoffLimit: 1`, so that an \
            evicted pod is replaced too");
}
