//! What shows that a pod works on its node itself, so that what gives it the node is there on purpose: a guess by programs
//! and paths.

use std::collections::HashSet;

use crate::facts::host_path::{is_of_kubernetes, mounts_by_volume, mounts_of};
use crate::manifest::document::Node;
use crate::manifest::image::Image;
use crate::manifest::workload::{Container, Pod};
use crate::value::program::base_name;

/// Programs that look at the files and processes of a node, by their names and those of their images.
const INSPECTORS: [&str; 3] = ["docker-bench-security", "kube-bench", "node-collector"];

/// Clients of etcd, which reach it on the loopback interface of a control-plane node.
const ETCD_CLIENTS: [&str; 2] = ["etcdctl", "etcdutl"];

/// Whether the pod plainly inspects or maintains its node.
///
/// What a manifest says of its purpose is no reason for admission, so that nothing is said of objects of an API server.
pub(crate) fn works_on_node(pod: Pod<'_>) -> bool {
    is_in_file(pod)
        && (enters(pod)
            || inspects(pod)
            || uses_kubernetes_files(pod)
            || asks_etcd(pod)
            || precedes_network(pod))
}

/// Whether the pod runs commands as the node itself: `nsenter -t 1`, `chroot /host`.
pub(crate) fn enters_node(pod: Pod<'_>) -> bool {
    is_in_file(pod) && enters(pod)
}

/// Whether all pods land on the same node.
pub(crate) fn selects_one_node(pod: Pod<'_>) -> bool {
    const NAME: &str = "kubernetes.io/hostname";
    let has_name = || pod.spec.field("nodeSelector").node().is_some_and(|it| it.get(NAME).is_some());
    let names_one = |term: Node<'_>| {
        let by_label = term.field("matchExpressions").items().filter(|it| it.field("key").is(NAME));
        let mut names = by_label.chain(term.field("matchFields").items());
        names.any(|it| it.field("operator").is("In") && it.field("values").items().count() == 1)
    };
    let mut terms = node_terms(pod);
    pod.spec.field("nodeName").is_set()
        || has_name()
        || terms.next().is_some_and(|it| names_one(it) && terms.next().is_none())
}

/// Whether the pod requires nodes of some kind by more than what nodes are made of.
pub(crate) fn selects_nodes(pod: Pod<'_>) -> bool {
    const GENERAL: [&str; 3] = ["kubernetes.io/arch", "kubernetes.io/os", "node.kubernetes.io/instance-type"];
    let is_own = |key: &str| !GENERAL.contains(&key);
    let selector = pod.spec.field("nodeSelector").node();
    let expressions = node_terms(pod).flat_map(|it| it.field("matchExpressions").items());
    selects_one_node(pod)
        || selector.is_some_and(|it| it.entries().any(|entry| is_own(entry.key)))
        || expressions.filter_map(|it| it.field("key").text()).any(is_own)
}

fn node_terms<'d>(pod: Pod<'d>) -> impl Iterator<Item = Node<'d>> {
    let path = "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";
    pod.spec.field(path).items()
}

fn is_in_file(pod: Pod<'_>) -> bool {
    !pod.job.object.node.document.source.is_from_server()
}

fn enters(pod: Pod<'_>) -> bool {
    let sees_processes = pod.host_pid().boolean() == Some(true);
    if sees_processes && pod.containers().any(|it| words(it).any(|word| base_name(word) == "nsenter")) {
        return true;
    }
    let roots = pod.volumes().items().filter(|it| it.field("hostPath.path").is("/"));
    let roots: HashSet<&str> = roots.filter_map(|it| it.field("name").text()).collect();
    !roots.is_empty() && pod.containers().any(|it| changes_root(it, &roots))
}

/// Whether a container runs `chroot` on a directory where it has one of these volumes.
fn changes_root(container: Container<'_>, roots: &HashSet<&str>) -> bool {
    let mut words = words(container).skip_while(|it| base_name(it) != "chroot");
    if words.next().is_none() {
        return false;
    }
    let targets: HashSet<&str> = words.map(|it| it.trim_end_matches('/')).collect();
    container.volume_mounts().items().any(|mount| {
        let path = mount.field("mountPath").text().unwrap_or_default();
        mount.field("name").text().is_some_and(|it| roots.contains(it))
            && targets.contains(path.trim_end_matches('/'))
    })
}

fn inspects(pod: Pod<'_>) -> bool {
    let is_inspector = |name: &str| INSPECTORS.contains(&base_name(name));
    pod.containers().any(|container| {
        let image = container.image().text().and_then(Image::parse);
        image.is_some_and(|it| is_inspector(it.name)) || words(container).any(is_inspector)
    })
}

fn uses_kubernetes_files(pod: Pod<'_>) -> bool {
    let by_volume = mounts_by_volume(pod);
    pod.volumes().items().any(|volume| {
        volume.field("hostPath.path").text().is_some_and(is_of_kubernetes)
            && !mounts_of(&by_volume, volume).is_empty()
    })
}

fn asks_etcd(pod: Pod<'_>) -> bool {
    let is_client = |it: Container<'_>| words(it).any(|word| ETCD_CLIENTS.contains(&base_name(word)));
    pod.host_network().boolean() == Some(true) && pod.containers().any(is_client)
}

/// Whether the pod also runs on nodes that have no pod network yet, such as one that installs the network plugin.
fn precedes_network(pod: Pod<'_>) -> bool {
    const NOT_READY: [&str; 3] = [
        "node.cloudprovider.kubernetes.io/uninitialized",
        "node.kubernetes.io/network-unavailable",
        "node.kubernetes.io/not-ready",
    ];
    let tolerates = |it: Node<'_>| match it.field("key").text() {
        Some(key) => NOT_READY.contains(&key),
        None => it.field("operator").is("Exists"),
    };
    pod.host_network().boolean() == Some(true) && pod.spec.field("tolerations").items().any(tolerates)
}

/// Returns the words of a command line and of the scripts in it, without comments.
fn words<'d>(container: Container<'d>) -> impl Iterator<Item = &'d str> {
    let lines = container.command_line().filter_map(Node::text).flat_map(str::lines);
    let lines = lines.filter(|it| !it.trim_start().starts_with('#'));
    lines.flat_map(|it| it.split([' ', '\t', '"', '\'', '`', ';', '(', ')'])).filter(|it| !it.is_empty())
}
