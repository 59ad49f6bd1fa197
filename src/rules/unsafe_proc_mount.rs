use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unsafe-proc-mount",
        summary: "A container can read the parts of `/proc` that are normally masked",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    // Since Kubernetes 1.33 the API server rejects it without a user namespace; before, it drops the field by default.
    let is_old = reporter.kubernetes_version().minor < 33;
    let is_refused = !is_old && !pod.has_user_namespace(reporter.kubernetes_version());
    let mut unmasked = pod.containers().filter(|&it| is_unmasked(it) && !is_refused);
    let Some(first) = unmasked.next() else { return };
    let gate = if is_old { "with the feature gate `ProcMountType`, " } else { "" };
    let message = format!(
        "{gate}`{}` can read the parts of `/proc` that the runtime normally masks, and, if the kernel allows it, \
            write to those that are normally read-only: `procMount` is `Unmasked`",
        first.title()
    );
    let finding = reporter.report(first.proc_mount(), message);
    finding.help("remove `procMount`, unless the container runs nested containers");
    for container in unmasked {
        finding.related(container.proc_mount(), "`/proc` is unmasked here too");
    }
}

fn is_unmasked(container: Container<'_>) -> bool {
    container.proc_mount().is("Unmasked") && !container.is_privileged()
}
