//! The checks of the level `baseline` about containers only (`policy/check_*.go`).

use std::collections::BTreeSet;

use super::check::{Refusal, containers, containers_with, contexts, plural, quoted};
use crate::kubernetes::pod_admission::Pod;
use crate::kubernetes::verdict::api_field::ApiField;
use crate::kubernetes::verdict::model::all_containers;

const DEFAULT_CAPABILITIES: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Says which containers add capabilities beyond those allowed, and which these are; `None` if there are none.
pub(super) fn added_capabilities(pod: Pod<'_>, allowed: &[&str]) -> Option<String> {
    let (mut names, mut forbidden) = (Vec::new(), BTreeSet::new());
    for (name, context) in contexts(pod) {
        let added = context.get("capabilities").get("add").items().map(ApiField::text);
        let bad: Vec<&str> = added.filter(|it| !allowed.contains(it)).collect();
        if !bad.is_empty() {
            names.push(name);
        }
        forbidden.extend(bad);
    }
    (!names.is_empty()).then(|| {
        format!(
            "{} must not include {} in securityContext.capabilities.add",
            containers(&names),
            quoted(&forbidden)
        )
    })
}

/// Refuses capabilities that containers do not have by default.
pub(super) fn capabilities(pod: Pod<'_>) -> Option<Refusal> {
    Refusal::new("non-default capabilities", added_capabilities(pod, DEFAULT_CAPABILITIES)?)
}

/// Refuses ports of the node. With the node's network every port is one (`defaultHostNetworkPorts` in
/// `pkg/apis/core/v1/defaults.go`).
pub(super) fn host_ports(pod: Pod<'_>) -> Option<Refusal> {
    let has_host_network = pod.spec.get("hostNetwork").is_true();
    let (mut names, mut forbidden) = (Vec::new(), BTreeSet::new());
    for container in all_containers(pod.spec) {
        let port = |port: ApiField<'_>| match port.get("hostPort").int() {
            0 if has_host_network => port.get("containerPort").int(),
            number => number,
        };
        let ports: Vec<i64> = container.get("ports").items().map(port).filter(|port| *port != 0).collect();
        if !ports.is_empty() {
            names.push(container.get("name").text());
        }
        forbidden.extend(ports.iter().map(ToString::to_string));
    }
    if names.is_empty() {
        return None;
    }
    let list: Vec<&str> = forbidden.iter().map(String::as_str).collect();
    let detail = format!(
        "{} {} {} {}",
        containers(&names),
        uses(names.len()),
        plural("hostPort", list.len()),
        list.join(", ")
    );
    Refusal::new("hostPort", detail)
}

/// Returns the verb for a number of containers or volumes.
pub(super) fn uses(count: usize) -> &'static str {
    if count == 1 { "uses" } else { "use" }
}

/// Refuses probes and hooks that name a host.
pub(super) fn host_probes(pod: Pod<'_>) -> Option<Refusal> {
    let (mut names, mut forbidden) = (BTreeSet::new(), BTreeSet::new());
    for container in all_containers(pod.spec) {
        let lifecycle = container.get("lifecycle");
        let handlers = [
            container.get("livenessProbe"),
            container.get("readinessProbe"),
            container.get("startupProbe"),
            lifecycle.get("postStart"),
            lifecycle.get("preStop"),
        ];
        let hosts = handlers.into_iter().flat_map(|it| ["httpGet", "tcpSocket"].map(|kind| it.get(kind)));
        for host in hosts.map(|it| it.get("host").text()).filter(|host| !host.is_empty()) {
            names.insert(container.get("name").text());
            forbidden.insert(host);
        }
    }
    if names.is_empty() {
        return None;
    }
    let names: Vec<&str> = names.into_iter().collect();
    let detail = format!(
        "{} {} {} {}",
        containers(&names),
        uses(names.len()),
        plural("probe or lifecycle host", forbidden.len()),
        quoted(&forbidden)
    );
    Refusal::new("probe or lifecycle host", detail)
}

/// Refuses privileged containers.
pub(super) fn privileged(pod: Pod<'_>) -> Option<Refusal> {
    let setters = containers_with(pod, |context| context.get("privileged").is_true())?;
    Refusal::new("privileged", format!("{setters} must not set securityContext.privileged=true"))
}

/// Refuses a `/proc` that is not masked.
pub(super) fn proc_mount(pod: Pod<'_>) -> Option<Refusal> {
    let mounts =
        contexts(pod).filter_map(|(name, context)| Some((name, context.get("procMount").opt_text()?)));
    let (names, types): (Vec<&str>, BTreeSet<&str>) = mounts.filter(|(_, mount)| *mount != "Default").unzip();
    if names.is_empty() {
        return None;
    }
    let detail =
        format!("{} must not set securityContext.procMount to {}", containers(&names), quoted(&types));
    Refusal::new("procMount", detail)
}
