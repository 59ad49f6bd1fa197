use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "escalation-not-forbidden",
        summary: "A container can gain more privileges than it starts with",
        category: Category::Security,
        severity: Severity::Info,
        confidence: Confidence::High,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let mut open = pod.containers().filter(|&it| is_open(it) && !pod.is_windows());
    let Some(first) = open.next() else { return };
    let message = format!(
        "a setuid program in `{}` can run with the privileges of its owner, often root: \
         `allowPrivilegeEscalation` is not set",
        first.title()
    );
    let finding = reporter.report(first.allow_privilege_escalation(), message);
    finding.help("set `securityContext.allowPrivilegeEscalation: false`");
    let others: Vec<_> = open.collect();
    let all = std::iter::once(&first).chain(&others);
    let edits = Edit::all(all.map(|it| Edit::set(it.allow_privilege_escalation(), false)));
    finding.fix("set `allowPrivilegeEscalation: false`", Safety::Unsafe, edits);
    for container in others {
        finding.related(container.allow_privilege_escalation(), "not set here either");
    }
}

/// Whether the field is missing in a container that other rules do not report for `privileged` or `SYS_ADMIN`.
fn is_open(container: Container<'_>) -> bool {
    container.allow_privilege_escalation().is_missing()
        && !container.is_privileged()
        && !container.adds_capability("SYS_ADMIN")
}
