use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::{ContainerKind, Pod};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "host-port-in-parallel",
        summary: "Only one of the parallel pods fits on a node",
        category: Category::Parallelism,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let pods = pod.job.pods_at_once();
    if pods < 2 || is_spread(pod) {
        return;
    }
    let has_host_network = pod.spec.field("hostNetwork").boolean() == Some(true);
    // Before 1.34 the scheduler does not look at the ports of sidecars (`GetHostPorts` in `pkg/scheduler/util/utils.go`).
    let has_sidecars = reporter.kubernetes_version().minor >= 34;
    let running =
        pod.containers().filter(|it| it.kind == ContainerKind::Main || has_sidecars && it.is_sidecar());
    let ports = running.flat_map(|it| it.node.field("ports").items());
    // In the network of its node a container's port is the node's.
    let mut host_ports = ports.filter_map(|port| {
        let (host, container) = (port.field("hostPort"), port.field("containerPort"));
        let field = if host.is_missing() && has_host_network { container } else { host };
        Some((field, field.integer().filter(|&number| number > 0)?))
    });
    let Some((field, number)) = host_ports.next() else { return };
    let finding = reporter.report(
        field,
        format!(
            "each node can run only one of the {pods} parallel pods, and pods that find no free node stay \
                `Pending`: all of them need port {number} on their node"
        ),
    );
    finding.related(pod.job.parallelism(), "the number of pods to run at once");
    finding.help(if has_host_network {
        "remove `hostNetwork` and any `hostPort`: each pod then has an IP address and ports of its own"
    } else {
        "remove `hostPort`: pods can reach each other at their own IP addresses, without a port on the node"
    });
    for (field, number) in host_ports {
        finding.related(field, format!("and port {number} on the node"));
    }
}

/// Whether the pod keeps away from others on its node, so that one on each is what is meant.
fn is_spread(pod: Pod<'_>) -> bool {
    let terms = pod.spec.field("affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution");
    terms.items().any(|it| it.field("topologyKey").is("kubernetes.io/hostname"))
}
