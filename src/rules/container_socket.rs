use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::host_path::{
    is_runtime_socket, is_socket_directory, mounts_by_volume, mounts_of, relate_mounts,
};
use crate::manifest::document::Node;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "container-socket",
        summary: "The pods can use the socket of the container runtime",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let mounts = mounts_by_volume(pod);
    // What no container mounts, the kubelet skips (`processPodVolumes` in `desired_state_of_world_populator.go`).
    let is_mounted = |it: &Node<'_>| !mounts_of(&mounts, *it).is_empty();
    let mut volumes = pod.volumes().items().filter(|it| is_runtime_socket(path_of(*it))).filter(is_mounted);
    let Some(first) = volumes.next() else { return };
    let path = path_of(first);
    let verb = if is_socket_directory(path) { "contains" } else { "is" };
    let message = format!(
        "the pods can start any container on their node as root, unnoticed by Kubernetes: `{path}` {verb} the \
            socket of the container runtime"
    );
    let finding = reporter.report(first.field("hostPath.path"), message);
    finding.help(
        "remove the volume: build images with a tool that needs no such socket, and start or \
        inspect containers through the Kubernetes API",
    );
    relate_mounts(finding, mounts_of(&mounts, first));
    for volume in volumes {
        let also = if is_socket_directory(path_of(volume)) { "also contains" } else { "also" };
        finding.related(volume.field("hostPath.path"), format!("{also} a socket of the runtime"));
        relate_mounts(finding, mounts_of(&mounts, volume));
    }
}

fn path_of(volume: Node<'_>) -> &str {
    volume.field("hostPath.path").text().unwrap_or_default()
}
