use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::endless::never_completes;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "always-restarting-container",
        summary: "A container restarts forever, so the Job never completes",
        category: Category::Lifetime,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    // 1.34 drops the field unless a feature gate is on; older versions reject it.
    if reporter.kubernetes_version().minor < 35 {
        return;
    }
    let mut restarting = pod.main_containers().filter(|it| it.restart_policy().is("Always"));
    let Some(first) = restarting.next() else { return };
    let name = first.title();
    let finding = reporter.report(
        first.restart_policy(),
        format!("{}: `{name}` restarts whenever it exits, even on success", never_completes(pod)),
    );
    finding.help(format!(
        "if `{name}` does the work of the Job, remove its `restartPolicy`; if it is a sidecar, move it to \
         `initContainers` with its `restartPolicy`: there it is stopped once the main containers have ended"
    ));
    for container in restarting {
        finding.related(container.restart_policy(), "this container always restarts too");
    }
}
