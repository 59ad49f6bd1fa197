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
    // What is in total is what its only container has.
    let only = match &resources.containers[..] {
        [only] if resources.init_containers.is_empty() => Some(only.name),
        _ => None,
    };
    let (mut found, mut refused) = (Vec::new(), Vec::new());
    for (neighbour, range) in neighbours.iter().zip(&ranges) {
        for breach in range.breaches(&resources) {
            refused.push((breach.container, breach.resource));
            found.push((breach.container.or(only), reasons::breach(&breach, neighbour), neighbour));
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
    found.truncate(MAX_BREACHES);
    while let Some((container, (why, help), neighbour)) = found.first().cloned() {
        let (same, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|it| it.0 == container);
        found = others;
        let place = places.of_container(container);
        let finding = reporter.report(place.clone(), format!("{}: {why}", consequence(pod.job)));
        let mut helps = vec![help];
        let mut ranges = vec![neighbour];
        // One edit of the resources ends all of them.
        for (_, (why, help), neighbour) in same.into_iter().skip(1) {
            finding.related(place.clone(), why);
            helps.extend((!helps.contains(&help)).then_some(help));
            ranges.extend((!ranges.iter().any(|it| std::ptr::eq(*it, neighbour))).then_some(neighbour));
        }
        finding.help(helps.join("; "));
        for it in ranges {
            finding.elsewhere(it.related("this LimitRange does not allow these pods"));
        }
    }
}
