use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "default-namespace",
        summary: "The object goes into the `default` namespace",
        category: Category::Metadata,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    let namespace = object.namespace();
    if !namespace.is("default") {
        return;
    }
    let kind = object.kind_name();
    reporter
        .report(
            namespace,
            format!(
                "the {kind} goes into the `default` namespace, whose permissions, quotas and network policies it \
                    shares with everything that is applied without choosing one"
            ),
        )
        .help(
            "set `namespace` to a dedicated one, or remove the field and choose a namespace when the object is \
            applied, for example with `kubectl -n`",
        );
}
