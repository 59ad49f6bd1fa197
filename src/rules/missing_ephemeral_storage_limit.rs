use crate::finding::{Confidence, Severity};
use crate::rule::{Category, Check, Reporter, Rule};
use crate::rules::unbounded_empty_dir;
use crate::workload::{Container, Pod};

pub static RULE: Rule = Rule {
    id: "missing-ephemeral-storage-limit",
    summary: "A container may fill the disk of its node",
    category: Category::Resources,
    severity: Severity::Info,
    confidence: Confidence::Medium,
    since: "0.1.0",
    page: include_str!("../../rules/missing-ephemeral-storage-limit.md"),
    check: Check::Pod(check),
    ..Rule::DEFAULT
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    // The volume is the likelier one to fill the disk, and bounds nothing: one finding is enough.
    if unbounded_empty_dir::is_on_disk(pod) {
        return;
    }
    let mut unlimited =
        pod.containers().filter(|it| it.ephemeral_storage_limit().is_missing() && writes(pod, *it));
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

/// Says whether the manifest tells that a container writes to the disk, and its root file system is open to it.
fn writes(pod: Pod<'_>, container: Container<'_>) -> bool {
    let mut mounts = container.volume_mounts().items().filter_map(|it| it.field("name").text());
    let is_on_disk =
        |name| pod.volumes().items().any(|it| it.field("name").is(name) && unbounded_empty_dir::is_disk(it));
    let asks = container.node.field("resources.requests.ephemeral-storage").is_set();
    container.read_only_root_filesystem().boolean() != Some(true) && (asks || mounts.any(is_on_disk))
}
