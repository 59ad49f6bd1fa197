//! NetworkPolicies, as far as they say what pods can connect to: the pods that one selects for egress can do what one of those that
//! select them allows, and nothing else (`NetworkPolicySpec` in `k8s.io/api/networking/v1`).

use crate::manifest::document::Node;
use crate::neighbours::selector::{Labels, Selector};

/// What a NetworkPolicy allows the pods that it selects to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EgressPolicy {
    /// What selects the pods.
    selector: Selector,
    /// What it allows.
    pub allows: Egress,
}

/// What pods can connect to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Egress {
    /// Whether they may ask DNS servers somewhere.
    pub names: bool,
    /// Whether they may connect to something else.
    pub others: bool,
}

impl Egress {
    /// Returns what is allowed by either.
    pub fn or(self, other: Egress) -> Egress {
        Egress { names: self.names || other.names, others: self.others || other.others }
    }
}

/// The port of DNS servers.
const DNS: i128 = 53;

impl EgressPolicy {
    /// Reads a policy; `None` if it is not about egress (`SetDefaults_NetworkPolicy`), or selects in an unknown way.
    pub(super) fn read(policy: Node<'_>) -> Option<Self> {
        let (types, rules) = (policy.field("spec.policyTypes"), policy.field("spec.egress"));
        let is_egress = match types.items().next() {
            Some(_) => types.items().any(|it| it.text() == Some("Egress")),
            None => rules.items().next().is_some(),
        };
        let selector = Selector::read(policy.field("spec.podSelector").node().filter(|_| is_egress)?)?;
        let allows = rules.items().map(allowed).fold(Egress::default(), Egress::or);
        Some(EgressPolicy { selector, allows })
    }

    /// Whether it selects pods that have these labels, and those of their Job.
    pub fn selects(&self, labels: &Labels) -> bool {
        self.selector.selects(labels)
    }

    /// Whether it may select the pods of a Job or CronJob of this name by the labels that the Job controller gives them.
    pub fn may_ask_for_job(&self, name: &str) -> bool {
        self.selector.may_ask_for_job(name)
    }
}

/// Returns what a rule allows; what it says of addresses is not compared.
fn allowed(rule: Node<'_>) -> Egress {
    let mut ports = rule.field("ports").items().peekable();
    if ports.peek().is_none() {
        return Egress { names: true, others: true };
    }
    let of_port = |it: Node<'_>| {
        let (first, last) = (it.field("port"), it.field("endPort"));
        match (first.integer().map(i128::from), last.integer().map(i128::from)) {
            (Some(first), Some(last)) => {
                Egress { names: (first..=last).contains(&DNS), others: last > first || first != DNS }
            }
            (Some(port), None) => Egress { names: port == DNS, others: port != DNS },
            // Every port, or one by a name.
            _ => Egress { names: true, others: true },
        }
    };
    ports.map(of_port).fold(Egress::default(), Egress::or)
}

/// Whether an object of another group of the API says what pods may connect to: a network add-on reads it.
pub(super) fn is_of_add_on(object: Node<'_>) -> bool {
    let text = |field| object.get(field).and_then(Node::text).unwrap_or_default();
    let is_own = text("apiVersion").starts_with("networking.k8s.io/");
    text("kind").ends_with("NetworkPolicy") && !is_own
}
