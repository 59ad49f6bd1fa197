use std::cmp::Ordering;

use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::{Field, Node, Value};
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};
use crate::value::quantity::Quantity;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "tmpfs-above-memory-limit",
        summary: "A volume in memory can never hold what its `sizeLimit` allows",
        category: Category::Resources,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let of_pod = pod.spec.field("resources.limits.memory");
    let (limit, field) = if pod.has_own_resources(reporter.kubernetes_version()) && of_pod.is_set() {
        (quantity(of_pod), of_pod.node())
    } else {
        (limit_of_containers(pod), pod.main_containers().next().and_then(|it| it.memory_limit().node()))
    };
    let Some(limit) = limit else { return };
    let is_above = |volume: &Node<'_>| {
        let size = quantity(volume.field("emptyDir.sizeLimit"));
        volume.field("emptyDir.medium").is("Memory")
            && size.is_some_and(|it| it.compare(&limit) == Ordering::Greater)
    };
    let mut volumes = pod.volumes().items().filter(is_above);
    let Some(first) = volumes.next() else { return };
    let size = first.field("emptyDir.sizeLimit");
    // The sum of `256Mi` and a plain number is one of bytes.
    let is_plain = limit.to_string().bytes().all(|it| it.is_ascii_digit());
    let shown = if is_plain { limit.clone().in_binary() } else { limit.clone() };
    let message = format!(
        "the volume `{}` can never hold its {}: what is written to it counts as memory, of which the pod has at most {shown}",
        first.field("name").text().unwrap_or("emptyDir"),
        quantity(size).map(|it| it.to_string()).unwrap_or_default(),
    );
    let finding = reporter.report(size, message);
    finding.help(
        "set the memory limit to `sizeLimit` plus what the program needs, lower `sizeLimit`, or remove `medium: Memory`",
    );
    if let Some(field) = field {
        finding.related(field, "files in the volume count towards this limit");
    }
    for volume in volumes {
        finding.related(volume.field("emptyDir.sizeLimit"), "this is above the memory limit too");
    }
}

/// Returns what all containers of a pod may use at a time; `None` if one of them has no limit. Init containers run before the
/// others, but for sidecars.
fn limit_of_containers(pod: Pod<'_>) -> Option<Quantity> {
    let (sidecars, first): (Vec<Container<'_>>, Vec<_>) =
        pod.init_containers().partition(|it| it.is_sidecar());
    let sum = |containers: &mut dyn Iterator<Item = Container<'_>>| {
        let mut sum: Option<Quantity> = None;
        for container in containers {
            let limit = quantity(container.memory_limit())?;
            match &mut sum {
                Some(sum) => sum.add(&limit),
                None => sum = Some(limit),
            }
        }
        sum
    };
    let mut most = sum(&mut pod.main_containers().chain(sidecars.iter().copied()))?;
    for container in first {
        let limit = sum(&mut std::iter::once(container).chain(sidecars.iter().copied()))?;
        if limit.compare(&most) == Ordering::Greater {
            most = limit;
        }
    }
    Some(most)
}

/// Returns a quantity above 0; the kubelet takes 0 for no limit.
fn quantity(field: Field<'_>) -> Option<Quantity> {
    let quantity = match field.node()?.value() {
        Value::Int(number) => Quantity::parse(&number.to_string()),
        Value::String(text) => Quantity::parse(text),
        _ => return None,
    };
    quantity.ok().filter(|it| !it.is_zero() && !it.is_negative())
}
