use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-seccomp-profile",
        summary: "No profile limits the system calls of a container",
        category: Category::Security,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    if pod.is_windows() {
        return;
    }
    // A privileged container has no filter either way.
    let mut types = pod.deciding("securityContext.seccompProfile.type", |it| !it.is_privileged());
    types.retain(|it| it.field.is_missing());
    let Some(it) = types.into_iter().next() else { return };
    let message = format!(
        "`{}` can make any system call to the node's kernel, unless the kubelet sets a default profile: \
            `seccompProfile` is not set",
        it.first.title()
    );
    let finding = reporter.report(it.field, message);
    finding.affects(it.heirs());
    finding.help("set `securityContext.seccompProfile: {type: RuntimeDefault}` in the pod's `spec`");
    let own = pod.spec.field("securityContext.seccompProfile.type");
    finding.fix(
        "set the profile `RuntimeDefault` for the pod",
        Safety::Unsafe,
        Edit::set(own, "RuntimeDefault"),
    );
}
