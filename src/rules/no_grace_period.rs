use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "no-grace-period",
        summary: "The program has hardly any time to stop",
        category: Category::Lifetime,
        severity: Severity::Info,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let field = pod.spec.field("terminationGracePeriodSeconds");
    if field.integer() == Some(0) {
        let deadlines = [pod.job.active_deadline_seconds(), pod.active_deadline_seconds()];
        let at_deadline = if deadlines.iter().any(|it| it.is_set()) { "at the deadline, and " } else { "" };
        let message = format!(
            "{at_deadline}when the node is drained or the Job is deleted, the kubelet kills the program 1 or 2 s after \
             `SIGTERM`: `terminationGracePeriodSeconds` is 0"
        );
        let help = "remove `terminationGracePeriodSeconds` for the default of 30 s, or set it to the number \
            of seconds that the program needs to stop";
        reporter.report(field, message).help(help);
    }
}
