use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "shared-process-namespace",
        summary: "The containers of a pod see each other's processes",
        category: Category::Security,
        severity: Severity::Info,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let field = pod.share_process_namespace();
    // Init containers are gone before the others start, but for sidecars.
    let side_by_side =
        pod.main_containers().count() + pod.init_containers().filter(|it| it.is_sidecar()).count();
    if field.boolean() != Some(true) || side_by_side < 2 {
        return;
    }
    let message = format!(
        "{side_by_side} containers see each other's processes, and those that run as the same user can read \
            each other's environment and files: `shareProcessNamespace` is `true`"
    );
    let finding = reporter.report(field, message);
    finding.help("remove `shareProcessNamespace`, unless one container has to signal another");
}
