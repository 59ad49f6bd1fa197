use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "exit-codes-without-policy",
        summary: "The script exits with different codes, but the Job treats them alike",
        category: Category::Failure,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let job = script.container().pod.job;
    let has_no_retry = [job.backoff_limit(), job.retry_limit()].iter().any(|it| it.integer() == Some(0));
    // Whatever a sidecar exits with, it restarts.
    if job.pod_failure_policy().is_set() || has_no_retry || script.container().is_sidecar() {
        return;
    }
    let exits = script.exits();
    let own: Vec<_> = exits.iter().filter(|it| (2..126).contains(&it.code)).collect();
    let Some((first, others)) = own.split_first() else { return };
    let code = first.code;
    // With `OnFailure` the kubelet restarts the container in the same pod.
    let (retried, never) = if script.container().pod.restart_policy().is("Never") {
        (format!("a pod whose script exits with {code} is retried like any other failed pod"), "")
    } else {
        (
            format!("a container whose script exits with {code} restarts as after any other failure"),
            " (which needs `restartPolicy: Never`)",
        )
    };
    let message =
        format!("{retried}: no `podFailurePolicy` lists the exit codes after which a retry is pointless");
    let finding = reporter.report(script.place(first.command.span), message);
    let action = if job.backoff_limit_per_index().is_set() { "FailIndex" } else { "FailJob" };
    finding.help(format!(
        "add a `podFailurePolicy`{never} with an `action: {action}` rule whose `onExitCodes` lists the exit codes after which a retry is \
         pointless"
    ));
    let mut seen = vec![code];
    for it in others.iter().filter(|it| it.code != code) {
        if !seen.contains(&it.code) {
            seen.push(it.code);
            finding.related(script.place(it.command.span), format!("exit code {}", it.code));
        }
    }
}
