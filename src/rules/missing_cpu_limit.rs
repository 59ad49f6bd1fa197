use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::limit_range::without_default;
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-cpu-limit",
        summary: "A container has neither a CPU request nor a CPU limit",
        category: Category::Resources,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let of_pod = |path| pod.spec.field(path).is_set();
    let is_limited = pod.has_own_resources(reporter.kubernetes_version())
        && (of_pod("resources.limits.cpu") || of_pod("resources.requests.cpu"));
    // A request gives the container its share of a busy node; whether to throttle it as well is for people to choose.
    let is_unlimited = |container: &Container<'_>| {
        container.cpu_limit().is_missing() && container.node.field("resources.requests.cpu").is_missing()
    };
    let mut unlimited = pod.containers().filter(|it| !is_limited && is_unlimited(it));
    let Some(first) = unlimited.next() else { return };
    let message = format!(
        "`{}` uses whatever CPU is idle on its node, and gets hardly any on a busy one: neither a CPU \
            request nor a CPU limit is set",
        first.title()
    );
    let finding = reporter.report(first.cpu_limit(), message);
    finding.help(
        "set `resources.requests.cpu` to the CPU that the container needs on a busy node, and also `resources.limits.cpu` if \
            every run should take the same time",
    );
    finding.condition = without_default(pod, &["requests.cpu"]);
    for Container { node, .. } in unlimited {
        finding.related(node.field("resources.limits.cpu"), "no CPU limit or request here either");
    }
}
