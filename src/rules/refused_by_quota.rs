mod excess;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::kubernetes::pod_admission::quota::{Quota, usage};
use crate::manifest::workload::Pod;
use crate::neighbours::Neighbour;
use crate::neighbours::kind::Kind;
use crate::rule::surroundings::{PodPlaces, Surroundings, admitted, consequence, resources};
use crate::rule::{Check, Reporter, Rule};
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
        ..Meta::DEFAULT
    },
    check: Check::Neighbours { concerns, check },
};

fn concerns(around: &Surroundings<'_>) -> bool {
    !around.around(Kind::ResourceQuota).is_empty()
}

fn check(pod: Pod<'_>, around: &Surroundings<'_>, reporter: &mut Reporter<'_>) {
    let Some(template) = admitted(pod) else { return };
    let minor = reporter.kubernetes_version().minor;
    let resources = resources(template, around.neighbours, &around.home, minor);
    let (usage, places) = (usage(&resources), PodPlaces::of(pod));
    for (neighbour, spec) in around.specifications(Kind::ResourceQuota) {
        let quota = Quota::of_spec(spec);
        if !quota.counts(template, &resources, minor) {
            continue;
        }
        let unstated = quota.unstated(&resources);
        if unstated.is_empty() {
            excess::report(pod, &quota.excesses(&usage), neighbour, &places, reporter);
        } else {
            let unless =
                if around.limit_ranges().is_empty() { "unless a LimitRange sets a default, " } else { "" };
            let consequence = format!("{unless}{}", consequence(pod.job));
            demand(&unstated, &consequence, neighbour, &places, reporter);
        }
    }
}

/// Reports the containers that do not state what a quota counts, each once.
fn demand(
    unstated: &BTreeMap<&str, BTreeSet<&str>>,
    consequence: &str,
    quota: &Neighbour,
    places: &PodPlaces<'_>,
    reporter: &mut Reporter<'_>,
) {
    let mut lacks: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (name, containers) in unstated {
        let field = match name.strip_prefix("limits.") {
            Some(resource) => format!("`limits.{resource}`"),
            None => format!("`requests.{}`", name.trim_start_matches("requests.")),
        };
        containers.iter().for_each(|container| _ = lacks.entry(container).or_default().insert(field.clone()));
    }
    for (container, fields) in lacks {
        let fields = list(&fields.into_iter().collect::<Vec<_>>());
        let message = format!(
            "{consequence}: the {} requires every container to set {fields}, and `{container}` does not",
            quota.title(),
        );
        let help = format!("set {fields} in the `resources` of `{container}`");
        let counts = quota.related("this quota counts them");
        reporter.report(places.of_container(Some(container)), message).help(help).elsewhere(counts);
    }
}
