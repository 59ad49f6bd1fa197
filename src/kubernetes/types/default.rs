//! What a field that is not set means: the value that the API server writes, or what its readers assume.
//!
//! Sources: `pkg/apis/batch/v1/defaults.go`, `pkg/apis/core/v1/defaults.go`, the types' comments in `k8s.io/api`.

use crate::schema::Struct;

/// Returns what Kubernetes takes where a field of `within` is not set, as Markdown: a value in backticks, and when it is
/// another one. Nothing where leaving a field out means just that it is not there.
pub fn default_value(within: &Struct, field: &str) -> Option<&'static str> {
    Some(match (within.go_name, field) {
        ("v1.CronJobSpec", "concurrencyPolicy") => "`Allow`",
        ("v1.CronJobSpec", "failedJobsHistoryLimit") => "`1`",
        ("v1.CronJobSpec", "startingDeadlineSeconds") => "no deadline: a late run still starts",
        ("v1.CronJobSpec", "successfulJobsHistoryLimit") => "`3`",
        ("v1.CronJobSpec", "timeZone") => {
            "the time zone of the controller manager, which is nearly always UTC"
        }
        ("v1.CronJobSpec" | "v1.JobSpec", "suspend") => "`false`",
        ("v1.JobSpec", "activeDeadlineSeconds") => "no deadline: the Job may run forever",
        ("v1.JobSpec", "backoffLimit") => "`6`; no limit with `backoffLimitPerIndex`",
        ("v1.JobSpec", "completionMode") => "`NonIndexed`",
        ("v1.JobSpec", "completions") => "`1`; with `parallelism` set, the work ends when any pod succeeds",
        ("v1.JobSpec", "manualSelector") => "`false`",
        ("v1.JobSpec", "managedBy") => "`kubernetes.io/job-controller`",
        ("v1.JobSpec", "parallelism") => "`1`",
        ("v1.JobSpec", "podReplacementPolicy") => "`TerminatingOrFailed`; `Failed` with `podFailurePolicy`",
        ("v1.JobSpec", "ttlSecondsAfterFinished") => "the Job stays until someone or its CronJob deletes it",
        ("v1.PodFailurePolicyOnPodConditionsPattern", "status") => "`True`",
        ("v1.PodSpec", "automountServiceAccountToken") => "the service account's value, otherwise `true`",
        ("v1.PodSpec", "dnsPolicy") => "`ClusterFirst`",
        ("v1.PodSpec", "enableServiceLinks") => "`true`",
        ("v1.PodSpec", "hostIPC" | "hostNetwork" | "hostPID" | "shareProcessNamespace") => "`false`",
        ("v1.PodSpec", "hostUsers") => "`true`",
        ("v1.PodSpec", "preemptionPolicy") => "`PreemptLowerPriority`",
        ("v1.PodSpec", "restartPolicy") => "`Always`, which the API server rejects in a Job",
        ("v1.PodSpec", "schedulerName") => "`default-scheduler`",
        ("v1.PodSpec", "serviceAccountName") => "`default`",
        ("v1.PodSpec", "terminationGracePeriodSeconds") => "`30`",
        ("v1.Container", "command" | "args") => "the image's value",
        ("v1.Container", "imagePullPolicy") => {
            "`Always` without a tag or with `:latest`, otherwise `IfNotPresent`"
        }
        ("v1.Container", "terminationMessagePath") => "`/dev/termination-log`",
        ("v1.Container", "terminationMessagePolicy") => "`File`",
        ("v1.Container", "workingDir") => "the image's value",
        ("v1.ContainerPort", "protocol") => "`TCP`",
        ("v1.Probe", "failureThreshold") => "`3`",
        ("v1.Probe", "initialDelaySeconds") => "`0`",
        ("v1.Probe", "periodSeconds") => "`10`",
        ("v1.Probe", "successThreshold" | "timeoutSeconds") => "`1`",
        ("v1.HTTPGetAction", "path") => "`/`",
        ("v1.HTTPGetAction", "scheme") => "`HTTP`",
        ("v1.ObjectFieldSelector", "apiVersion") => "`v1`",
        ("v1.ResourceFieldSelector", "divisor") => "`1`",
        ("v1.SecurityContext", "allowPrivilegeEscalation") => "`true`",
        ("v1.SecurityContext", "privileged" | "readOnlyRootFilesystem") => "`false`",
        ("v1.SecurityContext", "procMount") => "`Default`",
        ("v1.PodSecurityContext", "fsGroupChangePolicy") => "`Always`",
        ("v1.PodSecurityContext", "supplementalGroupsPolicy") => "`Merge`",
        ("v1.VolumeMount", "mountPropagation") => "`None`",
        ("v1.VolumeMount", "readOnly") => "`false`",
        ("v1.VolumeMount", "recursiveReadOnly") => "`Disabled`",
        (
            "v1.ConfigMapVolumeSource"
            | "v1.DownwardAPIVolumeSource"
            | "v1.ProjectedVolumeSource"
            | "v1.SecretVolumeSource",
            "defaultMode",
        ) => "`0644`",
        ("v1.ServiceAccountTokenProjection", "expirationSeconds") => "`3600`",
        ("v1.EmptyDirVolumeSource", "medium") => "the node's disk",
        ("v1.EmptyDirVolumeSource", "sizeLimit") => "no limit",
        ("v1.PersistentVolumeClaimSpec", "volumeMode") => "`Filesystem`",
        ("v1.Toleration", "operator") => "`Equal`",
        ("v1.TopologySpreadConstraint", "nodeAffinityPolicy") => "`Honor`",
        ("v1.TopologySpreadConstraint", "nodeTaintsPolicy") => "`Ignore`",
        _ => return None,
    })
}
