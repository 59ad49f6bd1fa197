use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::Practice;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::limit_range::without_default;
use crate::facts::printing::{needs_little, only_prints};
use crate::manifest::document::{Field, Node, Value};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};
use crate::value::quantity::Quantity;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-memory-limit",
        summary: "Nothing stops a container from using up its node's memory",
        category: Category::Resources,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        practice: Some(Practice::MemoryLimits),
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let is_limited = pod.has_own_resources(reporter.kubernetes_version())
        && limits(pod.spec.field("resources.limits.memory"));
    let unlimited: Vec<_> = pod.containers().filter(|it| !is_limited && !limits(it.memory_limit())).collect();
    let Some((first, others)) = unlimited.split_first() else { return };
    let field = first.memory_limit();
    // Without a request the limit is the request, too (`SetDefaults_Pod`).
    let is_request = is_above_nodes(field) && !first.node.field("resources.requests.memory").is_set();
    let cause = match field.node() {
        None => "is not set",
        Some(_) if is_above_nodes(field) => "is more than any node has",
        Some(_) => "is 0, which means no limit",
    };
    let message = if is_request {
        format!(
            "the pod stays `Pending`: `{}` sets no memory request, so its limit is also its request, and no node has that much memory",
            first.title()
        )
    } else {
        format!(
            "`{}` can use up its node's memory and cause other pods to be evicted or OOM-killed: \
            `resources.limits.memory` {cause}",
            first.title()
        )
    };
    let is_mild = only_prints(pod) || !is_request && unlimited.iter().all(|it| needs_little(*it));
    let finding = reporter.report_milder(is_mild, field, message);
    if unlimited.iter().all(|it| it.memory_limit().node().is_none()) {
        finding.condition = without_default(pod, &["limits.memory"]);
    }
    finding.help("set `resources.limits.memory` to what the container needs at its peak, plus some headroom");
    for container in others {
        finding.related(container.memory_limit(), "no memory limit here either");
    }
}

/// No node has more memory: the largest machines of the cloud providers have 32 TiB.
const MAX_MEMORY: i128 = 64 << 40;

/// Whether a limit is one: the kubelet takes 0 for none (`calculateLinuxResources`), and no container reaches more than its node
/// has.
fn limits(field: Field<'_>) -> bool {
    let is_zero = |limit: Node<'_>| match limit.value() {
        Value::Int(number) => number == 0,
        Value::String(text) => Quantity::parse(text).is_ok_and(|it| it.is_zero()),
        _ => false,
    };
    field.node().is_some_and(|it| !is_zero(it)) && !is_above_nodes(field)
}

fn is_above_nodes(field: Field<'_>) -> bool {
    field.node().is_some_and(|limit| match limit.value() {
        Value::Int(number) => number > MAX_MEMORY,
        Value::String(text) => Quantity::parse(text).is_ok_and(|it| it.whole() > MAX_MEMORY),
        _ => false,
    })
}
