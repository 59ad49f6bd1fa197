//! Resources of containers and pods (`validateResourceRequirements`, `validatePodResources` in
//! `pkg/apis/core/validation/validation.go`).

use std::cmp::Ordering;

use super::api_field::ApiField;
use super::error::{BadValue, Errors};
use super::names::{dns_label, dns_subdomain, qualified_name};
use super::resource_list::{ResourceList, list_quantity, resource_list, total};
use crate::kubernetes::verdict::model::PodSpec;
use crate::value::quantity::Quantity;

/// What a container can ask for without a domain.
const CONTAINER_RESOURCES: &[&str] = &["cpu", "memory", "ephemeral-storage"];
/// All resources without a domain; some are for quotas only.
const STANDARD: &[&str] = &[
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
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "storage",
    "requests.storage",
    "services.nodeports",
    "services.loadbalancers",
];
/// Those that are counted.
const COUNTED: &[&str] = &[
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
];
const POD_RESOURCES: &[&str] = &["cpu", "hugepages-", "memory"];

/// Whether a resource is memory in pages of a size.
pub(crate) fn is_huge_page(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// Whether a resource is Kubernetes' own.
pub(crate) fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// Whether a resource is one that a device plugin can offer.
pub(crate) fn is_extended(name: &str) -> bool {
    !is_native(name)
        && !name.starts_with("requests.")
        && qualified_name(&format!("requests.{name}")).is_empty()
}

/// Whether a container can use more of a resource than it asks for.
pub(crate) fn can_overcommit(name: &str) -> bool {
    is_native(name) && !is_huge_page(name)
}

/// Whose resources they are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Container,
    PodSpec,
}

/// Checks the resources of a container.
pub fn check_container<'d>(resources: ApiField<'d>, claims: &[&str], errors: &mut Errors<'d>) {
    check(resources, Owner::Container, errors);
    check_claims(resources.get("claims"), claims, errors);
}

/// Checks the overhead of a pod, which is checked as limits are.
pub fn check_overhead<'d>(overhead: ApiField<'d>, errors: &mut Errors<'d>) {
    check_list(overhead, &|| format!("{}.limits", overhead.path()), Owner::Container, errors);
    let has = |kind: fn(&str) -> bool| overhead.entries().any(|(name, _)| kind(name));
    if has(is_huge_page) && !has(|name| matches!(name, "cpu" | "memory")) {
        errors.forbidden(overhead, "HugePages require cpu or memory");
    }
}

fn check<'d>(resources: ApiField<'d>, owner: Owner, errors: &mut Errors<'d>) {
    let (limits, requests) = (resources.get("limits"), resources.get("requests"));
    check_list(limits, &|| limits.path(), owner, errors);
    check_list(requests, &|| requests.path(), owner, errors);
    for (name, field) in requests.entries() {
        match limits.entry(name) {
            Some(limit) => {
                let (Some(asked), Some(limit)) = (list_quantity(field), list_quantity(limit)) else {
                    continue;
                };
                let order = asked.compare(&limit);
                let relation = match order {
                    Ordering::Equal => continue,
                    _ if !can_overcommit(name) => "equal",
                    Ordering::Greater => "less than or equal",
                    Ordering::Less => continue,
                };
                let reason = format!("must be {relation} to {name} limit of {limit}");
                errors.invalid(field.with_path(requests.path()), asked.to_string().as_str(), reason);
            }
            None if !can_overcommit(name) => {
                let reason = "Limit must be set for non overcommitable resources";
                errors.required(field.with_path(limits.path()), reason);
            }
            None => {}
        }
    }
    let names = || limits.entries().chain(requests.entries()).map(|(name, _)| name);
    if names().any(is_huge_page) && !names().any(|name| matches!(name, "cpu" | "memory")) {
        errors.forbidden(resources, "HugePages require cpu or memory");
    }
}

fn check_list<'d>(list: ApiField<'d>, path: &dyn Fn() -> String, owner: Owner, errors: &mut Errors<'d>) {
    for (name, field) in list.entries() {
        let reported = || field.with_path(format!("{}[{name}]", path()));
        check_name(name, owner, &mut |bad, reason| match reason {
            Some(reason) => errors.invalid(reported(), bad, reason),
            None => errors.unsupported(reported(), bad, POD_RESOURCES),
        });
        let Some(value) = list_quantity(field) else { continue };
        if value.is_negative() {
            let reason = "must be greater than or equal to 0";
            errors.invalid(reported(), value.to_string().as_str(), reason);
        }
        if (COUNTED.contains(&name) || is_extended(name)) && !value.is_whole() {
            errors.invalid(reported(), BadValue::Json(&value.to_string()), "must be an integer");
        }
        if is_huge_page(name) && !is_multiple_of_page(name, &value) {
            let reason = format!("{value} is not positive integer multiple of {name}");
            errors.invalid(reported(), value.to_string().as_str(), reason);
        }
    }
}

/// Checks the name of a resource; a report without a reason means that the pod level does not have it.
fn check_name(name: &str, owner: Owner, report: &mut dyn FnMut(BadValue<'_>, Option<String>)) {
    let mut syntax = qualified_name(name);
    if syntax.is_empty() && !name.contains('/') {
        let is_standard =
            STANDARD.contains(&name) || is_huge_page(name) || name.starts_with("requests.hugepages-");
        if !is_standard {
            syntax.push("must be a standard resource type or fully qualified".to_owned());
        }
    }
    let is_sound = syntax.is_empty();
    for reason in syntax {
        report(BadValue::Json(name), Some(reason));
    }
    match owner {
        Owner::PodSpec if is_sound => {
            if !matches!(name, "cpu" | "memory") && !is_huge_page(name) {
                report(BadValue::Json(name), None);
            }
        }
        Owner::PodSpec => {}
        Owner::Container if !name.contains('/') => {
            if !CONTAINER_RESOURCES.contains(&name) && !is_huge_page(name) {
                report(BadValue::Json(name), Some("must be a standard resource for containers".to_owned()));
            }
        }
        Owner::Container if !is_native(name) && !is_extended(name) => {
            report(BadValue::Json(name), Some("doesn't follow extended resource name standard".to_owned()));
        }
        Owner::Container => {}
    }
}

fn is_multiple_of_page(name: &str, value: &Quantity) -> bool {
    let Ok(page) = Quantity::parse(name.trim_start_matches("hugepages-")) else { return false };
    if page.is_negative() || page.is_zero() || !page.is_whole() {
        return false;
    }
    value.is_multiple_of(&page)
}

fn check_claims<'d>(claims: ApiField<'d>, known: &[&str], errors: &mut Errors<'d>) {
    let mut seen: Vec<String> = Vec::new();
    if errors.minor < 34 {
        return;
    }
    for claim in claims.items() {
        let (name, request) = (claim.get("name").text(), claim.get("request"));
        if name.is_empty() {
            errors.required(claim, "");
            continue;
        }
        if seen.iter().any(|it| it == name) {
            errors.duplicate(claim, name);
        } else {
            let key = match request.text() {
                "" => name.to_owned(),
                text => {
                    errors.invalid_for_each(request, text, dns_label(text));
                    format!("{name}/{text}")
                }
            };
            if seen.contains(&key) {
                errors.duplicate(claim, key.as_str());
            } else if request.text().is_empty() {
                for _ in seen.iter().filter(|it| it.split_once('/').is_some_and(|(it, _)| it == name)) {
                    errors.duplicate(claim, name);
                }
            }
            seen.push(key);
        }
        if !known.contains(&name) {
            let mut names = known.to_vec();
            names.sort_unstable();
            names.dedup();
            let list = if names.is_empty() {
                " which is empty".to_owned()
            } else {
                format!(": {}", names.join(", "))
            };
            let reason = format!("must be one of the names in pod.spec.resourceClaims{list}");
            errors.not_found(claim, name, reason);
        }
    }
}

/// Checks `resourceClaims` of a pod.
pub fn check_pod_claims<'d>(claims: ApiField<'d>, errors: &mut Errors<'d>) {
    let mut names = std::collections::HashSet::new();
    for claim in claims.items() {
        let name = claim.get("name");
        match name.text() {
            "" => errors.required(name, ""),
            text if !names.insert(text) => errors.duplicate(name, text),
            text => errors.invalid_for_each(name, text, dns_label(text)),
        }
        let (own, template) = (claim.get("resourceClaimName"), claim.get("resourceClaimTemplateName"));
        let reason = match (own.is_set(), template.is_set()) {
            (true, true) => {
                "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
            }
            (false, false) => "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`",
            _ => "",
        };
        if !reason.is_empty() {
            let json =
                |field: ApiField<'_>| field.opt_text().map_or_else(|| "null".to_owned(), super::error::json);
            let bad = format!(
                "{{\"Name\":{},\"ResourceClaimName\":{},\"ResourceClaimTemplateName\":{}}}",
                super::error::json(name.text()),
                json(own),
                json(template)
            );
            errors.invalid(claim, BadValue::Raw(bad), reason);
        }
        for field in [own, template] {
            if let Some(text) = field.opt_text() {
                errors.invalid_for_each(field, text, dns_subdomain(text));
            }
        }
    }
}

/// Checks the resources of a pod as a whole.
pub fn check_pod<'d>(pod: &PodSpec<'d>, errors: &mut Errors<'d>) {
    let resources = pod.spec.get_since("resources", 34, errors.minor);
    if !resources.is_set() {
        return;
    }
    if pod.spec.get("os").get("name").text() == "windows" {
        errors.forbidden(resources, "may not be set for a windows pod");
        return;
    }
    let claims = resources.get("claims");
    if claims.is_set() {
        errors.forbidden(claims, "claims may not be set for Resources at pod-level");
    }
    check(resources, Owner::PodSpec, errors);
    check_claims(claims, &pod.claims, errors);
    check_sums(pod, resources, errors);
}

/// The containers together must fit into the pod (`validatePodResourceConsistency`).
fn check_sums<'d>(pod: &PodSpec<'d>, resources: ApiField<'d>, errors: &mut Errors<'d>) {
    let (limits, requests) = (resources.get("limits"), resources.get("requests"));
    for (list, name, sums) in
        [(requests, "requests", sums(pod, "requests")), (limits, "limits", sums(pod, "limits"))]
    {
        for (resource, sum) in sums {
            if name == "limits" && !is_huge_page(resource) {
                continue;
            }
            let Some(own) = list.entry(resource).and_then(list_quantity) else { continue };
            if sum.compare(&own) == Ordering::Greater {
                let reason = format!("must be greater than or equal to aggregate container {name} of {sum}");
                errors.invalid(list.key(resource), own.to_string().as_str(), reason);
            }
        }
    }
    for (index, container) in pod.spec.get("containers").items().enumerate() {
        for (resource, field) in container.get("resources").get("limits").entries() {
            let Some((limit, most)) =
                list_quantity(field).zip(limits.entry(resource).and_then(list_quantity))
            else {
                continue;
            };
            if limit.compare(&most) == Ordering::Greater {
                let place =
                    field.with_path(format!("{}.containers[{index}][{resource}].limits", resources.path()));
                let reason = format!("must be less than or equal to pod limits of {most}");
                errors.invalid(place, limit.to_string().as_str(), reason);
            }
        }
    }
}

/// Adds up what the containers have in one of their lists.
fn sums<'d>(pod: &PodSpec<'d>, list: &'static str) -> ResourceList<'d> {
    let of = |container: ApiField<'d>| resource_list(container.get("resources").get(list));
    let is_sidecar = |container: ApiField<'_>| container.get("restartPolicy").text() == "Always";
    let init = pod.spec.get("initContainers").items().map(|it| (is_sidecar(it), of(it)));
    total(pod.spec.get("containers").items().map(of), init)
}
