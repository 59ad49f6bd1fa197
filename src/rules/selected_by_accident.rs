use std::collections::HashMap;

use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::place::Place;
use crate::manifest::workload::Object;
use crate::neighbours::Neighbour;
use crate::neighbours::facts::Facts;
use crate::neighbours::kind::Kind;
use crate::neighbours::selector::{Labels, has_all, labels};
use crate::rule::fleet::{Draft, Fact, Fleet, Kept};
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
        page: include_str!("../../rules/selected-by-accident.md"),
        ..Meta::DEFAULT
    },
    check: Check::Fleet { collect, check },
};

fn collect(object: Object<'_>, reporter: &Reporter<'_>, fleet: &mut Fleet) {
    let Some(job) = object.job() else { return };
    let (Some(pod), Some(node)) = (job.pod(), job.template_labels().node()) else { return };
    let labels = labels(job.template_labels());
    if !labels.is_empty() {
        let draft = reporter.draft(Place { path: node.path(), span: node.head() }, "");
        let has_ports = pod.containers().any(|it| it.node.field("ports").is_set());
        fleet.keep(object, draft, Fact::Labels { labels, has_ports });
    }
}

/// Services by the first label that they select.
type Services<'f> = HashMap<(&'f str, &'f str), Vec<(&'f Neighbour, &'f Labels)>>;

/// Among more Services with one label, and for more of them, nobody looks for the accident in one.
const MAX_ALIKE: usize = 20;

fn check(fleet: &Fleet) -> Vec<Draft> {
    let mut services: Services<'_> = HashMap::new();
    for service in fleet.neighbours.of_kind(Kind::Service) {
        let Facts::Service(wanted) = &service.facts else { continue };
        if let Some((key, value)) = wanted.first() {
            services.entry((key, value)).or_default().push((service, wanted));
        }
    }
    services.retain(|_, it| it.len() <= MAX_ALIKE);
    fleet.kept_by(&RULE.meta).flat_map(|it| findings(fleet, it, &services)).collect()
}

fn findings(fleet: &Fleet, kept: &Kept, services: &Services<'_>) -> Vec<Draft> {
    let Fact::Labels { labels, has_ports } = &kept.fact else { return Vec::new() };
    let mut found = Vec::new();
    // A Job with ports may be what the Service is for.
    let wanted =
        labels.iter().filter(|_| !has_ports).filter_map(|(key, value)| services.get(&(&**key, &**value)));
    for &(service, wanted) in wanted.flatten() {
        if has_all(labels, wanted) && fleet.neighbours.shares(&kept.home, service) {
            let pairs: Vec<String> = wanted.iter().map(|(key, value)| format!("{key}={value}")).collect();
            let message = format!(
                "{} sends requests to the pods of the Job, where nothing answers: its selector `{}` selects them, too",
                service.title(),
                pairs.join(",")
            );
            let help = "give these pods other labels, or add to the Service's selector a label that they do \
                not have";
            found.push(draft(kept, message, help, service));
        }
    }
    for budget in fleet.neighbours.around(Kind::PodDisruptionBudget, &kept.home) {
        let Facts::Budget { selector, asks_controllers: true } = &budget.facts else { continue };
        if selector.selects(labels) {
            let message = format!(
                "{} allows no evictions while the Job has a pod, running or finished: it selects the Job's \
                 pods too, and needs a number of replicas, which a Job does not have",
                budget.title()
            );
            let help = "give these pods other labels, or add to the PodDisruptionBudget's selector a label \
                that they do not have";
            found.push(draft(kept, message, help, budget));
        }
    }
    found
}

fn draft(kept: &Kept, message: String, help: &'static str, neighbour: &Neighbour) -> Draft {
    let mut draft = kept.draft.clone();
    draft.finding.message = message.into();
    draft.finding.help(help).elsewhere(neighbour.related("this selects them"));
    draft
}
