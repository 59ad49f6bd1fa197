use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
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
        page: include_str!("../../rules/default-namespace.md"),
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
                "the {kind} is in `default` and shares its quotas, permissions and \
            network policies with everything that was given no namespace"
            ),
        )
        .help("use a dedicated namespace, or omit the field and let whoever applies the object choose");
}
