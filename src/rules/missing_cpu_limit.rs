use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::workload::{Container, Pod};

pub static RULE: Rule = Rule {
    id: "missing-cpu-limit",
    summary: "A container may use all idle CPU of its node",
    category: Category::Resources,
    severity: Severity::Info,
    confidence: Confidence::Medium,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/missing-cpu-limit.md"),
    options: &[],
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let is_limited = pod.has_own_resources(reporter.kubernetes_version())
        && pod.spec.field("resources.limits.cpu").is_set();
    let mut unlimited = pod.containers().filter(|it| !is_limited && it.cpu_limit().is_missing());
    let Some(first) = unlimited.next() else { return };
    let message = format!(
        "`{}` takes whatever CPU its node has idle, so a run lasts longer on a busy node: `resources.limits.cpu` \
         is not set",
        first.title()
    );
    let finding = reporter.report(first.cpu_limit(), message);
    finding.help("set `resources.limits.cpu` where runs are to take equal time, or where the namespace's quota counts it");
    for Container { node, .. } in unlimited {
        finding.related(node.field("resources.limits.cpu"), "no CPU limit here either");
    }
}
