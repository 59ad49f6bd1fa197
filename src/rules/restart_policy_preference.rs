use std::borrow::Cow;

use crate::diagnostic::meta::{Category, Meta, OptionValue, RuleOption};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "restart-policy-preference",
        summary: "The restart policy is not the one that the team has agreed on",
        category: Category::Failure,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        options: &[RuleOption {
            name: "policy",
            summary: "The policy that Jobs must have, `Never` or `OnFailure`",
            default: OptionValue::Text(Cow::Borrowed("")),
        }],
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let policy = pod.restart_policy();
    let Some(found) = policy.text().filter(|it| matches!(*it, "Never" | "OnFailure")) else { return };
    let wanted = reporter.text("policy").to_owned();
    if !matches!(&*wanted, "Never" | "OnFailure") || found == wanted {
        return;
    }
    // The first two are documented to need `Never`, and only with `Never` does `backoffLimit: 0` rule out a retry.
    let job = pod.job;
    let needs_never = job.pod_failure_policy().is_set()
        || job.backoff_limit_per_index().is_set()
        || job.backoff_limit().integer() == Some(0);
    if wanted == "OnFailure" && needs_never {
        return;
    }
    let what_happens = match found {
        "Never" => "a failed pod is kept and each retry is a new pod",
        _ => "a failed container restarts in its pod, whose logs are lost when the Job fails",
    };
    let message =
        format!("{what_happens}: `restartPolicy` is `{found}`, but the configuration asks for `{wanted}`");
    let help = format!("set `restartPolicy: {wanted}`");
    let edit = policy.node().map_or(Ok(Vec::new()), |node| Edit::replace_text(node, &wanted));
    reporter.report(policy, message).help(help.clone()).fix(help, Safety::Unsafe, edit);
}
