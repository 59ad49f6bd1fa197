use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::host_path::{is_runtime_socket, is_socket_directory};
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
        page: include_str!("../../rules/container-socket.md"),
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let paths = pod.volumes().items().map(|volume| volume.field("hostPath.path"));
    let mut sockets = paths.filter(|path| path.text().is_some_and(is_runtime_socket));
    let Some(first) = sockets.next() else { return };
    let path = first.text().unwrap_or_default();
    let verb = if is_socket_directory(path) { "contains" } else { "is" };
    let message = format!(
        "the pods can start any container on their node as root, unnoticed by Kubernetes: `{path}` {verb} the \
            socket of the container runtime"
    );
    let finding = reporter.report(first, message);
    finding.help(
        "remove the volume: build images with a tool that needs no such socket, and start or \
        inspect containers through the Kubernetes API",
    );
    for path in sockets {
        let is_directory = path.text().is_some_and(is_socket_directory);
        let also = if is_directory { "also contains" } else { "also" };
        finding.related(path, format!("{also} a socket of the runtime"));
    }
}
