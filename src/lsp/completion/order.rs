//! Which fields come first in a list, and which last.

use crate::schema::Struct;

/// Returns the fields of a type that people write most, in the order in which they write them, and those that only
/// servers and controllers write.
pub(super) fn field_order(within: &Struct) -> (&'static [&'static str], &'static [&'static str]) {
    match within.go_name {
        "v1.CronJob" | "v1.Job" => (&["apiVersion", "kind", "metadata", "spec"], &["status"]),
        "v1.ObjectMeta" => (
            &["name", "namespace", "labels", "annotations"],
            &[
                "creationTimestamp",
                "deletionGracePeriodSeconds",
                "deletionTimestamp",
                "generation",
                "managedFields",
                "resourceVersion",
                "selfLink",
                "uid",
            ],
        ),
        "v1.CronJobSpec" => (
            &[
                "schedule",
                "timeZone",
                "concurrencyPolicy",
                "startingDeadlineSeconds",
                "successfulJobsHistoryLimit",
                "failedJobsHistoryLimit",
                "jobTemplate",
            ],
            &[],
        ),
        "v1.JobTemplateSpec" | "v1.PodTemplateSpec" => (&["spec", "metadata"], &[]),
        "v1.JobSpec" => (
            &["template", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished", "parallelism"],
            &["manualSelector", "selector"],
        ),
        "v1.PodSpec" => (
            &[
                "containers",
                "restartPolicy",
                "serviceAccountName",
                "securityContext",
                "volumes",
                "initContainers",
            ],
            &["ephemeralContainers", "nodeName", "serviceAccount"],
        ),
        "v1.Container" => (
            &[
                "name",
                "image",
                "command",
                "args",
                "env",
                "envFrom",
                "resources",
                "volumeMounts",
                "securityContext",
            ],
            &[],
        ),
        "v1.ResourceRequirements" => (&["requests", "limits"], &[]),
        "v1.EnvVar" => (&["name", "value", "valueFrom"], &[]),
        "v1.Volume" => (&["name", "configMap", "secret", "emptyDir", "persistentVolumeClaim"], &[]),
        "v1.VolumeMount" => (&["name", "mountPath"], &[]),
        "v1.PodFailurePolicyRule" => (&["action", "onExitCodes", "onPodConditions"], &[]),
        "v1.PodFailurePolicyOnExitCodesRequirement" => (&["operator", "values"], &[]),
        _ => (&[], &[]),
    }
}
