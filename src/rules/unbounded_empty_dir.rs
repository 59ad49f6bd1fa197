use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Node;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unbounded-empty-dir",
        summary: "A scratch volume can grow until its node is full",
        category: Category::Resources,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        page: include_str!("../../rules/unbounded-empty-dir.md"),
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let has_own_memory = pod.has_own_resources(reporter.kubernetes_version())
        && pod.spec.field("resources.limits.memory").is_set();
    // What the containers may use bounds their volumes too: the kubelet counts both together.
    let (mut on_disk, mut in_memory) = (true, true);
    for container in pod.containers() {
        on_disk &= container.ephemeral_storage_limit().is_set();
        in_memory &= has_own_memory || container.memory_limit().is_set();
    }
    let is_unbounded = |volume: &Node<'_>| {
        let in_ram = volume.field("emptyDir.medium").is("Memory");
        let is_limited = if in_ram { in_memory } else { on_disk };
        volume.field("emptyDir").is_set() && volume.field("emptyDir.sizeLimit").is_missing() && !is_limited
    };
    let mut unbounded = pod.volumes().items().filter(is_unbounded);
    let Some(first) = unbounded.next() else { return };
    let what = if first.field("emptyDir.medium").is("Memory") { "memory" } else { "disk" };
    let name = first.field("name").text().unwrap_or("emptyDir");
    let finding = reporter.report(
        first.field("emptyDir.sizeLimit"),
        format!(
            "the volume `{name}` can fill the {what} of its node and cause other pods to be evicted: \
                `emptyDir.sizeLimit` is not set"
        ),
    );
    finding.help("set `emptyDir.sizeLimit` to what the pod writes at its peak, plus some headroom");
    for volume in unbounded {
        finding.related(volume.field("emptyDir.sizeLimit"), "no limit here either");
    }
}
