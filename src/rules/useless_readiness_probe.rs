use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::{Container, ContainerKind, Pod};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "useless-readiness-probe",
        summary: "Nothing uses the container's readiness",
        category: Category::Lifetime,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check<'d>(pod: Pod<'d>, reporter: &mut Reporter<'_>) {
    // A Service selects by labels; with a `subdomain` it may select those that the Job controller adds.
    if pod.job.has_template_labels() || pod.spec.field("subdomain").is_set() {
        return;
    }
    let probe = |container: Container<'d>| {
        container.node.entries().find(|entry| entry.key == "readinessProbe" && !entry.value.is_null())
    };
    // Of other init containers the API server accepts no probe: `invalid-value`.
    let takes_probes = |it: &Container<'_>| it.kind == ContainerKind::Main || it.is_sidecar();
    let mut probed = pod.containers().filter(takes_probes).filter_map(|it| Some((it, probe(it)?)));
    let Some((first, entry)) = probed.next() else { return };
    let finding = reporter.report(
        entry,
        format!(
            "the readiness probe of `{}` most likely has no effect: the pod template sets no labels for a Service \
             to select, and a Job only waits for its pods to end",
            first.title()
        ),
    );
    let has_liveness = first.node.field("livenessProbe").is_set();
    finding.help(if has_liveness {
        "remove `readinessProbe`"
    } else {
        "remove `readinessProbe`, or use a `livenessProbe` instead, so that the kubelet kills a container that hangs"
    });
    for (_, entry) in probed {
        finding.related(entry, "this probe has no effect either");
    }
}
