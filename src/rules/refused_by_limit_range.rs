use crate::diagnostic::meta::{Admission, Category, Meta, Scope as RuleScope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::kubernetes::pod_admission::Pod;
use crate::kubernetes::pod_admission::contradiction::{Contradiction, Kind as Conflict, contradictions};
use crate::kubernetes::pod_admission::created::created;
use crate::kubernetes::pod_admission::limits::{Bound, Breach, Found, LimitRange, Scope};
use crate::kubernetes::verdict::api_field::ApiField;
use crate::neighbours::Neighbour;
use crate::neighbours::kind::Kind;
use crate::rule::fleet::{Draft, Fleet};
use crate::rule::kept_pods::{KeptPods, keep, kept_pods, parsed, root};
use crate::rule::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "refused-by-limit-range",
        summary: "A LimitRange makes the API server reject the pods of the Job",
        category: Category::Resources,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: RuleScope::Fleet,
        since: "0.1.0",
        page: include_str!("../../rules/refused-by-limit-range.md"),
        ..Meta::DEFAULT
    },
    check: Check::Fleet { collect: keep, check },
};

/// So many breaches of a Job are reported.
const MAX_BREACHES: usize = 10;

fn check(fleet: &Fleet) -> Vec<Draft> {
    kept_pods(fleet, &RULE.meta).iter().flat_map(|it| refusals(fleet, it).unwrap_or_default()).collect()
}

fn refusals(fleet: &Fleet, kept: &KeptPods<'_>) -> Option<Vec<Draft>> {
    let neighbours = parsed(fleet.neighbours.around(Kind::LimitRange, kept.home));
    if neighbours.is_empty() {
        return None;
    }
    let template = kept.pods.template();
    let ranges = neighbours.iter().map(|(_, it)| Some(LimitRange::of_spec(ApiField::from(root(it)?))));
    let ranges: Vec<LimitRange<'_>> = ranges.collect::<Option<_>>()?;
    let pod = Pod::of_template(ApiField::from(root(&template)?));
    let with = |ranges: &[LimitRange<'_>]| contradictions(&created(pod, ranges, None, kept.pods.minor)).len();
    let resources = created(pod, &ranges, None, kept.pods.minor);
    let mut found = Vec::new();
    let mut refused = Vec::new();
    for ((neighbour, _), range) in neighbours.iter().zip(&ranges) {
        for breach in range.breaches(&resources) {
            refused.push((breach.container, breach.resource));
            let (why, help) = describe(&breach, neighbour);
            found.push(finding(kept, breach.container, &why, help, neighbour));
        }
    }
    // What contradicts itself in the template is for the verdict on the template.
    let own = contradictions(&created(pod, &[], None, kept.pods.minor));
    for it in contradictions(&resources) {
        let is_own = own.iter().any(|own| own.path == it.path);
        if is_own || refused.contains(&(it.container, it.resource)) {
            continue;
        }
        let culprit =
            ranges.iter().position(|range| with(std::slice::from_ref(range)) > own.len()).unwrap_or(0);
        let neighbour = neighbours[culprit].0;
        let (why, help) = describe_contradiction(&it, neighbour);
        found.push(finding(kept, it.container, &why, help, neighbour));
    }
    found.truncate(MAX_BREACHES);
    Some(found)
}

fn finding(
    kept: &KeptPods<'_>,
    container: Option<&str>,
    why: &str,
    help: String,
    range: &Neighbour,
) -> Draft {
    let mut draft = kept.finding(container, format!("{}: {why}", kept.pods.consequence()));
    draft.finding.help(help).elsewhere(range.related("this LimitRange refuses them"));
    draft
}

/// Says what is there and what is allowed, and what to write.
fn describe(breach: &Breach<'_>, range: &Neighbour) -> (String, String) {
    let Breach { resource, allowed, .. } = breach;
    let (who, scope) = match (breach.scope, breach.container) {
        (Scope::Container, Some(name)) => (format!("container `{name}`"), "a container"),
        _ => ("the pod".to_owned(), "a pod"),
    };
    let range = range.title();
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
                "set {resource} requests and limits of at most {allowed}, or raise `max` in the LimitRange"
            ),
        ),
        (Bound::Min, _) => (
            format!("{found}, and {range} requires at least {allowed} for {scope}"),
            format!(
                "set {resource} requests and limits of at least {allowed}, or lower `min` in the LimitRange"
            ),
        ),
        (Bound::Ratio, Found::Ratio(_)) => (
            format!("{found}, and {range} allows at most {allowed} times the request for {scope}"),
            format!(
                "raise the {resource} request, or lower the limit to at most {allowed} times the request"
            ),
        ),
        (Bound::Ratio, _) => (
            format!("{found}, and {range} requires both, the limit at most {allowed} times the request"),
            format!("set a {resource} request, and a limit of at most {allowed} times that"),
        ),
    }
}

fn describe_contradiction(it: &Contradiction<'_>, range: &Neighbour) -> (String, String) {
    let (range, resource) = (range.title(), it.resource);
    match (&it.kind, it.container) {
        (
            Conflict::RequestAboveLimit(request, limit) | Conflict::RequestIsNotLimit(request, limit),
            Some(name),
        ) => (
            format!(
                "container `{name}` requests {request} of {resource} without a limit, and the default limit of {range} is {limit}"
            ),
            format!("set a {resource} limit of {request}, or request at most {limit}"),
        ),
        _ => (
            format!("with the defaults of {range} the pod is not valid ({it})"),
            "set the requests and limits of all containers, so that no default applies".to_owned(),
        ),
    }
}
