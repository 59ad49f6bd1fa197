use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::openshift::assigns_user;
use crate::facts::root::root_cause;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "root-user",
        summary: "A container can run as root",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        page: include_str!("../../rules/root-user.md"),
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    if pod.is_windows() || pod.has_user_namespace(reporter.kubernetes_version()) {
        return;
    }
    let roots: Vec<_> = pod.containers().filter_map(|it| Some((it, root_cause(it)?))).collect();
    for is_stated in [true, false] {
        if !is_stated && assigns_user(pod) {
            continue;
        }
        let same = roots.iter().filter(|(_, field)| (field.name() == "runAsUser") == is_stated);
        let mut same: Vec<_> = same.copied().collect();
        // Whatever the order of the containers, the finding names the pod's field, if it counts for one of them.
        same.sort_by_key(|(container, field)| field.parent.id == container.node.id);
        let Some(&(first, field)) = same.first() else { continue };
        let name = first.title();
        let finding = if is_stated {
            reporter.report(field, format!("`{name}` runs as root: `runAsUser` is 0"))
        } else {
            reporter.report(
                field,
                format!("`{name}` runs as the user of its image, often root: `runAsNonRoot` is not `true`"),
            )
        };
        finding.help(if is_stated {
            "set `runAsUser` to a number above 0, or remove it, and set `runAsNonRoot: true`"
        } else {
            "set `securityContext.runAsNonRoot: true`, and `runAsUser` to a number above 0 if the image \
                 sets no user or a non-numeric one"
        });
        let path = if is_stated { "securityContext.runAsUser" } else { "securityContext.runAsNonRoot" };
        if field.parent.id != first.node.id {
            finding.related(
                first.node.field(path),
                if is_stated {
                    "this container runs as root"
                } else {
                    "this container runs as the user of its image"
                },
            );
        }
        for (container, _) in &same[1..] {
            finding.related(container.node.field(path), "this container can run as root too");
        }
    }
}
