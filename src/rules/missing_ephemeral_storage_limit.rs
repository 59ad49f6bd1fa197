use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::Yield;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::limit_range::without_default;
use crate::manifest::document::Node;
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-ephemeral-storage-limit",
        summary: "A container can fill its node's disk",
        category: Category::Resources,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        yields_to: &[Yield::at_field("unbounded-empty-dir")],
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    // The kubelet adds up the limits of a pod, and evicts it when all its containers together use more
    // (`podEphemeralStorageLimitEviction`, `pkg/kubelet/eviction`).
    if pod.containers().any(|it| it.ephemeral_storage_limit().is_set()) {
        return;
    }
    let mut unlimited =
        pod.containers().filter(|it| it.ephemeral_storage_limit().is_missing() && writes(pod, *it));
    let Some(first) = unlimited.next() else { return };
    let message = format!(
        "`{}` can fill its node's disk and cause other pods to be evicted: \
            `resources.limits.ephemeral-storage` is not set",
        first.title()
    );
    let finding = reporter.report(first.ephemeral_storage_limit(), message);
    finding.help(
        "set `resources.limits.ephemeral-storage` to the most that the container ever has on disk, including its logs and \
            `emptyDir` volumes",
    );
    finding.condition = without_default(pod, &["limits.ephemeral-storage"]);
    for Container { node, .. } in unlimited {
        finding.related(node.field("resources.limits.ephemeral-storage"), "no limit here either");
    }
    let unbounded = |it: &Node<'_>| is_disk(*it) && it.field("emptyDir.sizeLimit").is_missing();
    if let Some(volume) = pod.volumes().items().find(unbounded) {
        finding.related(volume.field("emptyDir.sizeLimit"), "this volume has no limit either");
    }
}

/// Whether a volume is an `emptyDir` on the disk of the node.
fn is_disk(volume: Node<'_>) -> bool {
    volume.field("emptyDir").is_set() && volume.field("emptyDir.medium").text().unwrap_or_default().is_empty()
}

/// Whether the manifest tells that a container writes to the disk, and its root file system is open to it.
fn writes(pod: Pod<'_>, container: Container<'_>) -> bool {
    let mut mounts = container.volume_mounts().items().filter_map(|it| it.field("name").text());
    let is_on_disk = |name| pod.volumes().items().any(|it| it.field("name").is(name) && is_disk(it));
    let asks = container.node.field("resources.requests.ephemeral-storage").is_set();
    container.read_only_root_filesystem().boolean() != Some(true) && (asks || mounts.any(is_on_disk))
}
