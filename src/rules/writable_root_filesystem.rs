use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "writable-root-filesystem",
        summary: "A container can change the files of its own image",
        category: Category::Security,
        severity: Severity::Info,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let fields = pod.containers().map(|it| (it, it.read_only_root_filesystem()));
    let mut writable = fields.filter(|(_, field)| field.boolean() != Some(true) && !pod.is_windows());
    let Some((first, field)) = writable.next() else { return };
    let message = format!(
        "an attacker who gets into `{}` can replace any program that the container's user can write to: \
            `readOnlyRootFilesystem` is not `true`",
        first.title()
    );
    let finding = reporter.report(field, message);
    finding.help(
        "set `securityContext.readOnlyRootFilesystem: true`, and mount an `emptyDir` with a `sizeLimit` where the program writes",
    );
    for (_, field) in writable {
        finding.related(field, "writable here too");
    }
}
