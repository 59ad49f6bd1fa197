//! LimitRange: what it fills in, and what it refuses (`plugin/pkg/admission/limitranger/admission.go`).

use std::fmt;

use super::resources::{Container, PodResources};
use crate::kubernetes::verdict::api_field::ApiField;
use crate::kubernetes::verdict::resource_list::{ResourceList, resource_list};
use crate::value::quantity::Quantity;

/// More than this overflows in thousandths (`MaxMilliValue`).
const MAX_MILLI: i64 = i64::MAX / 1000;

/// The `spec` of a LimitRange.
#[derive(Clone)]
pub struct LimitRange<'d> {
    items: Vec<Item<'d>>,
}

/// What an item limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Each container.
    Container,
    /// The pod in all.
    Pod,
}

#[derive(Clone)]
struct Item<'d> {
    scope: Scope,
    min: ResourceList<'d>,
    max: ResourceList<'d>,
    default: ResourceList<'d>,
    default_request: ResourceList<'d>,
    ratio: ResourceList<'d>,
}

/// What a pod breaks.
#[derive(Clone)]
pub struct Breach<'d> {
    /// What is limited.
    pub scope: Scope,
    /// The container, for those limits.
    pub container: Option<&'d str>,
    /// The resource.
    pub resource: &'d str,
    /// Which limit it is.
    pub bound: Bound,
    /// The limit.
    pub allowed: Quantity,
    /// What is there instead.
    pub found: Found,
}

/// A kind of limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// `min`
    Min,
    /// `max`
    Max,
    /// `maxLimitRequestRatio`
    Ratio,
}

/// What breaks a limit.
#[derive(Clone)]
pub enum Found {
    /// No request; none but 0 for a ratio.
    NoRequest,
    /// No limit; none but 0 for a ratio.
    NoLimit,
    /// A request.
    Request(Quantity),
    /// A limit.
    Limit(Quantity),
    /// How many times the request the limit is.
    Ratio(f64),
}

impl<'d> LimitRange<'d> {
    /// Reads the `spec` of a LimitRange, with what servers fill in (`SetDefaults_LimitRangeItem`). Items for claims are left
    /// out.
    pub fn of_spec(spec: ApiField<'d>) -> Self {
        let item = |field: ApiField<'d>| {
            let scope = match field.get("type").text() {
                "Container" => Scope::Container,
                "Pod" => Scope::Pod,
                _ => return None,
            };
            let list = |name| resource_list(field.get(name));
            let mut item = Item {
                scope,
                min: list("min"),
                max: list("max"),
                default: list("default"),
                default_request: list("defaultRequest"),
                ratio: list("maxLimitRequestRatio"),
            };
            fill_in(&mut item.default, &item.max);
            fill_in(&mut item.default_request, &item.default);
            fill_in(&mut item.default_request, &item.min);
            Some(item)
        };
        LimitRange { items: spec.get("limits").items().filter_map(item).collect() }
    }

    /// Fills in the requests and limits that containers do not have (`PodMutateLimitFunc`).
    pub fn fill_in(&self, pod: &mut PodResources<'d>) {
        let (mut limits, mut requests) = (ResourceList::new(), ResourceList::new());
        for item in self.items.iter().filter(|item| item.scope == Scope::Container) {
            limits.extend(item.default.clone());
            requests.extend(item.default_request.clone());
        }
        for container in pod.containers.iter_mut().chain(&mut pod.init_containers) {
            fill_in(&mut container.resources.limits, &limits);
            fill_in(&mut container.resources.requests, &requests);
        }
    }

    /// Returns what a pod breaks that is filled in already (`PodValidateLimitFunc`).
    pub fn breaches(&self, pod: &PodResources<'d>) -> Vec<Breach<'d>> {
        let mut found = Vec::new();
        for item in &self.items {
            match item.scope {
                Scope::Container => pod.containers.iter().chain(&pod.init_containers).for_each(
                    |Container { name, resources, .. }| {
                        item.check(Some(name), &resources.requests, &resources.limits, &mut found);
                    },
                ),
                Scope::Pod => {
                    let (mut requests, mut limits) =
                        (pod.total(|it| &it.requests), pod.total(|it| &it.limits));
                    if let Some(own) = &pod.pod {
                        replace(&mut requests, &own.requests);
                        replace(&mut limits, &own.limits);
                    }
                    item.check(None, &requests, &limits, &mut found);
                }
            }
        }
        found
    }
}

fn fill_in<'d>(list: &mut ResourceList<'d>, defaults: &ResourceList<'d>) {
    for (&name, quantity) in defaults {
        list.entry(name).or_insert_with(|| quantity.clone());
    }
}

/// What the pod as a whole has goes before the sum; other than for quotas not of huge pages.
fn replace<'d>(sums: &mut ResourceList<'d>, own: &ResourceList<'d>) {
    let replaced = own.iter().filter(|(name, _)| matches!(**name, "cpu" | "memory"));
    sums.extend(replaced.map(|(&name, quantity)| (name, quantity.clone())));
}

/// Returns numbers that compare as Kubernetes compares quantities: in thousandths, unless one of them is too large
/// (`requestLimitEnforcedValues`).
fn comparable(quantities: [&Quantity; 3]) -> [i64; 3] {
    let whole = quantities.map(Quantity::value);
    if whole.iter().all(|it| *it <= MAX_MILLI) { quantities.map(Quantity::milli_value) } else { whole }
}

impl<'d> Item<'d> {
    fn check(
        &self,
        container: Option<&'d str>,
        requests: &ResourceList<'d>,
        limits: &ResourceList<'d>,
        found: &mut Vec<Breach<'d>>,
    ) {
        type Check = fn(Option<&Quantity>, Option<&Quantity>, &Quantity) -> Option<Found>;
        let checks: [(Bound, &ResourceList<'d>, Check); 3] = [
            (Bound::Min, &self.min, below),
            (Bound::Max, &self.max, above),
            (Bound::Ratio, &self.ratio, beyond_ratio),
        ];
        for (bound, list, check) in checks {
            for (&resource, allowed) in list {
                if let Some(problem) = check(requests.get(resource), limits.get(resource), allowed) {
                    found.push(Breach {
                        scope: self.scope,
                        container,
                        resource,
                        bound,
                        allowed: allowed.clone(),
                        found: problem,
                    });
                }
            }
        }
    }
}

/// Checks a minimum (`minConstraint`).
fn below(request: Option<&Quantity>, limit: Option<&Quantity>, allowed: &Quantity) -> Option<Found> {
    let Some(request) = request else { return Some(Found::NoRequest) };
    let [asked, most, min] = comparable([request, limit.unwrap_or(&Quantity::ZERO), allowed]);
    match limit {
        _ if asked < min => Some(Found::Request(request.clone())),
        Some(limit) if most < min => Some(Found::Limit(limit.clone())),
        _ => None,
    }
}

/// Checks a maximum (`maxConstraint`).
fn above(request: Option<&Quantity>, limit: Option<&Quantity>, allowed: &Quantity) -> Option<Found> {
    let Some(limit) = limit else { return Some(Found::NoLimit) };
    let [asked, most, max] = comparable([request.unwrap_or(&Quantity::ZERO), limit, allowed]);
    match request {
        _ if most > max => Some(Found::Limit(limit.clone())),
        Some(request) if asked > max => Some(Found::Request(request.clone())),
        _ => None,
    }
}

/// Checks a ratio (`limitRequestRatioConstraint`).
fn beyond_ratio(request: Option<&Quantity>, limit: Option<&Quantity>, allowed: &Quantity) -> Option<Found> {
    let zero = &Quantity::ZERO;
    let [asked, most, _] = comparable([request.unwrap_or(zero), limit.unwrap_or(zero), allowed]);
    if asked == 0 {
        return Some(Found::NoRequest);
    }
    if most == 0 {
        return Some(Found::NoLimit);
    }
    let ratio = most as f64 / asked as f64;
    let is_beyond = if allowed.value() <= MAX_MILLI {
        ratio * 1000.0 > allowed.milli_value() as f64
    } else {
        ratio > allowed.value() as f64
    };
    is_beyond.then_some(Found::Ratio(ratio))
}

impl fmt::Display for Breach<'_> {
    /// Writes the breach as the API server does.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Breach { resource, allowed, found, .. } = self;
        let scope = match self.scope {
            Scope::Container => "Container",
            Scope::Pod => "Pod",
        };
        let word = match self.bound {
            Bound::Min => "minimum",
            Bound::Max => "maximum",
            Bound::Ratio => {
                write!(formatter, "{resource} max limit to request ratio per {scope} is {allowed}, but ")?;
                return match found {
                    Found::NoLimit | Found::Limit(_) => {
                        formatter.write_str("no limit is specified or limit is 0")
                    }
                    Found::Ratio(ratio) => write!(formatter, "provided ratio is {ratio:.6}"),
                    _ => formatter.write_str("no request is specified or request is 0"),
                };
            }
        };
        write!(formatter, "{word} {resource} usage per {scope} is {allowed}")?;
        match found {
            Found::NoRequest => formatter.write_str(".  No request is specified"),
            Found::NoLimit => formatter.write_str(".  No limit is specified"),
            Found::Request(request) => write!(formatter, ", but request is {request}"),
            Found::Limit(limit) => write!(formatter, ", but limit is {limit}"),
            Found::Ratio(_) => Ok(()),
        }
    }
}
