use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "host-process",
        summary: "A container runs as a process on its Windows node",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let fields = pod.deciding("securityContext.windowsOptions.hostProcess", |_| true);
    let mut found = fields.into_iter().filter(|it| it.field.boolean() == Some(true));
    let Some(it) = found.next() else { return };
    let message = format!(
        "`{}` runs as a process on its Windows node, with access to the node's files and network: \
         `hostProcess` is `true`",
        it.first.title()
    );
    let finding = reporter.report(it.field, message);
    finding
        .help("remove `hostProcess` and `hostNetwork`, unless the Job administers the nodes themselves")
        .affects(it.heirs());
    for it in found {
        finding.related(it.field, "also a HostProcess container").affects(it.heirs());
    }
}
