use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Field;
use crate::manifest::workload::{Container, Pod};
use crate::rule::surroundings::end_of_wait;
use crate::rule::{Check, Reporter, Rule};
use std::collections::HashSet;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "non-root-contradiction",
        summary: "A container is told to run as root, but not allowed to",
        category: Category::Security,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let found: Vec<_> = pod.containers().filter_map(|it| Some((it, root(it)?))).collect();
    let Some(&(first, (user, non_root))) = found.first() else { return };
    let value = user.text().map_or_else(|| "0".to_owned(), |it| format!("`{it}`"));
    let message = format!(
        "`{}` never starts, {}: `{}` is {value} and `runAsNonRoot` is `true`",
        first.title(),
        end_of_wait(pod.job, Some(pod)),
        user.name()
    );
    let finding = reporter.report(user, message);
    finding.related(non_root, "keeps containers that run as root, or as an administrator, from starting");
    finding.affects(found.iter().map(|(container, _)| container.node));
    finding.help(match user.name() {
        "runAsUser" => "set `runAsUser` to a number above 0, or remove `runAsNonRoot` if the Job needs root",
        _ => {
            "set `runAsUserName` to `ContainerUser`, or remove `runAsNonRoot` if the Job needs an \
            administrator"
        }
    });
    let mut named = HashSet::from([user.path(), non_root.path()]);
    for (_, (user, non_root)) in &found[1..] {
        if named.insert(user.path()) {
            finding.related(*user, "this container never starts either");
        }
        if named.insert(non_root.path()) {
            finding.related(*non_root, "keeps this container from starting as root");
        }
    }
}

/// Returns the user and the ban on root that count, where they contradict each other
/// (`pkg/kubelet/kuberuntime/security_context_*.go`, `verifyRunAsNonRoot`).
fn root(container: Container<'_>) -> Option<(Field<'_>, Field<'_>)> {
    let non_root = container.deciding("securityContext.runAsNonRoot");
    let user = if container.pod.is_windows() {
        container.deciding("securityContext.windowsOptions.runAsUserName")
    } else {
        container.deciding("securityContext.runAsUser")
    };
    let is_root = user.integer() == Some(0)
        || user.text().is_some_and(|name| name.eq_ignore_ascii_case("ContainerAdministrator"));
    (is_root && non_root.boolean() == Some(true)).then_some((user, non_root))
}
