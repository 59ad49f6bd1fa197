use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::node_work::enters_node;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "privileged-container",
        summary: "A container has all root privileges on its node",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let mut privileged = pod.containers().filter(|container| container.is_privileged());
    let Some(first) = privileged.next().filter(|_| !pod.is_windows()) else { return };
    let what = if pod.has_user_namespace(reporter.kubernetes_version()) {
        "runs without seccomp and AppArmor, with all capabilities of its user namespace"
    } else if first.is_non_root() {
        "can do anything on its node that root can, once a setuid program makes its user root"
    } else {
        "can do anything on its node that root can"
    };
    let message = format!("`{}` {what}: `privileged` is `true`", first.title());
    let is_needed = enters_node(pod);
    let finding = reporter.report_milder(is_needed, first.privileged(), message);
    finding.help(if is_needed {
        "unless the work on the node needs all of that, remove `privileged`, and list in `capabilities.add` only the \
         capabilities that the program needs"
    } else {
        "remove `privileged`, and list in `capabilities.add` only the capabilities that the program needs"
    });
    for container in privileged {
        finding.related(container.privileged(), "also privileged");
    }
}
