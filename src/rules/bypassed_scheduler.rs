use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "bypassed-scheduler",
        summary: "The pods are bound to one node, whether or not it has room",
        category: Category::Resources,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let field = pod.spec.field("nodeName");
    let Some(node) = field.text().filter(|it| !it.is_empty()) else { return };
    let message = format!(
        "the pod fails if the node `{node}` does not exist or has no room for it, and every retry goes to \
         the same node: `nodeName` bypasses the scheduler"
    );
    reporter.report(field, message).help(
        "remove `nodeName`, and set `nodeSelector` to a label of the node, such as `kubernetes.io/hostname`: \
         the pod then waits until the node has room",
    );
}
