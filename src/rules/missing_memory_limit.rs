use crate::finding::{Confidence, Severity};
use crate::rule::{Category, Check, Reporter, Rule};
use crate::workload::{Container, Pod};

pub static RULE: Rule = Rule {
    id: "missing-memory-limit",
    summary: "Nothing stops a container from using up the memory of its node",
    category: Category::Resources,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    since: "0.1.0",
    page: include_str!("../../rules/missing-memory-limit.md"),
    check: Check::Pod(check),
    ..Rule::DEFAULT
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let is_limited = pod.has_own_resources(reporter.kubernetes_version())
        && pod.spec.field("resources.limits.memory").is_set();
    let mut unlimited =
        pod.containers().filter(|container| !is_limited && container.memory_limit().is_missing());
    let Some(first) = unlimited.next() else { return };
    let message = format!(
        "`{}` can take all memory of its node, and other pods may be evicted or killed with it: \
         `resources.limits.memory` is not set",
        first.title()
    );
    let finding = reporter.report(first.memory_limit(), message);
    finding.help("set `resources.limits.memory` to what the container needs at its peak, with some room");
    for Container { node, .. } in unlimited {
        finding.related(node.field("resources.limits.memory"), "no memory limit here either");
    }
}
