use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::limit_range::without_default;
use crate::facts::printing::{needs_little, only_prints};
use crate::manifest::document::Node;
use crate::manifest::place::Place;
use crate::manifest::workload::{Container, ContainerKind, Pod};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-resource-requests",
        summary: "The scheduler does not know what a container needs",
        category: Category::Resources,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

/// What a container requests none of.
#[derive(Clone, Copy, PartialEq)]
enum Lack {
    Cpu,
    Memory,
    Both,
}

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let has_own = pod.has_own_resources(reporter.kubernetes_version());
    let lacking = pod.containers().filter_map(|container| {
        // Other init containers run within what the main containers have reserved.
        let counts = container.kind == ContainerKind::Main || container.is_sidecar();
        let of_pod = pod.spec.get("resources").filter(|_| has_own);
        let lacks = |name| !states(container.node.get("resources"), name) && !states(of_pod, name);
        let lack = match (lacks("cpu"), lacks("memory")) {
            (true, true) => Lack::Both,
            (true, false) => Lack::Cpu,
            (false, true) => Lack::Memory,
            (false, false) => return None,
        };
        counts.then_some((container, lack))
    });
    let lacking: Vec<_> = lacking.collect();
    let Some((&(first, lack), others)) = lacking.split_first() else { return };
    let missing = match lack {
        Lack::Cpu => "`resources.requests.cpu` is not set",
        Lack::Memory => "`resources.requests.memory` is not set",
        Lack::Both if first.requests().node().is_some_and(|it| it.entries().len() > 0) => {
            "`resources.requests` has neither `cpu` nor `memory`"
        }
        Lack::Both if first.requests().is_set() => "`resources.requests` is empty",
        Lack::Both => "`resources.requests` is not set",
    };
    let nothing = if lack == Lack::Both { "neither CPU nor memory" } else { lack.nothing() };
    let message = format!("the scheduler reserves {nothing} for `{}`: {missing}", first.title());
    let is_mild = only_prints(pod) || lacking.iter().all(|(it, _)| needs_little(*it));
    let finding = reporter.report_milder(is_mild, place(first, lack), message);
    let (help, fields): (_, &[_]) = match lack {
        Lack::Cpu => (
            "set `resources.requests.cpu` to the CPU that the container uses in a typical run",
            &["requests.cpu"],
        ),
        Lack::Memory => (
            "set `resources.requests.memory` to the memory that the container uses in a typical run",
            &["requests.memory"],
        ),
        Lack::Both => (
            "set `resources.requests` to the `cpu` and `memory` that the container uses in a typical run",
            &["requests.cpu", "requests.memory"],
        ),
    };
    finding.help(help);
    finding.condition = without_default(pod, fields);
    for &(container, other) in others {
        let either = if other == lack { " either" } else { "" };
        let text = format!("{} is reserved for this container{either}", other.nothing());
        finding.related(place(container, other), text);
    }
}

impl Lack {
    fn nothing(self) -> &'static str {
        match self {
            Lack::Cpu => "no CPU",
            Lack::Memory => "no memory",
            Lack::Both => "no CPU or memory",
        }
    }
}

/// Returns the place of the key `requests`, be it empty or not; where it is not there, of what lacks it.
fn place(container: Container<'_>, lack: Lack) -> Place {
    let requests = container.requests();
    match (lack, requests.written().and_then(Node::key_span)) {
        (Lack::Cpu, _) => container.node.field("resources.requests.cpu").into(),
        (Lack::Memory, _) => container.node.field("resources.requests.memory").into(),
        (Lack::Both, Some(span)) => Place { path: requests.path(), span },
        (Lack::Both, None) => requests.into(),
    }
}

/// Whether `resources` states a request, or a limit, which the API server takes for the request too.
fn states(resources: Option<Node<'_>>, name: &str) -> bool {
    let is_in = |list| resources.and_then(|it| it.get(list)?.get(name)).is_some_and(|it| !it.is_null());
    is_in("requests") || is_in("limits")
}
