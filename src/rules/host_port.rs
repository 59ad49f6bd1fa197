use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Field;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "host-port",
        summary: "The pods open a port on their node",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    // On the network of the node every port is one of the node: `host-namespaces`.
    if pod.host_network().boolean() == Some(true) {
        return;
    }
    // The kubelet opens none for init containers, not even for sidecars (`generatePodSandboxConfig` in `kuberuntime_sandbox.go`).
    let ports = pod.main_containers().flat_map(|container| container.ports().items());
    let fields = ports.map(|port| (port.field("hostPort"), port.field("hostIP")));
    let mut found =
        fields.filter_map(|(field, address)| Some((field, field.integer().filter(|it| *it != 0)?, address)));
    let Some((field, port, address)) = found.next() else { return };
    // Only the node itself reaches these addresses.
    let is_local = |it: &Field<'_>| it.text().is_some_and(|it| it.starts_with("127.") || it == "::1");
    let who = if is_local(&address) {
        "any program of the node itself and any pod with `hostNetwork: true`"
    } else {
        "anyone who can reach the node"
    };
    let message = format!(
        "{who} can reach the pod on port {port}, and no other pod that needs this port fits on the node"
    );
    let finding = reporter.report(field, message);
    finding.help("remove `hostPort`; let clients reach the pod through a Service");
    for (field, port, _) in found {
        finding.related(field, format!("port {port} is open on the node too"));
    }
}
