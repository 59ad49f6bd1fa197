//! The values that a field takes where it takes a few only, as the API server lists them (`supported values: …`) or, where
//! it does not, as `k8s.io/api` declares them. A test holds them against the answers of a real server.

use crate::kubernetes::verdict::env::{ENV_FIELDS, RESOURCES};
use crate::schema::{FieldType, Struct, Type};

/// Returns the values that a field of `within` takes in a Job or CronJob; none where it takes any.
pub fn values(within: &Struct, field: &FieldType, minor: u8) -> &'static [&'static str] {
    match (within.go_name, field.name) {
        ("v1.CronJob" | "v1.Job", "apiVersion") => &["batch/v1"],
        ("v1.CronJob", "kind") => &["CronJob"],
        ("v1.Job", "kind") => &["Job"],
        // The pods of a Job must end.
        ("v1.PodSpec", "restartPolicy") => &["Never", "OnFailure"],
        ("v1.Container", "restartPolicy") if minor < 34 => &["Always"],
        ("v1.ContainerRestartRule", "action") if minor < 36 => &["Restart"],
        ("v1.PodSecurityContext", "seLinuxChangePolicy") if minor < 37 => &["Recursive"],
        ("v1.ContainerResizePolicy", "resourceName") => &["cpu", "memory"],
        ("v1.ObjectFieldSelector", "fieldPath") => ENV_FIELDS,
        ("v1.PodCertificateProjection", "keyType") => {
            &["ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519", "RSA3072", "RSA4096"]
        }
        ("v1.ResourceFieldSelector", "resource") => RESOURCES,
        _ => named_type_values(field.kind),
    }
}

/// Returns the values of a named type; for a list those of its items.
fn named_type_values(kind: Type) -> &'static [&'static str] {
    match kind {
        Type::Bool => &["true", "false"],
        Type::List { element, .. } => named_type_values(*element),
        Type::String { go_type } => match go_type {
            "v1.AppArmorProfileType" | "v1.SeccompProfileType" => {
                &["RuntimeDefault", "Localhost", "Unconfined"]
            }
            "v1.AzureDataDiskCachingMode" => &["None", "ReadOnly", "ReadWrite"],
            "v1.AzureDataDiskKind" => &["Dedicated", "Managed", "Shared"],
            "v1.CompletionMode" => &["NonIndexed", "Indexed"],
            "v1.ConcurrencyPolicy" => &["Allow", "Forbid", "Replace"],
            "v1.ConditionStatus" => &["True", "False", "Unknown"],
            "v1.ContainerRestartPolicy" => &["Always", "OnFailure", "Never"],
            "v1.ContainerRestartRuleAction" => &["Restart", "RestartAllContainers"],
            "v1.ContainerRestartRuleOnExitCodesOperator" | "v1.PodFailurePolicyOnExitCodesOperator" => {
                &["In", "NotIn"]
            }
            "v1.DNSPolicy" => &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"],
            "v1.HostPathType" => &[
                "Directory",
                "DirectoryOrCreate",
                "File",
                "FileOrCreate",
                "Socket",
                "CharDevice",
                "BlockDevice",
            ],
            "v1.LabelSelectorOperator" => &["In", "NotIn", "Exists", "DoesNotExist"],
            "v1.MountPropagationMode" => &["None", "HostToContainer", "Bidirectional"],
            "v1.NodeInclusionPolicy" => &["Honor", "Ignore"],
            "v1.NodeSelectorOperator" => &["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"],
            "v1.OSName" => &["linux", "windows"],
            "v1.PersistentVolumeAccessMode" => {
                &["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]
            }
            "v1.PersistentVolumeMode" => &["Filesystem", "Block"],
            "v1.PodFSGroupChangePolicy" => &["OnRootMismatch", "Always"],
            "v1.PodFailurePolicyAction" => &["FailJob", "Ignore", "Count", "FailIndex"],
            "v1.PodReplacementPolicy" => &["TerminatingOrFailed", "Failed"],
            "v1.PodSELinuxChangePolicy" => &["MountOption", "Recursive"],
            "v1.PreemptionPolicy" => &["PreemptLowerPriority", "Never"],
            "v1.ProcMountType" => &["Default", "Unmasked"],
            "v1.Protocol" => &["TCP", "UDP", "SCTP"],
            "v1.PullPolicy" => &["IfNotPresent", "Always", "Never"],
            "v1.RecursiveReadOnlyMode" => &["Disabled", "Enabled", "IfPossible"],
            "v1.ResourceResizeRestartPolicy" => &["NotRequired", "RestartContainer"],
            "v1.RestartPolicy" => &["Never", "OnFailure", "Always"],
            "v1.StorageMedium" => &["Memory"],
            "v1.SupplementalGroupsPolicy" => &["Merge", "Strict"],
            "v1.TaintEffect" => &["NoSchedule", "PreferNoSchedule", "NoExecute"],
            "v1.TerminationMessagePolicy" => &["File", "FallbackToLogsOnError"],
            // The server lists `Lt` and `Gt` too, and takes them with a feature gate only.
            "v1.TolerationOperator" => &["Equal", "Exists"],
            "v1.URIScheme" => &["HTTP", "HTTPS"],
            "v1.UnsatisfiableConstraintAction" => &["DoNotSchedule", "ScheduleAnyway"],
            _ => &[],
        },
        _ => &[],
    }
}
