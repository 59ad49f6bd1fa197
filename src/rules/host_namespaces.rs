use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::node_work::works_on_node;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases::list;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "host-namespaces",
        summary: "The pods share the network, processes or memory of their node",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    // Windows has no such namespaces, and `host-process` reports it there.
    if pod.is_windows() {
        return;
    }
    let fields = [
        (
            pod.host_pid(),
            "see every process on their node, and as root can read the environment of many of \
            them, secrets included",
        ),
        (
            pod.host_network(),
            "use their node's network, where most network plugins apply no NetworkPolicy, and can reach \
                whatever listens on its loopback interface",
        ),
        (pod.host_ipc(), "share memory with the processes on their node"),
    ];
    let mut found = fields.into_iter().filter(|(field, _)| field.boolean() == Some(true));
    let names: Vec<String> = found.clone().map(|(field, _)| format!("`{}`", field.name())).collect();
    let Some((field, what)) = found.next() else { return };
    let message = format!("the pods {what}: `{}` is `true`", field.name());
    let finding = reporter.report_milder(works_on_node(pod), field, message);
    finding.help(format!("remove {}, unless the Job maintains the nodes themselves", list(&names)));
    for (field, what) in found {
        finding.related(field, format!("the pods {what}"));
    }
    finding.affects(pod.containers().map(|it| it.node));
    if pod.host_network().boolean() == Some(true) {
        let ports = pod.containers().flat_map(|it| it.ports().items());
        finding.affects(ports.map(|it| it.field("hostPort")));
    }
}
