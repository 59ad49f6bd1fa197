//! The fields that an object cannot do without. A test takes them away one by one, and looks at the verdict.

use crate::schema::Struct;

/// Returns the fields without which the API server rejects the object.
pub fn fields(within: &Struct) -> &'static [&'static str] {
    match within.go_name {
        "v1.CronJob" | "v1.Job" => &["apiVersion", "kind", "metadata", "spec"],
        "v1.CronJobSpec" => &["schedule", "jobTemplate"],
        "v1.JobTemplateSpec" | "v1.PodTemplateSpec" => &["spec"],
        "v1.JobSpec" => &["template"],
        "v1.PodSpec" => &["containers", "restartPolicy"],
        "v1.Container" => &["name", "image"],
        "v1.EnvVar" | "v1.Volume" => &["name"],
        "v1.VolumeMount" => &["name", "mountPath"],
        "v1.ContainerPort" => &["containerPort"],
        "v1.PodFailurePolicyRule" => &["action"],
        "v1.PodFailurePolicyOnExitCodesRequirement" => &["operator", "values"],
        _ => &[],
    }
}
