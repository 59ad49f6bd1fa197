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
        page: include_str!("../../rules/control-plane-node.md"),
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

/// The taints of the nodes that run the API server.
const TAINTS: [&str; 2] = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let mut tolerations = pod.spec.field("tolerations").items().filter(|it| {
        let (key, effect) = (it.field("key"), it.field("effect"));
        // Without a key `Exists` tolerates every taint; those of the control plane have the effect `NoSchedule`.
        let is_of_taint = key.text().is_some_and(|key| TAINTS.contains(&key));
        let is_of_all = key.is_missing() && it.field("operator").is("Exists");
        (is_of_taint || is_of_all) && (effect.is_missing() || effect.is("NoSchedule"))
    });
    let Some(first) = tolerations.next() else { return };
    let message = "the pods can start on the nodes of the control plane, next to the API server and etcd: they tolerate \
        the taint that keeps other pods away";
    let finding = reporter.report(first, message);
    finding.help("remove the toleration, unless the Job administers these nodes");
    for other in tolerations {
        finding.related(other, "this toleration matches the taint too");
    }
}
