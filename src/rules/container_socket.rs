use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::host_path::is_runtime_socket;
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
    let message = format!(
        "the pods can start any container on their node, as root and without Kubernetes knowing: `{path}` \
         is the socket of the container runtime"
    );
    let finding = reporter.report(first, message);
    finding.help("build images with a builder that needs no socket; for anything else, use the API server");
    for path in sockets {
        finding.related(path, "also a socket of the runtime");
    }
}
