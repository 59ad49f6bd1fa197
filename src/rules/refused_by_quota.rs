use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::kubernetes::pod_admission::Pod;
use crate::kubernetes::pod_admission::created::created;
use crate::kubernetes::pod_admission::limits::LimitRange;
use crate::kubernetes::pod_admission::quota::{Excess, Quota, usage};
use crate::kubernetes::verdict::api_field::ApiField;
use crate::neighbours::Neighbour;
use crate::neighbours::kind::Kind;
use crate::rule::fleet::{Draft, Fleet};
use crate::rule::kept_pods::{KeptPods, keep, kept_pods, parsed, root};
use crate::rule::{Check, Rule};
use crate::text::phrases::list;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "refused-by-quota",
        summary: "A ResourceQuota does not allow the pods of the Job",
        category: Category::Resources,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
        page: include_str!("../../rules/refused-by-quota.md"),
        ..Meta::DEFAULT
    },
    check: Check::Fleet { collect: keep, check },
};

fn check(fleet: &Fleet) -> Vec<Draft> {
    kept_pods(fleet, &RULE.meta).iter().flat_map(|it| refusals(fleet, it).unwrap_or_default()).collect()
}

fn refusals(fleet: &Fleet, kept: &KeptPods<'_>) -> Option<Vec<Draft>> {
    let neighbours = &fleet.neighbours;
    let quotas = parsed(neighbours.around(Kind::ResourceQuota, kept.home));
    if quotas.is_empty() {
        return None;
    }
    let template = kept.pods.template();
    let pod = Pod::of_template(ApiField::from(root(&template)?));
    let ranges = parsed(neighbours.around(Kind::LimitRange, kept.home));
    let ranges: Vec<_> =
        ranges.iter().filter_map(|(_, it)| Some(LimitRange::of_spec(ApiField::from(root(it)?)))).collect();
    let class = pod.spec.get("runtimeClassName").text();
    let class = parsed(neighbours.named(Kind::RuntimeClass, class, kept.home));
    let overhead = class.first().and_then(|(_, it)| root(it)).map(ApiField::from);
    let resources = created(pod, &ranges, overhead, kept.pods.minor);
    let usage = usage(&resources);
    let mut found = Vec::new();
    for (neighbour, stream) in &quotas {
        let Some(spec) = root(stream) else { continue };
        let quota = Quota::of_spec(ApiField::from(spec));
        if !quota.counts(pod, &resources, kept.pods.minor) {
            continue;
        }
        let unstated = quota.unstated(&resources);
        if unstated.is_empty() {
            found.extend(excess(kept, &quota.excesses(&usage), neighbour));
        } else {
            let unless = if ranges.is_empty() { ", unless a LimitRange sets a default" } else { "" };
            found.extend(demands(kept, &unstated, neighbour, unless));
        }
    }
    Some(found)
}

/// Reports the containers that do not state what a quota counts, each once.
fn demands(
    kept: &KeptPods<'_>,
    unstated: &BTreeMap<&str, BTreeSet<&str>>,
    quota: &Neighbour,
    unless: &str,
) -> Vec<Draft> {
    let mut lacks: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (name, containers) in unstated {
        let field = match name.strip_prefix("limits.") {
            Some(resource) => format!("`limits.{resource}`"),
            None => format!("`requests.{}`", name.trim_start_matches("requests.")),
        };
        containers.iter().for_each(|container| _ = lacks.entry(container).or_default().insert(field.clone()));
    }
    let report = |(container, fields): (&str, BTreeSet<String>)| {
        let fields = list(&fields.into_iter().collect::<Vec<_>>());
        let message = format!(
            "{}{unless}: {} requires every container to set {fields}, and `{container}` does not",
            kept.pods.consequence(),
            quota.title(),
        );
        let mut draft = kept.finding(Some(container), message);
        let help = format!("set {fields} in the `resources` of `{container}`");
        draft.finding.help(help).elsewhere(quota.related("this quota counts them"));
        draft
    };
    lacks.into_iter().map(report).collect()
}

/// Reports what does not fit into a quota, even if nothing else is in the namespace.
fn excess(kept: &KeptPods<'_>, excesses: &[Excess], quota: &Neighbour) -> Option<Draft> {
    let (pods, title) = (kept.pods, quota.title());
    let first = excesses.first()?;
    let Excess { resource, requested, hard, pods: fitting } = first;
    let takes = match resource.split_once('.') {
        Some(("limits", resource)) => format!("has limits of {requested} of {resource}"),
        Some(("requests", resource)) => format!("requests {requested} of {resource}"),
        _ if resource.ends_with("pods") => "counts as 1".to_owned(),
        _ => format!("requests {requested} of {resource}"),
    };
    // Finished pods count until the Job is deleted.
    let all = excesses.iter().find(|it| it.resource == "count/pods").filter(|it| it.pods > 0);
    let stops = all.filter(|it| pods.completions.is_some_and(|wanted| i128::from(wanted) > it.pods));
    let has_place = *fitting > 0;
    let (message, help) = if !has_place {
        (
            format!(
                "{}: a pod {takes}, and {title} allows {hard} (`{resource}`) in the whole namespace",
                pods.consequence()
            ),
            if resource.ends_with("pods") {
                format!("raise `{resource}` in the quota")
            } else {
                format!(
                    "lower the total of the containers to at most {hard}, or raise `{resource}` in the quota"
                )
            },
        )
    } else if let Some(all) = stops {
        let wanted = pods.completions.unwrap_or_default();
        (
            format!(
                "the Job stops after {} of {wanted} pods: `count/pods` of {title} counts finished pods too, and allows {}",
                all.pods, all.hard
            ),
            format!(
                "limit `pods` in the quota instead, which counts only unfinished pods, or lower \
                 `completions` to at most {}",
                all.pods
            ),
        )
    } else if *fitting < i128::from(pods.at_once) {
        (
            format!(
                "at most {fitting} of the {} parallel pods run at a time: each {takes}, and {title} allows {hard} (`{resource}`) \
                 in the whole namespace",
                pods.at_once
            ),
            format!("set `parallelism` to at most {fitting}, or raise `{resource}` in the quota"),
        )
    } else {
        return None;
    };
    let mut draft = kept.finding(None, message);
    if has_place && stops.is_none() {
        draft.finding.severity = kept.mild()?;
    }
    draft.finding.help(help).elsewhere(quota.related(format!("`{resource}: {hard}`")));
    Some(draft)
}
