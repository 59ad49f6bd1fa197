use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::hook::{self, Tool};
use crate::manifest::place::Place;
use crate::manifest::workload::Pod;
use crate::neighbours::Neighbour;
use crate::neighbours::facts::Facts;
use crate::neighbours::kind::Kind;
use crate::neighbours::selector::{Labels, has_all};
use crate::rule::surroundings::Surroundings;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "selected-by-accident",
        summary: "A Service or PodDisruptionBudget for other pods also selects the Job's pods",
        category: Category::Metadata,
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
    !services(around).is_empty() || !budgets(around).is_empty()
}

/// Services with one selector, which select the pods of the Job and those of a workload.
struct Selecting<'n> {
    services: Vec<&'n Neighbour>,
    selector: &'n Labels,
    workload: &'n Neighbour,
}

/// Returns the Services that select the pods of the Job. One that selects no others is meant for it.
fn services<'n>(around: &Surroundings<'n>) -> Vec<Selecting<'n>> {
    let labels = &around.facts.labels;
    let mut found: Vec<Selecting<'n>> = Vec::new();
    for service in labels.iter().flat_map(|it| around.neighbours.services(it)) {
        let Facts::Service(selector) = &service.facts else { continue };
        // Each release labels its pods with its own name, so that a Service of another chart does not select them.
        let may_be_of_release = service.delivery.may_share(&around.facts.delivery);
        if !may_be_of_release
            || !has_all(labels, selector)
            || !around.neighbours.shares(&around.home, service)
        {
            continue;
        }
        if let Some(same) = found.iter_mut().find(|it| it.selector == selector) {
            same.services.push(service);
        } else if let Some(workload) = around.neighbours.workload_with(selector, &around.home) {
            found.push(Selecting { services: vec![service], selector, workload });
        }
    }
    found
}

/// Returns the PodDisruptionBudgets that select the pods of the Job, and ask their controllers.
fn budgets<'n>(around: &Surroundings<'n>) -> Vec<&'n Neighbour> {
    let labels = &around.facts.labels;
    if labels.is_empty() {
        return Vec::new();
    }
    let mut found = around.around(Kind::PodDisruptionBudget);
    let selects = |it: &Facts| matches!(it, Facts::Budget { selector, asks_controllers: true } if selector.selects(labels));
    found.retain(|it| selects(&it.facts) && it.delivery.may_share(&around.facts.delivery));
    found
}

fn check(pod: Pod<'_>, around: &Surroundings<'_>, reporter: &mut Reporter<'_>) {
    let Some(labels) = pod.job.template_labels().node() else { return };
    // Nobody sends requests to a release while Helm uninstalls it.
    let hooks = hook::hooks_of(pod.job.object.node, Tool::Helm);
    if !hooks.is_empty() && hooks.iter().all(|it| it.ends_with("-delete")) {
        return;
    }
    let place = Place { path: labels.path(), span: labels.head() };
    // A Job with ports may be what the Service is for.
    let has_ports = pod.containers().any(|it| it.node.field("ports").is_set());
    for Selecting { services, selector, workload } in services(around).into_iter().filter(|_| !has_ports) {
        let pairs: Vec<String> = selector.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let message = format!(
            "the {} sends a share of its requests to the pods of the Job, which declare no ports: its selector `{}` selects them too",
            services[0].title(),
            pairs.join(","),
        );
        let help = format!(
            "give these pods other labels; or give the pods of the {} a label that no others have, and add it to the Service's selector",
            workload.title()
        );
        let finding = reporter.report(place.clone(), message).help(help);
        services.iter().for_each(|it| _ = finding.elsewhere(it.related(SELECTS)));
        finding.elsewhere(workload.related("this has the pods that the Service is for"));
    }
    for budget in budgets(around) {
        let message = format!(
            "the {} allows no evictions while the Job has a pod, running or finished: it selects the Job's \
             pods too, and needs a number of replicas, which a Job does not have",
            budget.title()
        );
        let help = "give these pods other labels; or give the pods that the PodDisruptionBudget is meant for a label that no \
                    others have, and add it to its selector";
        reporter.report(place.clone(), message).help(help).elsewhere(budget.related(SELECTS));
    }
}

/// What a neighbour has to do with the finding.
const SELECTS: &str = "this selects the pods of the Job";
