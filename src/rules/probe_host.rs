use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Field;
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "probe-host",
        summary: "A probe or hook is sent somewhere other than its container",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

/// Everything that has a `host` of its own.
const PLACES: &[&str] = &[
    "livenessProbe.httpGet.host",
    "livenessProbe.tcpSocket.host",
    "readinessProbe.httpGet.host",
    "readinessProbe.tcpSocket.host",
    "startupProbe.httpGet.host",
    "startupProbe.tcpSocket.host",
    "lifecycle.postStart.httpGet.host",
    "lifecycle.preStop.httpGet.host",
];

fn check<'d>(pod: Pod<'d>, reporter: &mut Reporter<'_>) {
    // On the network of the node its loopback is the container's too; `host-namespaces` reports it.
    if pod.host_network().boolean() == Some(true) {
        return;
    }
    let places = |it: Container<'d>| PLACES.iter().map(move |path| (it, it.node.field(path)));
    let is_set = |(_, field): &(_, Field<'_>)| field.text().is_some_and(|host| !host.is_empty());
    let mut found = pod.containers().flat_map(places).filter(is_set);
    let Some((container, field)) = found.next() else { return };
    let host = field.text().unwrap_or_default();
    let target = if host.starts_with("127.") || matches!(host, "localhost" | "::1") {
        format!("to the node's own loopback interface, not to `{}`", container.title())
    } else {
        format!("to `{host}`, not to `{}`", container.title())
    };
    let what = if field.path().contains(".lifecycle.") { "hook" } else { "probe" };
    let finding =
        reporter.report(field, format!("the kubelet sends the {what} {target}: `host` is `{host}`"));
    finding.help(
        "remove `host`: the kubelet then connects to the pod's IP address; if the server needs a host name, \
            set the `Host` header in `httpHeaders`",
    );
    for (_, field) in found {
        finding.related(field, "this request is not sent to its container either");
    }
}
