use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Node;
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unbounded-empty-dir",
        summary: "A scratch volume can grow until its node is full",
        category: Category::Resources,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

/// No container that anybody writes has more mounts.
const MAX_MOUNTS: usize = 100;

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let has_own_memory = pod.has_own_resources(reporter.kubernetes_version())
        && pod.spec.field("resources.limits.memory").is_set();
    // One limit is enough: the kubelet compares the sum of those that are set with the disk that the whole pod uses
    // (`podEphemeralStorageLimitEviction`). Memory belongs to the container that writes.
    let on_disk = pod.containers().any(|it| it.ephemeral_storage_limit().is_set());
    let in_memory = |name: &str| {
        let mounts = |it: &Container<'_>| {
            it.volume_mounts().items().take(MAX_MOUNTS).any(|it| it.field("name").is(name))
        };
        has_own_memory || pod.containers().filter(mounts).all(|it| it.memory_limit().is_set())
    };
    let is_unbounded = |volume: &Node<'_>| {
        let is_limited = match volume.field("emptyDir.medium").text() {
            None | Some("") => on_disk,
            Some("Memory") => volume.field("name").text().is_none_or(in_memory),
            // Huge pages are limited by what the containers request of them.
            Some(_) => true,
        };
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
