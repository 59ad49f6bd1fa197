use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Container;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unknown-container",
        summary: "A variable refers to a container that the pod does not have",
        category: Category::Validity,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        page: include_str!("../../rules/unknown-container.md"),
        ..Meta::DEFAULT
    },
    check: Check::Container(check),
};

fn check(container: Container<'_>, reporter: &mut Reporter<'_>) {
    let pod = container.pod;
    let is_lost = |name: &str| !name.is_empty() && !pod.containers().any(|it| it.name().is(name));
    for variable in container.env().items() {
        let field = variable.field("valueFrom.resourceFieldRef.containerName");
        if let Some(name) = field.text().filter(|it| is_lost(it)) {
            let message = format!(
                "the container never starts: `resourceFieldRef` refers to the container `{name}`, which does not exist"
            );
            reporter.report(field, message).help(
                "write the name of a container of this pod, or remove `containerName` to refer to the container itself",
            );
        }
    }
}
