use crate::document::Node;
use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::workload::{Container, ContainerKind, Pod};

pub static RULE: Rule = Rule {
    id: "missing-resource-requests",
    summary: "The scheduler does not know what a container needs",
    category: Category::Resources,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/missing-resource-requests.md"),
    options: &[],
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let has_own = pod.has_own_resources(reporter.kubernetes_version());
    let mut lacking = pod.containers().filter_map(|container| {
        // Other init containers run within what the main containers have reserved.
        let counts = container.kind == ContainerKind::Main || container.is_sidecar();
        let of_pod = pod.spec.get("resources").filter(|_| has_own);
        let lacks = |name| !states(container.node.get("resources"), name) && !states(of_pod, name);
        let field = match (lacks("cpu"), lacks("memory")) {
            (true, true) => "resources.requests",
            (true, false) => "resources.requests.cpu",
            (false, true) => "resources.requests.memory",
            (false, false) => return None,
        };
        counts.then_some((container, field))
    });
    let Some((first, field)) = lacking.next() else { return };
    let message =
        format!("the scheduler reserves {} for `{}`: `{field}` is not set", nothing(field), first.title());
    let finding = reporter.report(first.node.field(field), message);
    finding.help("set `resources.requests` to the `cpu` and `memory` that the container uses in a usual run");
    for (Container { node, .. }, field) in lacking {
        finding.related(node.field(field), format!("reserves {}", nothing(field)));
    }
}

/// Says whether `resources` states a request, or a limit, which the API server takes for the request too.
fn states(resources: Option<Node<'_>>, name: &str) -> bool {
    let is_in = |list| resources.and_then(|it| it.get(list)?.get(name)).is_some_and(|it| !it.is_null());
    is_in("requests") || is_in("limits")
}

fn nothing(field: &str) -> &'static str {
    match field {
        "resources.requests.cpu" => "no CPU time",
        "resources.requests.memory" => "no memory",
        _ => "neither CPU time nor memory",
    }
}
