//! The checks of Polaris (`pkg/config/checks`).

use crate::migrate::check::{Check, is, other, without};

const NOT_FOR_JOBS: &str = "Polaris itself does not apply it to Jobs";

pub(super) const CHECKS: &[Check] = &[
    is("tagNotSpecified", &["mutable-image"]),
    is("pullPolicyNotAlways", &["stale-image"]).note("`Always` is demanded only where a tag moves"),
    is("cpuRequestsMissing", &["missing-resource-requests"]).at("cpu"),
    is("memoryRequestsMissing", &["missing-resource-requests"]).at("memory"),
    is("cpuLimitsMissing", &["missing-cpu-limit"]),
    is("memoryLimitsMissing", &["missing-memory-limit"]),
    is("runAsRootAllowed", &["root-user"]),
    is("runAsPrivileged", &["privileged-container"]),
    is("notReadOnlyRootFilesystem", &["writable-root-filesystem"]),
    is("privilegeEscalationAllowed", &["escalation-not-forbidden", "privilege-escalation"]),
    is("dangerousCapabilities", &["added-capabilities"]),
    is("insecureCapabilities", &["capabilities-not-dropped"]),
    is("linuxHardening", &["unconfined-seccomp", "unconfined-apparmor", "unsafe-selinux-options"])
        .note("`missing-seccomp-profile` demands a profile whatever else is set"),
    is("hostIPCSet", &["host-namespaces"]).at("hostIPC"),
    is("hostPIDSet", &["host-namespaces"]).at("hostPID"),
    is("hostNetworkSet", &["host-namespaces"]).at("hostNetwork"),
    is("hostPathSet", &["host-path"]),
    is("hostPortSet", &["host-port"]),
    is("hostProcess", &["host-process"]),
    is("procMount", &["unsafe-proc-mount"]),
    is("automountServiceAccountToken", &["mounted-api-token"])
        .note("Only for pods that do not seem to use the token"),
    is("sensitiveContainerEnvVar", &["literal-secret"]),
    without("priorityClassNotSet", "whether it is right does not show in a manifest"),
    without("missingNetworkPolicy", "the policy of a namespace is usually elsewhere"),
    without("metadataAndInstanceMismatched", "whether it is right does not show in a manifest"),
    without("topologySpreadConstraint", NOT_FOR_JOBS),
    without("livenessProbeMissing", NOT_FOR_JOBS),
    without("readinessProbeMissing", NOT_FOR_JOBS),
    other("clusterrolePodExecAttach"),
    other("clusterrolebindingClusterAdmin"),
    other("clusterrolebindingPodExecAttach"),
    other("deploymentMissingReplicas"),
    other("hpaMaxAvailability"),
    other("hpaMinAvailability"),
    other("missingPodDisruptionBudget"),
    other("pdbDisruptionsIsZero"),
    other("pdbMinAvailableGreaterThanHPAMinReplicas"),
    other("rolePodExecAttach"),
    other("rolebindingClusterAdminClusterRole"),
    other("rolebindingClusterAdminRole"),
    other("rolebindingClusterRolePodExecAttach"),
    other("rolebindingRolePodExecAttach"),
    other("sensitiveConfigmapContent"),
    other("tlsSettingsMissing"),
];
