//! What makes a pod invalid that its template does not show: amounts that do not fit together once all are filled in
//! (`validateResourceRequirements`, `validatePodResourceConsistency` in `pkg/apis/core/validation/validation.go`).

use std::cmp::Ordering;
use std::fmt;

use super::resources::{PodResources, Resources};
use crate::kubernetes::verdict::resources::{can_overcommit, is_huge_page};
use crate::value::quantity::Quantity;

/// Two amounts of a pod that do not fit together.
#[derive(Clone)]
pub struct Contradiction<'d> {
    /// The container; `None` for the pod as a whole.
    pub container: Option<&'d str>,
    /// The resource, empty where it is about several.
    pub resource: &'d str,
    /// The path of the field.
    pub path: String,
    /// What is wrong.
    pub kind: Kind,
}

/// A kind of contradiction.
#[derive(Clone)]
pub enum Kind {
    /// A request is above the limit.
    RequestAboveLimit(Quantity, Quantity),
    /// A request is not the limit, and the resource cannot be used beyond it.
    RequestIsNotLimit(Quantity, Quantity),
    /// There is a request without a limit, and the resource cannot be used beyond it.
    NoLimit,
    /// Huge pages are asked for, and neither CPU nor memory.
    HugePagesAlone,
    /// The pod as a whole asks for less than its containers do, or limits huge pages to less.
    LessThanContainers(&'static str, Quantity, Quantity),
    /// A container's limit is above that of the pod as a whole.
    AbovePodLimit(Quantity, Quantity),
}

/// Returns the contradictions of a pod. Those that its template has, too, are among them.
pub fn contradictions<'d>(pod: &PodResources<'d>) -> Vec<Contradiction<'d>> {
    let mut found = Vec::new();
    for (list, containers) in [("initContainers", &pod.init_containers), ("containers", &pod.containers)] {
        for (index, container) in containers.iter().enumerate() {
            let path = format!("spec.{list}[{index}].resources");
            check(Some(container.name), &path, &container.resources, &mut found);
        }
    }
    if let Some(own) = &pod.pod {
        check(None, "spec.resources", own, &mut found);
        check_sums(pod, own, &mut found);
    }
    found
}

fn check<'d>(
    container: Option<&'d str>,
    path: &str,
    resources: &Resources<'d>,
    found: &mut Vec<Contradiction<'d>>,
) {
    let Resources { requests, limits } = resources;
    for (&resource, request) in requests {
        let (field, kind) = match limits.get(resource).map(|limit| (limit, request.compare(limit))) {
            Some((_, Ordering::Equal)) => continue,
            Some((limit, _)) if !can_overcommit(resource) => {
                ("requests", Kind::RequestIsNotLimit(request.clone(), limit.clone()))
            }
            Some((limit, Ordering::Greater)) => {
                ("requests", Kind::RequestAboveLimit(request.clone(), limit.clone()))
            }
            None if !can_overcommit(resource) => ("limits", Kind::NoLimit),
            _ => continue,
        };
        found.push(Contradiction { container, resource, path: format!("{path}.{field}"), kind });
    }
    let names = || limits.keys().chain(requests.keys());
    if names().any(|it| is_huge_page(it)) && !names().any(|it| matches!(*it, "cpu" | "memory")) {
        found.push(Contradiction {
            container,
            resource: "",
            path: path.to_owned(),
            kind: Kind::HugePagesAlone,
        });
    }
}

fn check_sums<'d>(pod: &PodResources<'d>, own: &Resources<'d>, found: &mut Vec<Contradiction<'d>>) {
    let (requests, mut limits) = (pod.total(|it| &it.requests), pod.total(|it| &it.limits));
    limits.retain(|name, _| is_huge_page(name));
    for (name, list, sums) in [("requests", &own.requests, requests), ("limits", &own.limits, limits)] {
        for (resource, sum) in sums {
            let Some(amount) = list.get(resource) else { continue };
            if sum.compare(amount) == Ordering::Greater {
                let kind = Kind::LessThanContainers(name, amount.clone(), sum);
                let path = format!("spec.resources.{name}[{resource}]");
                found.push(Contradiction { container: None, resource, path, kind });
            }
        }
    }
    for (index, container) in pod.containers.iter().enumerate() {
        for (&resource, limit) in &container.resources.limits {
            let Some(most) = own.limits.get(resource) else { continue };
            if limit.compare(most) == Ordering::Greater {
                let kind = Kind::AbovePodLimit(limit.clone(), most.clone());
                let path = format!("spec.resources.containers[{index}][{resource}].limits");
                found.push(Contradiction { container: Some(container.name), resource, path, kind });
            }
        }
    }
}

impl fmt::Display for Contradiction<'_> {
    /// Writes the contradiction as the API server does.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Contradiction { resource, path, .. } = self;
        write!(formatter, "{path}: ")?;
        let (bad, reason) = match &self.kind {
            Kind::NoLimit => {
                let reason = "Required value: Limit must be set for non overcommitable resources";
                return formatter.write_str(reason);
            }
            Kind::HugePagesAlone => return formatter.write_str("Forbidden: HugePages require cpu or memory"),
            Kind::RequestAboveLimit(request, limit) => {
                (request, format!("less than or equal to {resource} limit of {limit}"))
            }
            Kind::RequestIsNotLimit(request, limit) => {
                (request, format!("equal to {resource} limit of {limit}"))
            }
            Kind::LessThanContainers(list, amount, sum) => {
                (amount, format!("greater than or equal to aggregate container {list} of {sum}"))
            }
            Kind::AbovePodLimit(limit, most) => {
                (limit, format!("less than or equal to pod limits of {most}"))
            }
        };
        write!(formatter, "Invalid value: \"{bad}\": must be {reason}")
    }
}
