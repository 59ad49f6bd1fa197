use std::collections::HashSet;

use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unknown-container",
        summary: "A variable refers to a container that the pod does not have",
        category: Category::Validity,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let names: HashSet<&str> = pod.containers().filter_map(|it| it.name().text()).collect();
    for (container, variable) in pod.containers().flat_map(|it| it.env().items().map(move |env| (it, env))) {
        let field = variable.field("valueFrom.resourceFieldRef.containerName");
        if let Some(name) = field.text().filter(|it| !it.is_empty() && !names.contains(it)) {
            let message = format!(
                "`{}` never starts: `resourceFieldRef` refers to the container `{name}`, which does not exist",
                container.title()
            );
            reporter.report(field, message).help(
                "write the name of a container of this pod, or remove `containerName` to refer to the container itself",
            );
        }
    }
}
