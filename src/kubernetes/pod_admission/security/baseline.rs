//! The checks of the level `baseline` (`policy/check_*.go`), but for those about containers only.

use std::collections::BTreeSet;

use super::check::{Check, Refusal, Setters, contexts, is_windows, plural, quoted, unless_own_users};
use super::container_checks::{capabilities, host_ports, host_probes, privileged, proc_mount};
use crate::kubernetes::pod_admission::Pod;
use crate::kubernetes::verdict::api_field::ApiField;
use crate::kubernetes::verdict::error::quote;

/// The checks, sorted by their ids.
pub(super) const CHECKS: &[Check] = &[
    Check { id: "appArmorProfile", versions: &[(0, app_armor)], replaces: None },
    Check { id: "capabilities_baseline", versions: &[(0, capabilities)], replaces: None },
    Check { id: "hostNamespaces", versions: &[(0, host_namespaces)], replaces: None },
    Check { id: "hostPathVolumes", versions: &[(0, host_path_volumes)], replaces: None },
    Check { id: "hostPorts", versions: &[(0, host_ports)], replaces: None },
    Check { id: "hostProbesAndHostLifecycle", versions: &[(34, host_probes)], replaces: None },
    Check { id: "privileged", versions: &[(0, privileged)], replaces: None },
    Check {
        id: "procMount",
        versions: &[(0, proc_mount), (35, |pod| unless_own_users(pod, proc_mount))],
        replaces: None,
    },
    Check { id: "seLinuxOptions", versions: &[(0, selinux), (31, selinux_since_31)], replaces: None },
    Check {
        id: "seccompProfile_baseline",
        versions: &[(0, seccomp_annotations), (19, seccomp)],
        replaces: None,
    },
    Check {
        id: "sysctls",
        versions: &[
            (0, |pod| sysctls(pod, 0)),
            (27, |pod| sysctls(pod, 27)),
            (29, |pod| sysctls(pod, 29)),
            (32, |pod| sysctls(pod, 32)),
            (37, |pod| sysctls(pod, 37)),
        ],
        replaces: None,
    },
    Check { id: "windowsHostProcess", versions: &[(0, windows_host_process)], replaces: None },
];

const APP_ARMOR_ANNOTATION: &str = "container.apparmor.security.beta.kubernetes.io/";
const SECCOMP_POD_ANNOTATION: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_ANNOTATION: &str = "container.seccomp.security.alpha.kubernetes.io/";

fn host_namespaces(pod: Pod<'_>) -> Option<Refusal> {
    let set = ["hostNetwork", "hostPID", "hostIPC"].into_iter().filter(|name| pod.spec.get(name).is_true());
    let set: Vec<String> = set.map(|name| format!("{name}=true")).collect();
    if set.is_empty() { None } else { Refusal::new("host namespaces", set.join(", ")) }
}

fn host_path_volumes(pod: Pod<'_>) -> Option<Refusal> {
    let volumes = pod.spec.get("volumes").items().filter(|volume| volume.get("hostPath").is_set());
    let names: Vec<&str> = volumes.map(|volume| volume.get("name").text()).collect();
    if names.is_empty() {
        return None;
    }
    Refusal::new("hostPath volumes", format!("{} {}", plural("volume", names.len()), quoted(&names)))
}

/// Whether a profile is the default one or one of the node.
pub(super) fn is_allowed_profile(profile: ApiField<'_>) -> bool {
    matches!(profile.get("type").text(), "RuntimeDefault" | "Localhost")
}

fn annotations<'d>(pod: Pod<'d>) -> impl Iterator<Item = (&'d str, &'d str)> {
    pod.metadata.get("annotations").entries().map(|(key, value)| (key, value.text()))
}

/// Whether the server gives a container the profile of its annotation, and that is none (`applyAppArmorVersionSkew` in
/// `pkg/registry/core/pod/strategy.go`, since 1.30).
fn is_made_unconfined(pod: Pod<'_>, container: &str) -> bool {
    let own = pod.spec.get("securityContext").get("appArmorProfile");
    let is_same = own.get("type").text() == "Unconfined" && !own.get("localhostProfile").is_set();
    let annotation = pod.metadata.get("annotations").entry(&format!("{APP_ARMOR_ANNOTATION}{container}"));
    !is_windows(pod) && !is_same && annotation.is_some_and(|it| it.text() == "unconfined")
}

fn app_armor(pod: Pod<'_>) -> Option<Refusal> {
    let mut types = BTreeSet::new();
    let setters = Setters::find_named(pod, |container, context| {
        let profile = context.get("appArmorProfile");
        if profile.is_set() && !is_allowed_profile(profile) {
            types.insert(profile.get("type").text());
            return true;
        }
        let is_unconfined = !profile.is_set() && container.is_some_and(|name| is_made_unconfined(pod, name));
        if is_unconfined {
            types.insert("Unconfined");
        }
        is_unconfined
    });
    let is_allowed =
        |value: &str| value.is_empty() || value == "runtime/default" || value.starts_with("localhost/");
    let mut forbidden: Vec<String> = annotations(pod)
        .filter(|(key, value)| key.starts_with(APP_ARMOR_ANNOTATION) && !is_allowed(value))
        .map(|(key, value)| format!("{key}={}", quote(value)))
        .collect();
    forbidden.sort();
    let mut setters = setters.list();
    if !forbidden.is_empty() {
        setters.push(plural("annotation", forbidden.len()));
    }
    if setters.is_empty() {
        return None;
    }
    let values: Vec<String> = types.into_iter().map(str::to_owned).chain(forbidden).collect();
    let reason = if values.len() == 1 { "forbidden AppArmor profile" } else { "forbidden AppArmor profiles" };
    let detail =
        format!("{} must not set AppArmor profile type to {}", setters.join(" and "), quoted(&values));
    Refusal::new(reason, detail)
}

fn selinux(pod: Pod<'_>) -> Option<Refusal> {
    selinux_options(pod, &["", "container_t", "container_init_t", "container_kvm_t"])
}

fn selinux_since_31(pod: Pod<'_>) -> Option<Refusal> {
    selinux_options(pod, &["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"])
}

fn selinux_options(pod: Pod<'_>, allowed: &[&str]) -> Option<Refusal> {
    let (mut types, mut sets_user, mut sets_role) = (BTreeSet::new(), false, false);
    let setters = Setters::find(pod, |context| {
        let options = context.get("seLinuxOptions");
        let [kind, user, role] = ["type", "user", "role"].map(|name| options.get(name).text());
        if !allowed.contains(&kind) {
            types.insert(kind);
        }
        sets_user |= !user.is_empty();
        sets_role |= !role.is_empty();
        !allowed.contains(&kind) || !user.is_empty() || !role.is_empty()
    });
    let kinds = (!types.is_empty()).then(|| format!("{} {}", plural("type", types.len()), quoted(&types)));
    let user = sets_user.then(|| "user may not be set".to_owned());
    let role = sets_role.then(|| "role may not be set".to_owned());
    let data: Vec<String> = [kinds, user, role].into_iter().flatten().collect();
    let detail =
        format!("{} set forbidden securityContext.seLinuxOptions: {}", setters.names()?, data.join("; "));
    Refusal::new("seLinuxOptions", detail)
}

/// Before 1.19 profiles were set by annotations.
fn seccomp_annotations(pod: Pod<'_>) -> Option<Refusal> {
    let keys = contexts(pod).map(|(name, _)| format!("{SECCOMP_ANNOTATION}{name}"));
    let keys: BTreeSet<String> = keys.chain([SECCOMP_POD_ANNOTATION.to_owned()]).collect();
    let is_allowed = |value: &str| {
        matches!(value, "runtime/default" | "docker/default") || value.starts_with("localhost/")
    };
    let forbidden: BTreeSet<String> = annotations(pod)
        .filter(|(key, value)| keys.contains(*key) && !is_allowed(value))
        .map(|(key, value)| format!("{key}={}", quote(value)))
        .collect();
    if forbidden.is_empty() {
        return None;
    }
    let list: Vec<&str> = forbidden.iter().map(String::as_str).collect();
    let detail = format!("forbidden {} {}", plural("annotation", list.len()), list.join(", "));
    Refusal::new("seccompProfile", detail)
}

/// Refuses what sets a profile that is not allowed.
pub(super) fn seccomp(pod: Pod<'_>) -> Option<Refusal> {
    let mut types = BTreeSet::new();
    let setters = Setters::find(pod, |context| {
        let profile = context.get("seccompProfile");
        let is_bad = profile.is_set() && !is_allowed_profile(profile);
        if is_bad {
            types.insert(profile.get("type").text());
        }
        is_bad
    });
    let detail = format!(
        "{} must not set securityContext.seccompProfile.type to {}",
        setters.names()?,
        quoted(&types)
    );
    Refusal::new("seccompProfile", detail)
}

/// The sysctls that are safe, with the minor since which they are allowed; the kubelet has the same ones
/// (`pkg/kubelet/sysctl/safe_sysctls.go`).
const SYSCTLS: [(&str, u8); 14] = [
    ("kernel.shm_rmid_forced", 0),
    ("net.ipv4.ip_local_port_range", 0),
    ("net.ipv4.tcp_syncookies", 0),
    ("net.ipv4.ping_group_range", 0),
    ("net.ipv4.ip_unprivileged_port_start", 0),
    ("net.ipv4.ip_local_reserved_ports", 27),
    ("net.ipv4.tcp_keepalive_time", 29),
    ("net.ipv4.tcp_fin_timeout", 29),
    ("net.ipv4.tcp_keepalive_intvl", 29),
    ("net.ipv4.tcp_keepalive_probes", 29),
    ("net.ipv4.tcp_rmem", 32),
    ("net.ipv4.tcp_wmem", 32),
    ("net.ipv4.tcp_slow_start_after_idle", 37),
    ("net.ipv4.tcp_notsent_lowat", 37),
];

/// Whether Kubernetes considers a sysctl safe.
pub fn is_safe_sysctl(name: &str, minor: u8) -> bool {
    SYSCTLS.iter().any(|(safe, since)| *safe == name && *since <= minor)
}

fn sysctls(pod: Pod<'_>, minor: u8) -> Option<Refusal> {
    let names = pod.spec.get("securityContext").get("sysctls").items().map(|it| it.get("name").text());
    let forbidden: Vec<&str> = names.filter(|name| !is_safe_sysctl(name, minor)).collect();
    if forbidden.is_empty() { None } else { Refusal::new("forbidden sysctls", forbidden.join(", ")) }
}

fn windows_host_process(pod: Pod<'_>) -> Option<Refusal> {
    let setters =
        Setters::find(pod, |context| context.get("windowsOptions").get("hostProcess").is_true()).names()?;
    let detail = format!("{setters} must not set securityContext.windowsOptions.hostProcess=true");
    Refusal::new("hostProcess", detail)
}
