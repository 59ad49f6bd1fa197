use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "root-group",
        summary: "A container that is not root belongs to the root group",
        category: Category::Security,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

const HELP: &str = "write a group ID above 0, unless the program needs files that belong to the root group";

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    if pod.is_windows() || pod.has_user_namespace(reporter.kubernetes_version()) {
        return;
    }
    // `root-user` reports the others.
    let Some(not_root) = pod.containers().find(|it| it.is_non_root()) else { return };
    let mut groups = pod.deciding("securityContext.runAsGroup", Container::is_non_root);
    groups.retain(|it| it.field.integer() == Some(0));
    if let Some(first) = groups.first() {
        let message = format!(
            "`{}` has the root group's access to files, although it is not root: `runAsGroup` is 0",
            first.first.title()
        );
        let finding = reporter.report(first.field, message);
        finding.help(HELP).affects(first.heirs());
        for group in &groups[1..] {
            finding.related(group.field, "this group is 0 too").affects(group.heirs());
        }
    }
    let shared = pod.spec.field("securityContext.supplementalGroups");
    if let Some(group) = shared.items().find(|it| it.integer() == Some(0)) {
        let message = format!(
            "`{}` has the root group's access to files, although it is not root: `supplementalGroups` \
             contains 0",
            not_root.title()
        );
        reporter
            .report(group, message)
            .help("remove 0 from the list, unless the program needs files that belong to the root group");
    }
    let of_volumes = pod.spec.field("securityContext.fsGroup");
    if of_volumes.integer() == Some(0) {
        let message =
            "every container belongs to the root group in addition to its own groups: `fsGroup` is 0";
        reporter.report(of_volumes, message).help(HELP);
    }
}
