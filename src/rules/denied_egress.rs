use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::network_use::network_use;
use crate::manifest::place::Place;
use crate::manifest::workload::Pod;
use crate::neighbours::Neighbour;
use crate::neighbours::kind::Kind;
use crate::neighbours::network_policy::Egress;
use crate::rule::surroundings::Surroundings;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "denied-egress",
        summary: "NetworkPolicies deny the pods' connections",
        category: Category::Failure,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Neighbours { concerns, check },
};

/// What the pods of a Job are denied.
struct Denial<'n> {
    /// A policy that selects the pods and allows too little.
    policy: &'n Neighbour,
    /// What all policies that select the pods allow together.
    allowed: Egress,
    /// Whether a list has all policies of the namespace.
    is_certain: bool,
}

fn concerns(around: &Surroundings<'_>) -> bool {
    denial(around).is_some()
}

fn denial<'n>(around: &Surroundings<'n>) -> Option<Denial<'n>> {
    let (neighbours, labels) = (around.neighbours, &around.facts.labels);
    let policies = neighbours.egress_policies(&around.home)?;
    // Who selects the pods of one Job by its name has not forgotten it.
    if policies.iter().any(|(_, policy, _)| policy.may_ask_for_job(&around.facts.name)) {
        return None;
    }
    let selecting = || policies.iter().filter(|(_, policy, _)| policy.selects(labels));
    let allowed = selecting().fold(Egress::default(), |all, (_, policy, _)| all.or(policy.allows));
    let strictness = |egress: Egress| (egress.others, egress.names);
    let near = selecting().filter(|(.., is_near)| *is_near);
    let (policy, ..) = *near.min_by_key(|(_, policy, _)| strictness(policy.allows))?;
    let is_certain = neighbours.whole(Kind::NetworkPolicy, &around.home).is_some();
    // Where other pods of the namespace get their connections, those of the Job would get theirs.
    let allows_others = || policies.iter().any(|(_, policy, is_near)| *is_near && policy.allows.others);
    let is_denied = match allowed {
        Egress { names: true, others: true } => false,
        Egress { others: true, .. } => is_certain,
        _ => is_certain || allows_others(),
    };
    is_denied.then_some(Denial { policy, allowed, is_certain })
}

fn check(pod: Pod<'_>, around: &Surroundings<'_>, reporter: &mut Reporter<'_>) {
    let Some(Denial { policy, allowed, is_certain }) = denial(around) else { return };
    let mut users = pod.containers().filter_map(|it| Some((it, network_use(it)?)));
    let user = users.next();
    // A policy does not hold for pods in the network of their node.
    if pod.host_network().boolean() == Some(true) || !is_certain && user.is_none() {
        return;
    }
    let (what, denied, needed) = match allowed {
        Egress { others: true, .. } => (
            "the pods cannot reach a DNS server, so they cannot resolve any host name",
            "port 53",
            "port 53 for DNS",
        ),
        Egress { names: true, .. } => (
            "no connection from the pods gets through, except to DNS servers",
            "anything else",
            "what they connect to",
        ),
        _ => (
            "no connection from the pods gets through, not even to DNS servers",
            "anything",
            "what they connect to, and to port 53 for DNS",
        ),
    };
    let scope = if is_certain { "of the namespace" } else { "in the checked files" };
    let message = format!(
        "{what}: the {} selects the pods, and no NetworkPolicy {scope} allows them {denied}",
        policy.title()
    );
    let place = pod.job.template_labels().node().unwrap_or(pod.spec);
    let place = Place { path: place.path(), span: place.head() };
    let finding = reporter.report_milder(user.is_none(), place, message);
    let selector = if pod.job.template_labels().entries().next().is_some() {
        "create a NetworkPolicy that selects these pods"
    } else {
        "set a label in the pod template, and create a NetworkPolicy that selects the pods by it"
    };
    finding.help(format!("{selector} and allows `egress` to {needed}"));
    if let Some((container, shown)) = user {
        finding.related(
            container.node,
            if shown == "a URL" { "is given a URL".to_owned() } else { format!("runs `{shown}`") },
        );
    }
    finding.elsewhere(policy.related("this policy selects the pods"));
}
