use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::kubernetes::pod_admission::security::{Level, Policy, violations};
use crate::manifest::place::Place;
use crate::manifest::workload::Pod;
use crate::neighbours::Neighbour;
use crate::neighbours::facts::Facts;
use crate::neighbours::kind::Kind;
use crate::rule::surroundings::{Surroundings, admitted, consequence};
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases::list;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "refused-by-pod-security",
        summary: "The pods of the Job violate the Pod Security Standard of the namespace",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Neighbours { concerns, check },
};

/// So many violations stand in a message.
const MAX_REASONS: usize = 6;

fn concerns(around: &Surroundings<'_>) -> bool {
    enforcing(around).is_some()
}

/// Returns the namespace of the Job, if it enforces a standard, with the labels that say which.
fn enforcing<'n>(around: &Surroundings<'n>) -> Option<(&'n Neighbour, &'n str, Option<&'n str>)> {
    let [namespace] = around.around(Kind::Namespace)[..] else { return None };
    let Facts::PodSecurity { enforce, version } = &namespace.facts else { return None };
    Some((namespace, enforce.as_deref()?, version.as_deref()))
}

fn check(pod: Pod<'_>, around: &Surroundings<'_>, reporter: &mut Reporter<'_>) {
    let minor = reporter.kubernetes_version().minor;
    let (Some((namespace, label, version)), Some(created)) = (enforcing(around), admitted(pod)) else {
        return;
    };
    let policy = Policy::from_labels(Some(label), version, minor);
    if policy.level == Level::Privileged {
        return;
    }
    let found = violations(created, policy);
    if found.is_empty() {
        return;
    }
    let mut reasons: Vec<String> = found.iter().take(MAX_REASONS).map(|it| it.reason.to_owned()).collect();
    if found.len() > reasons.len() {
        reasons.push(format!("{} more", found.len() - reasons.len()));
    }
    let details = found.iter().take(MAX_REASONS).map(|it| it.detail.as_str()).filter(|it| !it.is_empty());
    let details = details.collect::<Vec<_>>().join("; ");
    let standard = if policy.level == Level::Restricted { "restricted" } else { "baseline" };
    let message = format!(
        "{}: the namespace `{}` enforces the `{standard}` Pod Security Standard, which the pods violate \
            ({})",
        consequence(pod.job),
        namespace.name,
        list(&reasons)
    );
    let help = format!(
        "change what violates the standard in the pod template: {details}; or move the {} to a namespace with a less strict standard",
        pod.job.object.kind_name()
    );
    let place = Place { path: pod.spec.path(), span: pod.spec.head() };
    let enforces = namespace.related(format!("`enforce: {label}`"));
    reporter.report(place, message).help(help).elsewhere(enforces);
}
