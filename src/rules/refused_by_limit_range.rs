mod reasons;

use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::kubernetes::pod_admission::contradiction::contradictions;
use crate::kubernetes::pod_admission::created::created;
use crate::kubernetes::pod_admission::limits::LimitRange;
use crate::manifest::workload::Pod;
use crate::neighbours::kind::Kind;
use crate::rule::surroundings::{PodPlaces, Surroundings, admitted, consequence};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "refused-by-limit-range",
        summary: "A LimitRange makes the API server reject the pods of the Job",
        category: Category::Resources,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
        page: include_str!("../../rules/refused-by-limit-range.md"),
        ..Meta::DEFAULT
    },
    check: Check::Neighbours { concerns, check },
};

/// So many breaches of a Job are reported.
const MAX_BREACHES: usize = 10;

fn concerns(around: &Surroundings<'_>) -> bool {
    !around.around(Kind::LimitRange).is_empty()
}

fn check(pod: Pod<'_>, around: &Surroundings<'_>, reporter: &mut Reporter<'_>) {
    let Some(template) = admitted(pod) else { return };
    let (neighbours, ranges): (Vec<_>, Vec<_>) = around.limit_ranges().into_iter().unzip();
    let minor = reporter.kubernetes_version().minor;
    let with = |ranges: &[LimitRange<'_>]| contradictions(&created(template, ranges, None, minor)).len();
    let resources = created(template, &ranges, None, minor);
    let (mut found, mut refused) = (Vec::new(), Vec::new());
    for (neighbour, range) in neighbours.iter().zip(&ranges) {
        for breach in range.breaches(&resources) {
            refused.push((breach.container, breach.resource));
            found.push((breach.container, reasons::breach(&breach, neighbour), neighbour));
        }
    }
    // What contradicts itself in the template is for the verdict on the template.
    let own = contradictions(&created(template, &[], None, minor));
    for it in contradictions(&resources) {
        let is_own = own.iter().any(|own| own.path == it.path);
        if is_own || refused.contains(&(it.container, it.resource)) {
            continue;
        }
        let culprit =
            ranges.iter().position(|range| with(std::slice::from_ref(range)) > own.len()).unwrap_or(0);
        let neighbour = &neighbours[culprit];
        found.push((it.container, reasons::contradiction(&it, neighbour), neighbour));
    }
    let places = PodPlaces::of(pod);
    for (container, (why, help), neighbour) in found.into_iter().take(MAX_BREACHES) {
        let message = format!("{}: {why}", consequence(pod.job));
        let refuses = neighbour.related("this LimitRange does not allow these pods");
        reporter.report(places.of_container(container), message).help(help).elsewhere(refuses);
    }
}
