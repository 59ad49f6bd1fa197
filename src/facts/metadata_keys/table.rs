//! The keys that are known, with the source of each as of November 2026.
//!
//! Keys that tools read at every level, such as `argocd.argoproj.io/ignore-resource-updates`, have no row, nor have those of hooks.

use super::key::Key;
use super::key::Level::{Job, Object, Pod};
use super::key::Map::{self, Annotations, Labels};
use super::values::Values;
use crate::text::word_list::has_word;

const POD: Key = Key {
    name: "",
    reader: "",
    maps: &[Annotations],
    levels: &[Pod],
    owner: "",
    values: Values::Any,
    otherwise: "",
};
const JOB: Key = Key { levels: &[Job, Pod], maps: &[Labels, Annotations], ..POD };
const OBJECT: Key = Key { levels: &[Object], ..POD };
const FLUX: Key = Key { reader: "Flux", maps: &[Annotations, Labels], ..OBJECT };
const SERVICE_ACCOUNT: Key = Key { levels: &[], owner: "ServiceAccount", ..POD };
const NAMESPACE: Key = Key { levels: &[], owner: "Namespace", maps: &[Labels], ..POD };

/// What `strconv.ParseBool` of Go accepts besides `true` and `false`.
const GO_BOOLEAN: Values = Values::Words {
    words: &["true", "false"],
    also: &["1", "t", "T", "TRUE", "True", "0", "f", "F", "FALSE", "False"],
    in_any_case: false,
};
/// `true` and `false` alone.
const BOOLEAN: Values = Values::Words { words: &["true", "false"], also: &[], in_any_case: false };

/// What Flux accepts where it does something unless it is `disabled`.
const ON_BY_DEFAULT: Values =
    Values::Words { words: &["enabled", "disabled"], also: &["", "true", "yes", "on"], in_any_case: true };

/// Every key, the tools in alphabetical order.
pub static KEYS: &[Key] = &[
    // Argo CD: gitops-engine `pkg/sync/common/types.go`, `syncwaves/waves.go` and `resource/annotations.go`; it looks only at objects
    // without an owner (`pkg/cache/cluster.go`, `GetManagedLiveObjs`), so not at Jobs of a CronJob or at pods.
    Key {
        name: "argocd.argoproj.io/sync-wave",
        reader: "Argo CD",
        values: Values::Integer,
        otherwise: "Argo CD treats the annotation as if it were not there, which means wave 0",
        ..OBJECT
    },
    Key {
        name: "argocd.argoproj.io/sync-options",
        reader: "Argo CD",
        values: Values::Options(&[
            "ApplyOutOfSyncOnly=true",
            "ClientSideApplyMigration=false",
            "CreateNamespace=true",
            "Delete=confirm",
            "Delete=false",
            "FailOnSharedResource=true",
            "Force=true",
            "Prune=confirm",
            "Prune=false",
            "PruneLast=true",
            "Replace=true",
            "RespectIgnoreDifferences=true",
            "ServerSideApply=true",
            "SkipDryRunOnMissingResource=true",
            "Validate=false",
        ]),
        otherwise: "Argo CD ignores the option",
        ..OBJECT
    },
    Key {
        name: "argocd.argoproj.io/compare-options",
        reader: "Argo CD",
        values: Values::Options(&["IgnoreExtraneous", "IncludeMutationWebhook=true", "ServerSideDiff=true"]),
        otherwise: "Argo CD ignores the option",
        ..OBJECT
    },
    // `controller/health.go`.
    Key {
        name: "argocd.argoproj.io/ignore-healthcheck",
        reader: "Argo CD",
        values: BOOLEAN,
        otherwise: "Argo CD waits for the object to become healthy all the same",
        ..OBJECT
    },
    // Azure Workload Identity: `pkg/webhook/consts.go` and `webhook.go`; its webhook selects pods by the label `use: "true"`.
    Key {
        name: "azure.workload.identity/use",
        reader: "Azure Workload Identity",
        maps: &[Labels],
        values: BOOLEAN,
        otherwise: "the pods get no token from Azure Workload Identity",
        ..POD
    },
    Key { name: "azure.workload.identity/client-id", reader: "Azure Workload Identity", ..SERVICE_ACCOUNT },
    Key { name: "azure.workload.identity/tenant-id", reader: "Azure Workload Identity", ..SERVICE_ACCOUNT },
    Key { name: "azure.workload.identity/inject-proxy-sidecar", reader: "Azure Workload Identity", ..POD },
    Key { name: "azure.workload.identity/proxy-sidecar-port", reader: "Azure Workload Identity", ..POD },
    Key {
        name: "azure.workload.identity/service-account-token-expiration",
        reader: "Azure Workload Identity",
        ..POD
    },
    Key { name: "azure.workload.identity/skip-containers", reader: "Azure Workload Identity", ..POD },
    // The cluster autoscaler: `cluster-autoscaler/utils/drain/drain.go` compares with "true" and "false" alone.
    Key {
        name: "cluster-autoscaler.kubernetes.io/safe-to-evict",
        reader: "the cluster autoscaler",
        values: BOOLEAN,
        otherwise: "the cluster autoscaler treats the annotation as if it were not there",
        ..POD
    },
    Key {
        name: "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes",
        reader: "the cluster autoscaler",
        ..POD
    },
    Key {
        name: "cluster-autoscaler.kubernetes.io/pod-scale-up-delay",
        reader: "the cluster autoscaler",
        ..POD
    },
    // Consul: `control-plane/connect-inject/webhook/mesh_webhook.go`, which rejects pods whose value it cannot parse.
    Key {
        name: "consul.hashicorp.com/connect-inject",
        reader: "Consul",
        values: GO_BOOLEAN,
        otherwise: "Consul's webhook rejects every pod",
        ..POD
    },
    Key { name: "consul.hashicorp.com/", reader: "Consul", ..POD },
    // Dapr: `pkg/injector/annotations`, `utils.IsTruthy`.
    Key {
        name: "dapr.io/enabled",
        reader: "Dapr",
        values: Values::Words {
            words: &["true", "false"],
            also: &["y", "yes", "on", "1", "t", "n", "no", "off", "0", "f"],
            in_any_case: true,
        },
        otherwise: "Dapr injects no sidecar",
        ..POD
    },
    Key { name: "dapr.io/", reader: "Dapr", maps: &[Annotations, Labels], ..POD },
    // Datadog: the agent's autodiscovery and the cluster agent's admission controller, both documented for pods.
    Key { name: "ad.datadoghq.com/", reader: "Datadog", ..POD },
    Key { name: "admission.datadoghq.com/", reader: "Datadog", maps: &[Labels, Annotations], ..POD },
    // The descheduler: `HaveEvictAnnotation` of its `DefaultEvictor` looks only whether the key is there.
    Key {
        name: "descheduler.alpha.kubernetes.io/evict",
        reader: "the descheduler",
        values: Values::Presence,
        otherwise: "the descheduler can evict the pods, as it checks only that the annotation is there",
        ..POD
    },
    Key { name: "descheduler.alpha.kubernetes.io/prefer-no-eviction", reader: "the descheduler", ..POD },
    // EKS: `pkg/annotations.go`, `pkg/cache` and `pkg/handler` of amazon-eks-pod-identity-webhook.
    Key { name: "eks.amazonaws.com/role-arn", reader: "EKS", ..SERVICE_ACCOUNT },
    Key { name: "eks.amazonaws.com/audience", reader: "EKS", ..SERVICE_ACCOUNT },
    Key { name: "eks.amazonaws.com/sts-regional-endpoints", reader: "EKS", ..SERVICE_ACCOUNT },
    Key { name: "eks.amazonaws.com/skip-containers", reader: "EKS", ..POD },
    Key { name: "eks.amazonaws.com/token-expiration", reader: "EKS", ..POD },
    // Flux: kustomize-controller, "Controlling the apply behavior of resources"; only what it applies itself. `AnyInMetadata` of
    // fluxcd/pkg ignores the case, `kustomize_varsub.go` does not. A word for what Flux does anyway does no harm.
    Key {
        name: "kustomize.toolkit.fluxcd.io/force",
        values: Values::Words {
            words: &["enabled", "disabled"],
            also: &["", "false", "no", "off"],
            in_any_case: true,
        },
        otherwise: "Flux does not replace the object when a field changes that is immutable",
        ..FLUX
    },
    Key {
        name: "kustomize.toolkit.fluxcd.io/prune",
        values: ON_BY_DEFAULT,
        otherwise: "Flux deletes the object once it is no longer in the repository",
        ..FLUX
    },
    Key {
        name: "kustomize.toolkit.fluxcd.io/reconcile",
        values: ON_BY_DEFAULT,
        otherwise: "Flux keeps applying the object",
        ..FLUX
    },
    Key {
        name: "kustomize.toolkit.fluxcd.io/ssa",
        values: Values::Words {
            words: &["Override", "Merge", "IfNotPresent", "Ignore"],
            also: &[""],
            in_any_case: true,
        },
        otherwise: "Flux applies the object as if no policy were set",
        ..FLUX
    },
    Key {
        name: "kustomize.toolkit.fluxcd.io/substitute",
        values: Values::Words {
            words: &["enabled", "disabled"],
            also: &["", "Enabled", "true", "yes", "on"],
            in_any_case: false,
        },
        otherwise: "Flux replaces the variables in the object all the same",
        ..FLUX
    },
    // GKE: "Authenticate to Google Cloud APIs from GKE workloads", "Cloud Storage FUSE CSI driver".
    Key { name: "iam.gke.io/gcp-service-account", reader: "GKE", ..SERVICE_ACCOUNT },
    Key { name: "gke-gcsfuse/", reader: "GKE", ..POD },
    Key { name: "gke-parallelstore/", reader: "GKE", ..POD },
    // Istio: "Resource Annotations" and "Resource Labels"; `injectRequired` in `pkg/kube/inject/inject.go`, which read
    // more words before 1.27. The webhook selects pods by the label, so that an annotation counts only in some namespaces.
    Key {
        name: "sidecar.istio.io/inject",
        reader: "Istio",
        maps: &[Labels],
        values: Values::Words { words: &["true", "false"], also: &[""], in_any_case: false },
        otherwise: "since Istio 1.27 the label has no effect, and the default of the namespace applies",
        ..POD
    },
    Key {
        name: "sidecar.istio.io/inject",
        reader: "Istio",
        values: Values::Words { words: &["true", "false"], also: &[""], in_any_case: false },
        otherwise: "since Istio 1.27 the annotation has no effect, and the default of the namespace applies",
        ..POD
    },
    Key { name: "sidecar.istio.io/", reader: "Istio", ..POD },
    Key { name: "traffic.sidecar.istio.io/", reader: "Istio", ..POD },
    Key { name: "inject.istio.io/templates", reader: "Istio", ..POD },
    Key { name: "proxy.istio.io/config", reader: "Istio", ..POD },
    Key { name: "istio.io/dataplane-mode", reader: "Istio", maps: &[Labels], ..POD },
    Key { name: "istio-injection", reader: "Istio", ..NAMESPACE },
    // Karpenter: "Well-Known Annotations"; `HasDoNotDisrupt` in `pkg/utils/pod/scheduling.go`.
    Key {
        name: "karpenter.sh/do-not-disrupt",
        reader: "Karpenter",
        values: Values::BooleanOrDuration,
        otherwise: "Karpenter treats the annotation as if it were not there",
        ..POD
    },
    // kube2iam and kiam: their `README.md`.
    Key { name: "iam.amazonaws.com/role", reader: "kube2iam", ..POD },
    // kubectl: `pkg/cmd/util/podcmd/podcmd.go`.
    Key { name: "kubectl.kubernetes.io/default-container", reader: "kubectl", ..POD },
    // Kubernetes: `pkg/security/apparmor/helpers.go`, "Enforce Pod Security Standards with Namespace Labels".
    Key { name: "container.apparmor.security.beta.kubernetes.io/", reader: "Kubernetes", ..POD },
    Key { name: "pod-security.kubernetes.io/", reader: "Kubernetes", ..NAMESPACE },
    // Kueue: `pkg/controller/constants`, `pkg/controller/jobs/job/job_controller.go`; with its integration of pods it also reads the
    // labels of pods, which then queue one by one. It reads nothing on CronJobs ("Run a CronJob").
    Key { name: "kueue.x-k8s.io/queue-name", reader: "Kueue", ..JOB },
    Key { name: "kueue.x-k8s.io/priority-class", reader: "Kueue", ..JOB },
    Key { name: "kueue.x-k8s.io/max-exec-time-seconds", reader: "Kueue", ..JOB },
    Key { name: "kueue.x-k8s.io/job-min-parallelism", reader: "Kueue", ..JOB },
    Key { name: "kueue.x-k8s.io/job-completions-equal-parallelism", reader: "Kueue", ..JOB },
    Key { name: "kueue.x-k8s.io/podset-", reader: "Kueue", ..POD },
    Key { name: "provreq.kueue.x-k8s.io/", reader: "Kueue", ..JOB },
    // Kuma: "Data plane on Kubernetes".
    Key { name: "kuma.io/sidecar-injection", reader: "Kuma", maps: &[Labels, Annotations], ..POD },
    // Linkerd: `pkg/inject/report.go`, "Automatic Proxy Injection", "Proxy Configuration".
    Key {
        name: "linkerd.io/inject",
        reader: "Linkerd",
        values: Values::Words { words: &["enabled", "disabled", "ingress"], also: &[""], in_any_case: false },
        otherwise: "Linkerd injects no proxy",
        ..POD
    },
    Key { name: "config.linkerd.io/", reader: "Linkerd", ..POD },
    Key { name: "config.alpha.linkerd.io/", reader: "Linkerd", ..POD },
    Key { name: "config.beta.linkerd.io/", reader: "Linkerd", ..POD },
    // Multus: "Quickstart Guide".
    Key { name: "k8s.v1.cni.cncf.io/networks", reader: "Multus", ..POD },
    // OpenTelemetry: `internal/webhook/podmutation` of the operator.
    Key { name: "sidecar.opentelemetry.io/inject", reader: "the OpenTelemetry operator", ..POD },
    Key { name: "instrumentation.opentelemetry.io/", reader: "the OpenTelemetry operator", ..POD },
    // Prometheus: "kubernetes_sd_config": annotations of pods and Services are known to it, those of Jobs are not.
    Key { name: "prometheus.io/", reader: "Prometheus", maps: &[Annotations, Labels], ..POD },
    // Reloader: `internal/pkg/handler/upgrade.go` reads the CronJob's annotations, else those of its pod template.
    Key {
        name: "reloader.stakater.com/auto",
        reader: "Reloader",
        levels: &[Object, Pod],
        values: GO_BOOLEAN,
        otherwise: "Reloader treats the annotation as `false`",
        ..POD
    },
    Key { name: "reloader.stakater.com/", reader: "Reloader", levels: &[Object, Pod], ..POD },
    Key { name: "configmap.reloader.stakater.com/", reader: "Reloader", levels: &[Object, Pod], ..POD },
    Key { name: "secret.reloader.stakater.com/", reader: "Reloader", levels: &[Object, Pod], ..POD },
    // Vault: `ShouldInject` in `agent-inject/agent/agent.go`; the handler rejects pods whose value it cannot parse.
    Key {
        name: "vault.hashicorp.com/agent-inject",
        reader: "Vault",
        values: GO_BOOLEAN,
        otherwise: "Vault's webhook rejects every pod",
        ..POD
    },
    Key { name: "vault.hashicorp.com/", reader: "Vault", ..POD },
    // Velero: "File System Backup", "Backup Hooks".
    Key { name: "backup.velero.io/backup-volumes", reader: "Velero", ..POD },
    Key { name: "backup.velero.io/backup-volumes-excludes", reader: "Velero", ..POD },
];

/// Keys that tools write on what they have seen: nobody sets them, wherever they are.
const WRITTEN: &str = "consul.hashicorp.com/connect-inject-status dapr.io/sidecar-injected sidecar.istio.io/status \
    vault.hashicorp.com/agent-inject-status";

/// Returns what is known of a key, for the map in which it is if that makes a difference.
pub fn known(name: &str, map: Map) -> Option<&'static Key> {
    let first = name.as_bytes().first();
    let is_meant = |key: &&Key| key.name.as_bytes().first() == first && name.starts_with(key.name);
    let rows = KEYS.iter().rev().filter(is_meant).filter(|key| key.is_prefix() || key.name == name);
    // Of rows that are alike, the first one.
    let best = rows.max_by_key(|key| {
        let is_exact = key.name == name;
        (is_exact, is_exact && key.maps.contains(&map), key.name.len())
    });
    best.filter(|_| !has_word(WRITTEN, name))
}

/// Returns the row that says where a name is best written: the first of its rows.
pub fn preferred(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}
