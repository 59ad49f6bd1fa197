use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::workload::{Container, Pod};

pub static RULE: Rule = Rule {
    id: "missing-ephemeral-storage-limit",
    summary: "A container may fill the disk of its node",
    category: Category::Resources,
    severity: Severity::Info,
    confidence: Confidence::Medium,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/missing-ephemeral-storage-limit.md"),
    options: &[],
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let mut unlimited = pod.containers().filter(|it| it.ephemeral_storage_limit().is_missing());
    let Some(first) = unlimited.next() else { return };
    let message = format!(
        "`{}` can fill the disk of its node with files and logs, and other pods are evicted for it: \
         `resources.limits.ephemeral-storage` is not set",
        first.title()
    );
    let finding = reporter.report(first.ephemeral_storage_limit(), message);
    finding.help(
        "set `resources.limits.ephemeral-storage` to what the container writes at its peak, logs included",
    );
    for Container { node, .. } in unlimited {
        finding.related(node.field("resources.limits.ephemeral-storage"), "no limit here either");
    }
}
