//! ResourceQuota: whether it counts a pod, what the pod must state, and how many such pods fit
//! (`pkg/quota/v1/evaluator/core/pods.go`, `CheckRequest` in `k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go`).

use std::collections::{BTreeMap, BTreeSet};

use super::Pod;
use super::resources::{POD_LEVEL_LAST, PodResources, Resources};
use crate::kubernetes::verdict::api_field::ApiField;
use crate::kubernetes::verdict::resource_list::{ResourceList, resource_list};
use crate::kubernetes::verdict::resources::{is_extended, is_huge_page, is_native};
use crate::value::quantity::Quantity;

/// What a quota can count of pods, next to huge pages and what device plugins offer.
const TRACKED: [&str; 11] = [
    "count/pods",
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
];

/// What every container must state where a quota counts it.
const REQUIRED: [&str; 6] =
    ["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"];

const DEVICE_CLASS: &str = "deviceclass.resource.kubernetes.io/";

/// The `spec` of a ResourceQuota.
#[derive(Clone)]
pub struct Quota<'d> {
    /// `hard`
    pub hard: ResourceList<'d>,
    scopes: Vec<Scope<'d>>,
}

/// Which pods a quota counts.
#[derive(Clone)]
struct Scope<'d> {
    name: &'d str,
    operator: &'d str,
    values: Vec<&'d str>,
}

/// What a pod or several take, by the names that quotas have for it.
pub type Usage = BTreeMap<String, Quantity>;

/// What does not fit into a quota any more.
#[derive(Clone)]
pub struct Excess {
    /// The resource, by the quota's name.
    pub resource: String,
    /// What one pod takes.
    pub requested: Quantity,
    /// What there is in all.
    pub hard: Quantity,
    /// How many pods fit.
    pub pods: i128,
}

impl<'d> Quota<'d> {
    /// Reads the `spec` of a ResourceQuota.
    pub fn of_spec(spec: ApiField<'d>) -> Self {
        let scope = |it: ApiField<'d>| Scope { name: it.text(), operator: "Exists", values: Vec::new() };
        let expression = |it: ApiField<'d>| Scope {
            name: it.get("scopeName").text(),
            operator: it.get("operator").text(),
            values: it.get("values").items().map(ApiField::text).collect(),
        };
        let expressions = spec.get("scopeSelector").get("matchExpressions").items().map(expression);
        Quota {
            hard: resource_list(spec.get("hard")),
            scopes: spec.get("scopes").items().map(scope).chain(expressions).collect(),
        }
    }

    /// Whether the quota counts a pod (`Matches`): it limits something of pods, and the pod is in all of its scopes.
    pub fn counts(&self, pod: Pod<'_>, resources: &PodResources<'_>, minor: u8) -> bool {
        self.hard.keys().any(|name| is_tracked(name))
            && self.scopes.iter().all(|it| it.has(pod, resources, minor))
    }

    /// Whether the quota counts all pods of the namespace.
    pub fn counts_all(&self) -> bool {
        self.scopes.is_empty()
    }

    /// Returns how many Jobs the namespace can have (`objectCountEvaluator` in `k8s.io/apiserver/pkg/quota/v1/generic/evaluator.go`,
    /// which matches no scope).
    pub fn most_jobs(&self) -> Option<i128> {
        let hard = self.hard.get("count/jobs.batch").filter(|_| self.scopes.is_empty())?;
        Some(hard.how_often(&Quantity::ONE).max(0))
    }

    /// Returns what containers must state and do not, with the names of these containers (`Constraints`).
    pub fn unstated(&self, pod: &PodResources<'d>) -> BTreeMap<&'d str, BTreeSet<&'d str>> {
        let mut unstated: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        if pod.pod.as_ref().is_some_and(Resources::has_pod_level) {
            return unstated;
        }
        for &name in self.hard.keys().filter(|name| REQUIRED.contains(name)) {
            for container in pod.all() {
                let Resources { requests, limits } = &container.resources;
                let is_stated = match name.strip_prefix("limits.") {
                    Some(resource) => limits.contains_key(resource),
                    None => requests.contains_key(name.trim_start_matches("requests.")),
                };
                if !is_stated {
                    unstated.entry(name).or_default().insert(container.name);
                }
            }
        }
        unstated
    }

    /// Returns what is used up first when one pod after the other is created in an empty namespace, sorted by the number of
    /// pods that fit.
    pub fn excesses(&self, usage: &Usage) -> Vec<Excess> {
        let excess = |(name, hard): (&&str, &Quantity)| {
            let requested = usage.get(*name).filter(|it| !it.is_zero())?;
            let pods = hard.how_often(requested);
            Some(Excess {
                resource: (*name).to_owned(),
                requested: requested.clone(),
                hard: hard.clone(),
                pods,
            })
        };
        let mut all: Vec<Excess> = self.hard.iter().filter_map(excess).collect();
        all.sort_by_key(|excess| excess.pods);
        all
    }
}

/// Says what containers do not state, as the API server does.
pub fn unstated_message(unstated: &BTreeMap<&str, BTreeSet<&str>>) -> String {
    let part = |(name, containers): (&&str, &BTreeSet<&str>)| {
        let containers: Vec<&str> = containers.iter().copied().collect();
        format!("{name} for: {}", containers.join(","))
    };
    let parts: Vec<String> = unstated.iter().map(part).collect();
    format!("must specify {}", parts.join("; "))
}

/// Whether a quota can count a resource of pods (`MatchingResources`).
fn is_tracked(name: &str) -> bool {
    let is_of_device = |name: &str| {
        name.strip_prefix("requests.").is_some_and(|it| !is_native(name) || it.starts_with(DEVICE_CLASS))
    };
    TRACKED.contains(&name)
        || is_huge_page(name)
        || name.starts_with("requests.hugepages-")
        || is_of_device(name)
}

/// Returns what one pod takes (`PodUsageFunc`).
pub fn usage(pod: &PodResources<'_>) -> Usage {
    let mut usage: Usage =
        ["count/pods", "pods"].map(|name| (name.to_owned(), Quantity::ONE)).into_iter().collect();
    for (name, quantity) in pod.requests() {
        let is_common = matches!(name, "cpu" | "memory" | "ephemeral-storage") || is_huge_page(name);
        if is_common || is_extended(name) || name.starts_with(DEVICE_CLASS) {
            usage.insert(format!("requests.{name}"), quantity.clone());
        }
        if is_common {
            usage.insert(name.to_owned(), quantity);
        }
    }
    for (name, quantity) in pod.limits() {
        if matches!(name, "cpu" | "memory" | "ephemeral-storage") {
            usage.insert(format!("limits.{name}"), quantity);
        }
    }
    usage
}

/// Returns what one pod takes of what quotas mostly count, as far as no default can change it: containers state it.
pub fn stated_usage(pod: &PodResources<'_>) -> BTreeMap<&'static str, Quantity> {
    let hard = REQUIRED.into_iter().map(|it| (it, Quantity::ZERO)).collect();
    let unstated = Quota { hard, scopes: Vec::new() }.unstated(pod);
    let usage = usage(pod);
    let stated = REQUIRED.into_iter().filter(|it| !unstated.contains_key(it)).chain(["pods"]);
    stated.filter_map(|it| Some((it, usage.get(it)?.clone()))).collect()
}

impl Scope<'_> {
    /// Whether a pod is in the scope (`podMatchesScopeFunc`).
    fn has(&self, pod: Pod<'_>, resources: &PodResources<'_>, minor: u8) -> bool {
        let is_terminating = pod.spec.get("activeDeadlineSeconds").opt_int().is_some_and(|it| it >= 0);
        match self.name {
            "Terminating" => is_terminating,
            "NotTerminating" => !is_terminating,
            "BestEffort" => is_best_effort(resources, minor),
            "NotBestEffort" => !is_best_effort(resources, minor),
            "PriorityClass" => self.has_priority_class(pod.spec.get("priorityClassName").text()),
            "CrossNamespacePodAffinity" => uses_other_namespaces(pod.spec.get("affinity")),
            _ => false,
        }
    }

    fn has_priority_class(&self, name: &str) -> bool {
        match self.operator {
            "Exists" => !name.is_empty(),
            "DoesNotExist" => name.is_empty(),
            "In" => !name.is_empty() && self.values.contains(&name),
            "NotIn" => name.is_empty() || !self.values.contains(&name),
            _ => false,
        }
    }
}

/// Whether a pod is promised nothing (`ComputePodQOS` in `pkg/apis/core/v1/helper/qos/qos.go`). Since 1.37 `resources: {}` of the
/// pod does not hide its containers (`PodLevelResourcesFixKubeletQOSClass`).
fn is_best_effort(pod: &PodResources<'_>, minor: u8) -> bool {
    let has_nothing = |list: &ResourceList<'_>| {
        ["cpu", "memory"].iter().filter_map(|name| list.get(name)).all(|it| it.is_negative() || it.is_zero())
    };
    let is_free = |it: &Resources<'_>| has_nothing(&it.requests) && has_nothing(&it.limits);
    let own = pod.pod.as_ref().filter(|own| minor < POD_LEVEL_LAST || own.has_pod_level());
    own.map_or_else(|| pod.all().all(|it| is_free(&it.resources)), is_free)
}

fn uses_other_namespaces(affinity: ApiField<'_>) -> bool {
    let is_foreign =
        |term: ApiField<'_>| !term.get("namespaces").is_empty() || term.get("namespaceSelector").is_set();
    ["podAffinity", "podAntiAffinity"].into_iter().any(|kind| {
        let terms = affinity.get(kind);
        let mut required = terms.get("requiredDuringSchedulingIgnoredDuringExecution").items();
        let mut preferred = terms.get("preferredDuringSchedulingIgnoredDuringExecution").items();
        required.any(is_foreign) || preferred.any(|it| is_foreign(it.get("podAffinityTerm")))
    })
}
