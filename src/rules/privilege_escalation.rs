use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "privilege-escalation",
        summary: "A process is allowed to gain more privileges than the one that started it",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let mut escalating = pod.containers().filter(|&it| is_allowed(it) && !pod.is_windows());
    let Some(first) = escalating.next() else { return };
    let message = format!(
        "a process in `{}` can gain more privileges than the one that started it, through `sudo` or any other setuid \
         program: `allowPrivilegeEscalation` is `true`",
        first.title()
    );
    let finding = reporter.report(first.allow_privilege_escalation(), message);
    finding.help("set `allowPrivilegeEscalation: false`");
    let others: Vec<_> = escalating.collect();
    let fields = std::iter::once(&first).chain(&others).map(|it| it.allow_privilege_escalation());
    let edits = fields.filter_map(|it| it.node()).map(|node| Edit::replace(node, "false"));
    finding.fix("set `allowPrivilegeEscalation: false`", Safety::Unsafe, Edit::all(edits));
    for container in others {
        finding.related(container.allow_privilege_escalation(), "escalation is allowed here too");
    }
}

/// Whether the field is `true` in a container that other rules do not report for `privileged` or `SYS_ADMIN`.
fn is_allowed(container: Container<'_>) -> bool {
    container.allow_privilege_escalation().boolean() == Some(true)
        && !container.is_privileged()
        && !container.adds_capability("SYS_ADMIN")
}
