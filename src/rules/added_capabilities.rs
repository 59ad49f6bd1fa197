use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Node;
use crate::manifest::workload::{Container, Pod, plain_capability};
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "added-capabilities",
        summary: "A container gets root privileges that containers should not have",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

/// What the Pod Security Standard `baseline` lets a container add: no more than most runtimes give anyway.
const ORDINARY: &str = "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP \
    SETUID SYS_CHROOT";

/// What root in a container can do with the others, the worst first (`capabilities(7)`).
const EFFECTS: &[(&str, &str)] = &[
    ("ALL", "do nearly everything that root on the node can"),
    ("SYS_ADMIN", "mount file systems and take over the node"),
    ("SYS_MODULE", "load modules into the node's kernel"),
    ("SYS_RAWIO", "access the node's devices"),
    ("DAC_READ_SEARCH", "read files on the node outside the container's file system"),
    ("SYS_PTRACE", "read and change the memory of every process it can see"),
    ("BPF", "load BPF programs into the node's kernel"),
    ("SYS_BOOT", "load a new kernel for the node with `kexec`"),
    ("SYS_TIME", "set the node's clock"),
    ("NET_ADMIN", "change the routes and firewall rules of the pod's network"),
    ("NET_RAW", "forge packets on the pod network"),
];

/// What a pod with `hostNetwork` has in place of a network of its own.
const OF_NODE: &str = "the node's network";

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let with_extra = pod.containers().filter(|it| !it.is_privileged() && !pod.is_windows());
    let mut found = with_extra.map(|it| (it, extra(it))).filter(|(_, extra)| !extra.is_empty());
    let Some((first, nodes)) = found.next() else { return };
    let is_among = |name: &str| nodes.iter().any(|node| name_of(*node).eq_ignore_ascii_case(name));
    let has_user_namespace = pod.has_user_namespace(reporter.kubernetes_version());
    let effect = EFFECTS.iter().find(|(name, _)| !has_user_namespace && is_among(name));
    let what = match effect {
        Some((_, effect)) if pod.host_network().boolean() == Some(true) => {
            let effect = effect.replace("the pod's network", OF_NODE).replace("the pod network", OF_NODE);
            format!("root inside it can {effect}")
        }
        Some((_, effect)) => format!("root inside it can {effect}"),
        None => "namespaces that enforce the `baseline` Pod Security Standard reject the pods".to_owned(),
    };
    let message = format!("`{}` gets {}: {what}", first.title(), list(&nodes));
    let finding = reporter.report(nodes[0], message);
    finding.help(if drops_all(first) {
        let pronoun = if nodes.len() == 1 { "it" } else { "them" };
        format!("remove {}, unless the program needs {pronoun}", list(&nodes))
    } else {
        "set `capabilities.drop: [ALL]`, and list in `add` only what the program needs".to_owned()
    });
    nodes[1..].iter().for_each(|node| _ = finding.related(*node, "also added"));
    for (other, nodes) in found {
        finding.related(nodes[0], format!("`{}` gets {}", other.title(), list(&nodes)));
        nodes[1..].iter().for_each(|node| _ = finding.related(*node, "also added"));
    }
}

/// Whether a container drops all capabilities and keeps only those that it adds.
fn drops_all(container: Container<'_>) -> bool {
    let mut dropped = container.dropped_capabilities().items().filter_map(Node::text);
    dropped.any(|it| it.eq_ignore_ascii_case("ALL"))
}

/// Returns the capabilities that a container adds beyond the ordinary ones.
fn extra(container: Container<'_>) -> Vec<Node<'_>> {
    let is_ordinary = |name: &str| ORDINARY.split(' ').any(|it| it.eq_ignore_ascii_case(name));
    let added = container.added_capabilities().items().filter(|node| node.text().is_some());
    added.filter(|node| !is_ordinary(name_of(*node))).collect()
}

fn name_of(node: Node<'_>) -> &str {
    plain_capability(node.text().unwrap_or_default())
}

fn list(nodes: &[Node<'_>]) -> String {
    let names: Vec<_> = nodes.iter().map(|node| format!("`{}`", name_of(*node))).collect();
    phrases::list(&names)
}
