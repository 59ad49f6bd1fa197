//! The checks of kube-linter (`pkg/builtinchecks/yamls`; which are on by default: `internal/defaultchecks`).

use crate::migrate::check::{Check, is, other, within, without};

const UNDECLARED_PORT: &str = "a probe can use a port that is not declared";
const NOT_IN_MANIFEST: &str = "whether it is right does not show in a manifest";
const ELSEWHERE: &str = "an object in another file or repository looks the same as a missing one";
const PASSWORDS: &str =
    "that is how most programs get a password; `whole-secret-in-env` reports whole Secrets";

pub(super) const CHECKS: &[Check] = &[
    is("latest-tag", &["mutable-image"]).note("For digests: `missing-image-digest`"),
    is("env-var-secret", &["literal-secret"]).note(
        "It looks at the value too; also `secret-in-command`, `secret-in-url` and `secret-in-annotation`",
    ),
    within("duplicate-env-var", &["api-warning"]),
    within("deprecated-service-account-field", &["deprecated-field"]),
    is("unset-memory-requirements", &["missing-memory-limit"]).note("For requests: `missing-resource-requests`"),
    is("unset-cpu-requirements", &["missing-resource-requests"])
        .note("For CPU and memory, where a limit is a request too; for limits: `missing-cpu-limit`"),
    is("run-as-non-root", &["root-user"]),
    is("no-read-only-root-fs", &["writable-root-filesystem"]),
    is("drop-net-raw-capability", &["capabilities-not-dropped"])
        .note("For all capabilities; `added-capabilities` reports those that are added"),
    is("privilege-escalation-container", &["privilege-escalation"]).note(
        "`escalation-not-forbidden` demands `allowPrivilegeEscalation: false`, `added-capabilities` reports `SYS_ADMIN`",
    ),
    is("privileged-container", &["privileged-container"]),
    is("host-ipc", &["host-namespaces"]).at("hostIPC"),
    is("host-network", &["host-namespaces"]).at("hostNetwork"),
    is("host-pid", &["host-namespaces"]).at("hostPID"),
    is("docker-sock", &["container-socket"]).note("For the sockets of other container runtimes too"),
    is("sensitive-host-mounts", &["host-path"]).note("For every path"),
    is("writable-host-mount", &["host-path"]).note("For every path, read-only or not").optional(),
    is("unsafe-proc-mount", &["unsafe-proc-mount"]).optional(),
    is("unsafe-sysctls", &["unsafe-sysctls"]),
    is("default-service-account", &["default-service-account"])
        .note("Only for pods that get a token")
        .optional(),
    is("use-namespace", &["default-namespace"]).note("Only where `default` is written").optional(),
    Check {
        options: "labels: {owner: \"?*\"}",
        ..is("required-label-owner", &["missing-required-metadata"])
            .note("With `labels: {owner: \"?*\"}`; patterns are globs")
            .optional()
    },
    Check {
        options: "annotations: {email: \"*@*\"}",
        ..is("required-annotation-email", &["missing-required-metadata"])
            .note("With `annotations: {email: \"*@*\"}`; patterns are globs")
            .optional()
    },
    is("job-ttl-seconds-after-finished", &["missing-ttl", "ttl-defeats-history"])
        .note("The second one is for CronJobs"),
    is("no-liveness-probe", &["missing-liveness-probe"])
        .note("Only where a hang goes unnoticed for long")
        .optional(),
    within("restart-policy", &["restart-policy"])
        .note("kube-linter demands `Always` or `OnFailure`, Jobs `Never` or `OnFailure`")
        .optional(),
    within("schema-validation", &["unknown-field", "wrong-type", "invalid-value"]).optional(),
    within("mismatching-selector", &["invalid-value"]),
    within("invalid-target-ports", &["invalid-value"]),
    within("no-extensions-v1beta", &["removed-api-version"]),
    without(
        "no-readiness-probe",
        "nothing uses the readiness of a Job's pods; `useless-readiness-probe` says the opposite",
    )
    .optional(),
    without("non-existent-service-account", ELSEWHERE),
    without("non-isolated-pod", ELSEWHERE).optional(),
    without("read-secret-from-env-var", PASSWORDS).optional(),
    without("env-value-from", PASSWORDS).optional(),
    without("liveness-port", UNDECLARED_PORT),
    without("readiness-port", UNDECLARED_PORT),
    without("startup-port", UNDECLARED_PORT),
    without("priority-class-name", "`unlisted-value` with `priorityClassName` does it for your own list").optional(),
    without("no-node-affinity", NOT_IN_MANIFEST).optional(),
    without("dnsconfig-options", NOT_IN_MANIFEST).optional(),
    without("privileged-ports", NOT_IN_MANIFEST).optional(),
    without("ssh-port", NOT_IN_MANIFEST),
    without("sorted-keys", NOT_IN_MANIFEST).optional(),
    other("access-to-create-pods").optional(),
    other("access-to-secrets").optional(),
    other("cluster-admin-role-binding").optional(),
    other("dangling-horizontalpodautoscaler").optional(),
    other("dangling-ingress").optional(),
    other("dangling-networkpolicy").optional(),
    other("dangling-networkpolicypeer-podselector").optional(),
    other("dangling-service"),
    other("dangling-servicemonitor").optional(),
    other("exposed-services").optional(),
    other("hpa-minimum-three-replicas").optional(),
    other("minimum-three-replicas").optional(),
    other("no-anti-affinity"),
    other("no-rolling-update-strategy").optional(),
    other("pdb-max-unavailable"),
    other("pdb-min-available"),
    other("pdb-unhealthy-pod-eviction-policy"),
    other("scc-deny-privileged-container").optional(),
    other("wildcard-in-rules").optional(),
];
