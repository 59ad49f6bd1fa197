use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "control-plane-node",
        summary: "The pods can start on the nodes of the control plane",
        category: Category::Security,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

/// The taints of the nodes that run the API server.
const TAINTS: [&str; 2] = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];

/// Labels that the nodes of the control plane have like all others.
const COMMON_LABELS: [&str; 2] = ["kubernetes.io/arch", "kubernetes.io/os"];

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    // The scheduler does not see a pod with a `nodeName`, and no taint keeps it away.
    if pod.spec.field("nodeName").is_set() || selects_other_nodes(pod) {
        return;
    }
    let mut tolerations = pod.spec.field("tolerations").items().filter(|it| {
        let (key, effect) = (it.field("key"), it.field("effect"));
        // Without a key `Exists` tolerates every taint; those of the control plane have the effect `NoSchedule`.
        // The taint has no value, so `Equal` matches it only without one.
        let is_valued =
            !it.field("operator").is("Exists") && !it.field("value").text().unwrap_or_default().is_empty();
        let is_of_taint = key.text().is_some_and(|key| TAINTS.contains(&key)) && !is_valued;
        let is_of_all = key.is_missing() && it.field("operator").is("Exists");
        (is_of_taint || is_of_all) && (effect.is_missing() || effect.is("NoSchedule"))
    });
    let Some(first) = tolerations.next() else { return };
    let message = "the pods can start on the nodes of the control plane, next to the API server and usually etcd: they tolerate \
        the taint that keeps other pods away";
    let finding = reporter.report(first, message);
    finding.help("remove the toleration, unless the Job administers these nodes");
    for other in tolerations {
        finding.related(other, "this toleration matches the taint too");
    }
}

/// Whether the pods run only on nodes with a label that those of the control plane need not have.
fn selects_other_nodes(pod: Pod<'_>) -> bool {
    const TERMS: &str =
        "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";
    let selected = pod.spec.field("nodeSelector").entries().map(|it| it.key);
    let expressions = pod.spec.field(TERMS).items().flat_map(|it| it.field("matchExpressions").items());
    // Without the label of the control plane it is another node.
    let required = expressions.map(|it| {
        let is_excluded = it.field("operator").is("DoesNotExist");
        if is_excluded { "" } else { it.field("key").text().unwrap_or_default() }
    });
    let keys: Vec<&str> = selected.chain(required).filter(|it| !COMMON_LABELS.contains(it)).collect();
    !keys.is_empty() && !keys.iter().any(|it| TAINTS.contains(it))
}
