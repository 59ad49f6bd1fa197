//! Why a LimitRange refuses pods, and what to write instead.

use crate::kubernetes::pod_admission::contradiction::{Contradiction, Kind as Conflict};
use crate::kubernetes::pod_admission::limits::{Bound, Breach, Found, Scope};
use crate::neighbours::Neighbour;

/// Says what is there and what is allowed, and what to write.
pub(super) fn breach(breach: &Breach<'_>, range: &Neighbour) -> (String, String) {
    let Breach { resource, allowed, .. } = breach;
    let (who, scope) = match (breach.scope, breach.container) {
        (Scope::Container, Some(name)) => (format!("the container `{name}`"), "a container"),
        _ => ("the pod".to_owned(), "a pod"),
    };
    // A pod's limits are for the sum of its containers.
    let total = if breach.container.is_some() { "" } else { " in total" };
    let range = format!("the {}", range.title());
    let found = match &breach.found {
        Found::NoRequest => format!("{who} has no {resource} request"),
        Found::NoLimit => format!("{who} has no {resource} limit"),
        Found::Request(amount) => format!("{who} requests {amount} of {resource}"),
        Found::Limit(amount) => format!("the {resource} limit of {who} is {amount}"),
        Found::Ratio(ratio) => format!("the {resource} limit of {who} is {ratio:.1} times its request"),
    };
    match (breach.bound, &breach.found) {
        (Bound::Max, Found::NoLimit) => (
            format!("{found}, and {range} requires one of at most {allowed}"),
            format!("set a {resource} limit of at most {allowed}"),
        ),
        (Bound::Max, _) => (
            format!("{found}, and {range} allows at most {allowed} for {scope}"),
            format!(
                "set {resource} requests and limits of at most {allowed}{total}, or raise `max` in the LimitRange"
            ),
        ),
        (Bound::Min, _) => (
            format!("{found}, and {range} requires at least {allowed} for {scope}"),
            format!(
                "set {resource} requests and limits of at least {allowed}{total}, or lower `min` in the LimitRange"
            ),
        ),
        (Bound::Ratio, Found::Ratio(_)) => (
            format!("{found}, and {range} allows at most {allowed} times the request for {scope}"),
            format!(
                "raise the {resource} request, or lower the limit to at most {allowed} times the request"
            ),
        ),
        (Bound::Ratio, Found::NoLimit) => (
            format!("{found}, and {range} requires one of at most {allowed} times the request"),
            format!("set a {resource} limit of at most {allowed} times the request"),
        ),
        (Bound::Ratio, _) => (
            format!(
                "{found}, and {range} requires a request and a limit of at most {allowed} times that request"
            ),
            format!("set a {resource} request, and a limit of at most {allowed} times that"),
        ),
    }
}

/// Says what contradicts itself with the defaults of a LimitRange, and what to write.
pub(super) fn contradiction(it: &Contradiction<'_>, range: &Neighbour) -> (String, String) {
    let (range, resource) = (format!("the {}", range.title()), it.resource);
    match (&it.kind, it.container) {
        (
            Conflict::RequestAboveLimit(request, limit) | Conflict::RequestIsNotLimit(request, limit),
            Some(name),
        ) => (
            format!(
                "the container `{name}` requests {request} of {resource} without a limit, and the default limit of {range} is {limit}"
            ),
            format!("set a {resource} limit of {request}, or request at most {limit}"),
        ),
        _ => (
            format!("with the defaults of {range} the pod is not valid ({it})"),
            "set the requests and limits of all containers, so that no default applies".to_owned(),
        ),
    }
}
