//! The checks that the level `restricted` adds (`policy/check_*.go`).

use std::collections::BTreeSet;

use super::baseline::{is_allowed_profile, seccomp};
use super::check::{
    Check, Refusal, Setters, containers_with, plural, quoted, unless_own_users, unless_windows,
};
use super::container_checks::{added_capabilities, proc_mount, uses};
use crate::kubernetes::pod_admission::Pod;
use crate::kubernetes::verdict::api_field::ApiField;

/// The checks, sorted by their ids.
pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "allowPrivilegeEscalation",
        versions: &[(8, privilege_escalation), (25, |pod| unless_windows(pod, privilege_escalation))],
        replaces: None,
    },
    Check {
        id: "capabilities_restricted",
        versions: &[(22, capabilities), (25, |pod| unless_windows(pod, capabilities))],
        replaces: Some("capabilities_baseline"),
    },
    Check { id: "procMount_restricted", versions: &[(35, proc_mount)], replaces: Some("procMount") },
    Check { id: "restrictedVolumes", versions: &[(0, volumes)], replaces: Some("hostPathVolumes") },
    Check {
        id: "runAsNonRoot",
        versions: &[(0, run_as_non_root), (35, |pod| unless_own_users(pod, run_as_non_root))],
        replaces: None,
    },
    Check {
        id: "runAsUser",
        versions: &[(23, run_as_user), (35, |pod| unless_own_users(pod, run_as_user))],
        replaces: None,
    },
    Check {
        id: "seccompProfile_restricted",
        versions: &[(19, seccomp_profile), (25, |pod| unless_windows(pod, seccomp_profile))],
        replaces: Some("seccompProfile_baseline"),
    },
];

fn privilege_escalation(pod: Pod<'_>) -> Option<Refusal> {
    let names = containers_with(pod, |it| it.get("allowPrivilegeEscalation").opt_bool() != Some(false))?;
    let detail = format!("{names} must set securityContext.allowPrivilegeEscalation=false");
    Refusal::new("allowPrivilegeEscalation != false", detail)
}

fn capabilities(pod: Pod<'_>) -> Option<Refusal> {
    let keeps = |it: ApiField<'_>| it.get("capabilities").get("drop").items().all(|it| it.text() != "ALL");
    let kept = containers_with(pod, keeps)
        .map(|it| format!("{it} must set securityContext.capabilities.drop=[\"ALL\"]"));
    let added = added_capabilities(pod, &["NET_BIND_SERVICE"]);
    let details: Vec<String> = kept.into_iter().chain(added).collect();
    if details.is_empty() { None } else { Refusal::new("unrestricted capabilities", details.join("; ")) }
}

const ALLOWED_VOLUMES: [&str; 9] = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/// The others in the order in which they are looked for.
const RESTRICTED_VOLUMES: [&str; 21] = [
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "gitRepo",
    "nfs",
    "iscsi",
    "glusterfs",
    "rbd",
    "flexVolume",
    "cinder",
    "cephfs",
    "flocker",
    "fc",
    "azureFile",
    "vsphereVolume",
    "quobyte",
    "azureDisk",
    "photonPersistentDisk",
    "portworxVolume",
    "scaleIO",
    "storageos",
];

fn volumes(pod: Pod<'_>) -> Option<Refusal> {
    let (mut names, mut types) = (Vec::new(), BTreeSet::new());
    for volume in pod.spec.get("volumes").items() {
        // One without a source is an `emptyDir`.
        let restricted = RESTRICTED_VOLUMES.into_iter().find(|name| volume.get(name).is_set());
        if let Some(kind) = restricted
            && !ALLOWED_VOLUMES.into_iter().any(|name| volume.get(name).is_set())
        {
            names.push(volume.get("name").text());
            types.insert(kind);
        }
    }
    if names.is_empty() {
        return None;
    }
    let detail = format!(
        "{} {} {} {} {}",
        plural("volume", names.len()),
        quoted(&names),
        uses(names.len()),
        plural("restricted volume type", types.len()),
        quoted(&types)
    );
    Refusal::new("restricted volume types", detail)
}

fn run_as_non_root(pod: Pod<'_>) -> Option<Refusal> {
    let reason = "runAsNonRoot != true";
    let setters = Setters::find(pod, |context| context.get("runAsNonRoot").opt_bool() == Some(false));
    if let Some(names) = setters.names() {
        return Refusal::new(reason, format!("{names} must not set securityContext.runAsNonRoot=false"));
    }
    if pod.spec.get("securityContext").get("runAsNonRoot").is_true() {
        return None;
    }
    let names = containers_with(pod, |context| !context.get("runAsNonRoot").is_set())?;
    Refusal::new(reason, format!("pod or {names} must set securityContext.runAsNonRoot=true"))
}

fn run_as_user(pod: Pod<'_>) -> Option<Refusal> {
    let setters = Setters::find(pod, |context| context.get("runAsUser").opt_int() == Some(0)).names()?;
    Refusal::new("runAsUser=0", format!("{setters} must not set runAsUser=0"))
}

fn seccomp_profile(pod: Pod<'_>) -> Option<Refusal> {
    let explicit = seccomp(pod);
    if explicit.is_some() || is_allowed_profile(pod.spec.get("securityContext").get("seccompProfile")) {
        return explicit;
    }
    let names = containers_with(pod, |context| !context.get("seccompProfile").is_set())?;
    let detail = format!(
        "pod or {names} must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\""
    );
    Refusal::new("seccompProfile", detail)
}
