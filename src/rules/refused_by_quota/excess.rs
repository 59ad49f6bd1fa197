//! What does not fit into a quota.

use crate::diagnostic::severity::Severity;
use crate::kubernetes::pod_admission::quota::Excess;
use crate::manifest::workload::Pod;
use crate::neighbours::Neighbour;
use crate::rule::Reporter;
use crate::rule::surroundings::{PodPlaces, consequence};

/// Reports what does not fit into a quota, even if nothing else is in the namespace.
pub(super) fn report(
    pod: Pod<'_>,
    excesses: &[Excess],
    quota: &Neighbour,
    places: &PodPlaces<'_>,
    reporter: &mut Reporter<'_>,
) {
    let (title, at_once) = (format!("the {}", quota.title()), pod.job.pods_at_once());
    let Some(first) = excesses.first() else { return };
    let Excess { resource, requested, hard, pods: fitting } = first;
    let takes = match resource.split_once('.') {
        Some(("limits", resource)) => format!("has limits of {requested} of {resource}"),
        Some(("requests", resource)) => format!("requests {requested} of {resource}"),
        _ if resource.ends_with("pods") => "counts as 1".to_owned(),
        _ => format!("requests {requested} of {resource}"),
    };
    // Finished pods count until the Job is deleted.
    let wanted = pod.job.completions().integer();
    let all = excesses.iter().find(|it| it.resource == "count/pods").filter(|it| it.pods > 0);
    let stops = all.filter(|it| wanted.is_some_and(|wanted| i128::from(wanted) > it.pods));
    let has_place = *fitting > 0;
    let (message, help) = if !has_place {
        (
            format!(
                "{}: a pod {takes}, and {title} allows {hard} (`{resource}`) in the whole namespace",
                consequence(pod.job)
            ),
            if resource.ends_with("pods") {
                format!("raise `{resource}` in the quota")
            } else {
                format!(
                    "lower the total `{resource}` of the containers to at most {hard}, or raise it in the quota"
                )
            },
        )
    } else if let Some(all) = stops {
        let wanted = wanted.unwrap_or_default();
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
    } else if *fitting < i128::from(at_once) {
        (
            format!(
                "at most {fitting} of the {at_once} parallel pods run at a time: each {takes}, and {title} allows {hard} \
                 (`{resource}`) in the whole namespace"
            ),
            format!("set `parallelism` to at most {fitting}, or raise `{resource}` in the quota"),
        )
    } else {
        return;
    };
    let place = places.of_container(None);
    let finding = if has_place && stops.is_none() {
        reporter.report_as(Severity::Info, place, message)
    } else {
        reporter.report(place, message)
    };
    finding.help(help).elsewhere(quota.related(format!("`{resource}: {hard}`")));
}
