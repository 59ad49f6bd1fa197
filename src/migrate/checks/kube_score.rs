//! The checks of kube-score (`README_CHECKS.md`).

use crate::migrate::check::{Check, is, other, within, without};

const QUALITY_OF_SERVICE: &str = "requests that equal the limits are a choice of the quality of service";
const NOT_FOR_JOBS: &str = "kube-score itself does not apply it to Jobs";

pub(super) const CHECKS: &[Check] = &[
    is("container-image-tag", &["mutable-image"]),
    is("container-image-pull-policy", &["stale-image"]).note("`Always` is demanded only where a tag moves"),
    is("container-resources", &["missing-memory-limit", "missing-resource-requests", "missing-cpu-limit"]),
    is("container-ephemeral-storage-request-and-limit", &["missing-ephemeral-storage-limit"])
        .note("Only where a container can fill the disk"),
    is("container-security-context-user-group-id", &["root-user", "root-group"])
        .note("IDs below 10000 are not reported"),
    is("container-security-context-privileged", &["privileged-container"]),
    is("container-security-context-readonlyrootfilesystem", &["writable-root-filesystem"]),
    is("container-seccomp-profile", &["missing-seccomp-profile", "unconfined-seccomp"]).optional(),
    is("cronjob-has-deadline", &["missing-starting-deadline"])
        .note("It means `startingDeadlineSeconds`; for the deadline of the work: `missing-deadline`"),
    within("cronjob-restartpolicy", &["restart-policy"]).note("For Jobs too"),
    within("environment-variable-key-duplication", &["api-warning"]),
    within("container-ports-check", &["api-warning", "invalid-value"]).optional(),
    within("stable-version", &["removed-api-version"]),
    within("label-values", &["invalid-value"]),
    without("pod-networkpolicy", "the policy of a namespace is usually elsewhere"),
    without("pod-probes", NOT_FOR_JOBS),
    without("pod-probes-identical", "it is about the readiness that a Service uses"),
    without("pod-topology-spread-constraints", "pods that end need not be spread"),
    without("container-resource-requests-equal-limits", QUALITY_OF_SERVICE).optional(),
    without("container-cpu-requests-equal-limits", QUALITY_OF_SERVICE).optional(),
    without("container-memory-requests-equal-limits", QUALITY_OF_SERVICE).optional(),
    without("container-ephemeral-storage-request-equals-limit", QUALITY_OF_SERVICE).optional(),
    other("deployment-has-host-podantiaffinity"),
    other("deployment-has-poddisruptionbudget"),
    other("deployment-pod-selector-labels-match-template-metadata-labels"),
    other("deployment-replicas"),
    other("deployment-strategy"),
    other("deployment-targeted-by-hpa-does-not-have-replicas-configured"),
    other("horizontalpodautoscaler-has-target"),
    other("horizontalpodautoscaler-replicas"),
    other("ingress-targets-service"),
    other("networkpolicy-targets-pod"),
    other("poddisruptionbudget-has-policy"),
    other("service-targets-pod"),
    other("service-type"),
    other("statefulset-has-host-podantiaffinity"),
    other("statefulset-has-poddisruptionbudget"),
    other("statefulset-has-servicename"),
    other("statefulset-pod-selector-labels-match-template-metadata-labels"),
];
