//! The resources of a pod with what the API server fills in when it is created (`SetDefaults_Pod` in
//! `pkg/apis/core/v1/defaults.go`).

use std::cmp::Ordering;

use super::Pod;
use crate::kubernetes::verdict::api_field::ApiField;
use crate::kubernetes::verdict::resource_list::{ResourceList, add, resource_list, total, unrounded_list};
use crate::kubernetes::verdict::resources::{can_overcommit, is_huge_page};

/// Resources of a pod as a whole count since this minor.
const POD_LEVEL: u8 = 34;
/// Since this minor what a pod as a whole has is filled in after a LimitRange is (`PodLevelResourcesFixDefaulting`).
pub(super) const POD_LEVEL_LAST: u8 = 37;

/// What is asked for, and what is the limit.
#[derive(Clone, Default)]
pub struct Resources<'d> {
    /// `requests`
    pub requests: ResourceList<'d>,
    /// `limits`
    pub limits: ResourceList<'d>,
}

impl<'d> Resources<'d> {
    fn read(field: ApiField<'d>) -> Self {
        Resources {
            requests: unrounded_list(field.get("requests")),
            limits: unrounded_list(field.get("limits")),
        }
    }

    fn round(&mut self) {
        for quantity in self.requests.values_mut().chain(self.limits.values_mut()) {
            *quantity = quantity.clone().rounded_to_milli();
        }
    }

    /// What is not asked for is asked for up to its limit.
    fn request_limits(&mut self) {
        for (&name, limit) in &self.limits {
            self.requests.entry(name).or_insert_with(|| limit.clone());
        }
    }

    /// Whether there is a resource that a pod as a whole can have (`IsPodLevelResourcesSet`).
    pub fn has_pod_level(&self) -> bool {
        self.requests.keys().chain(self.limits.keys()).any(|name| is_pod_level(name))
    }
}

/// A container's resources.
#[derive(Clone)]
pub struct Container<'d> {
    /// The name.
    pub name: &'d str,
    /// Whether it is an init container that keeps running.
    pub is_sidecar: bool,
    /// Its resources.
    pub resources: Resources<'d>,
}

/// The resources of a pod.
#[derive(Clone)]
pub struct PodResources<'d> {
    /// `containers`
    pub containers: Vec<Container<'d>>,
    /// `initContainers`
    pub init_containers: Vec<Container<'d>>,
    /// `resources`
    pub pod: Option<Resources<'d>>,
    /// `overhead`, which comes from the RuntimeClass.
    pub overhead: ResourceList<'d>,
}

/// Whether a pod as a whole can have a resource (`IsSupportedPodLevelResource`).
fn is_pod_level(name: &str) -> bool {
    matches!(name, "cpu" | "memory") || is_huge_page(name)
}

impl<'d> PodResources<'d> {
    /// Returns what the containers of a template have, with what is filled in for each by itself, not yet rounded. The `overhead` is the
    /// `podFixed` of its RuntimeClass; without it the pod's own counts.
    pub(super) fn of_containers(pod: Pod<'d>, overhead: Option<ApiField<'d>>, minor: u8) -> Self {
        let read = |container: ApiField<'d>| {
            let mut resources = Resources::read(container.get("resources"));
            resources.request_limits();
            let is_sidecar = container.get("restartPolicy").text() == "Always";
            Container { name: container.get("name").text(), is_sidecar, resources }
        };
        let own = pod.spec.get("resources").set().filter(|_| minor >= POD_LEVEL);
        PodResources {
            containers: pod.spec.get("containers").items().map(read).collect(),
            init_containers: pod.spec.get("initContainers").items().map(read).collect(),
            pod: own.map(Resources::read),
            overhead: resource_list(overhead.unwrap_or_else(|| pod.spec.get("overhead"))),
        }
    }

    /// Rounds all amounts to thousandths (`SetDefaults_ResourceList`).
    pub(super) fn round(&mut self) {
        self.containers.iter_mut().chain(&mut self.init_containers).for_each(|it| it.resources.round());
        self.pod.iter_mut().for_each(Resources::round);
    }

    /// Returns all containers, the init containers first.
    pub fn all(&self) -> impl Iterator<Item = &Container<'d>> {
        self.init_containers.iter().chain(&self.containers)
    }

    /// Returns what all containers together have in a list.
    pub fn total(&self, list: for<'r> fn(&'r Resources<'d>) -> &'r ResourceList<'d>) -> ResourceList<'d> {
        let init = self.init_containers.iter().map(|it| (it.is_sidecar, list(&it.resources).clone()));
        total(self.containers.iter().map(|it| list(&it.resources).clone()), init)
    }

    /// Fills in what the pod as a whole has, where it has something (`defaultHugePagePodLimits`, `defaultPodRequests`; since
    /// 1.37 `DefaultPodLevelResources` in `pkg/api/pod/util.go`).
    pub(super) fn fill_in_pod(&mut self, minor: u8) {
        let (all_requests, all_limits) = (self.total(|it| &it.requests), self.total(|it| &it.limits));
        let Some(mut own) = self.pod.take() else { return };
        if !own.requests.is_empty() || !own.limits.is_empty() {
            for (name, limit) in all_limits.iter().filter(|(name, _)| is_huge_page(name)) {
                if !own.requests.contains_key(name) {
                    own.limits.entry(name).or_insert_with(|| limit.clone());
                }
            }
        }
        let is_any_set = minor >= POD_LEVEL_LAST && !own.requests.is_empty();
        if !own.limits.is_empty() || is_any_set {
            for (name, request) in all_requests {
                if is_pod_level(name) && can_overcommit(name) {
                    own.requests.entry(name).or_insert(request);
                }
            }
            for (&name, limit) in own.limits.iter().filter(|(name, _)| is_pod_level(name)) {
                own.requests.entry(name).or_insert_with(|| limit.clone());
            }
        }
        if minor >= POD_LEVEL_LAST {
            for (&name, request) in own.requests.iter().filter(|(name, _)| is_pod_level(name)) {
                let has_limits = self.all().all(|it| it.resources.limits.contains_key(name));
                if let (true, Some(limit)) = (has_limits, all_limits.get(name)) {
                    let limit = if request.compare(limit) == Ordering::Greater { request } else { limit };
                    own.limits.entry(name).or_insert_with(|| limit.clone());
                }
            }
        }
        self.pod = Some(own);
    }

    /// Returns what the pod asks for in all, with its overhead (`PodRequests` in `k8s.io/component-helpers/resource/helpers.go`).
    pub fn requests(&self) -> ResourceList<'d> {
        let mut all = self.total(|it| &it.requests);
        if let Some(own) = &self.pod {
            all.extend(pod_level(&own.requests));
        }
        add(&mut all, &self.overhead);
        all
    }

    /// Returns the limits of the pod in all, with its overhead (`PodLimits`).
    pub fn limits(&self) -> ResourceList<'d> {
        let mut all = self.total(|it| &it.limits);
        if let Some(own) = &self.pod {
            all.extend(pod_level(&own.limits));
        }
        for (name, quantity) in &self.overhead {
            if let Some(limit) = all.get_mut(name).filter(|limit| !limit.is_zero()) {
                limit.add(quantity);
            }
        }
        all
    }
}

fn pod_level<'d>(list: &ResourceList<'d>) -> ResourceList<'d> {
    list.iter().filter(|(name, _)| is_pod_level(name)).map(|(&name, it)| (name, it.clone())).collect()
}
