use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unconfined-seccomp",
        summary: "A container can make any system call to the kernel",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
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
    types.retain(|it| it.field.is("Unconfined"));
    let mut types = types.into_iter();
    let Some(it) = types.next() else { return };
    let message = format!(
        "`{}` can make any system call to the node's kernel: its seccomp profile is `Unconfined`",
        it.first.title()
    );
    let finding = reporter.report(it.field, message);
    finding.affects(it.heirs());
    finding.help(
        "set `seccompProfile.type` to `RuntimeDefault`, or to `Localhost` with a profile of your \
        own in `localhostProfile`",
    );
    for it in types {
        finding.related(it.field, "unconfined here too").affects(it.heirs());
    }
}
