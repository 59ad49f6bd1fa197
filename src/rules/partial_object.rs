use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::{Admission, Category};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::place::Place;
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};
use crate::text::source::Origin;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "partial-object",
        summary: "A patch is not checked as a complete Job",
        category: Category::Validity,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    if !object.is_patch() {
        return;
    }
    let place = Place { path: object.node.path(), span: object.node.head() };
    let kind = object.kind_name();
    let finding = reporter
        .report(place, format!("most rules do not check this object: it is treated as a patch for a {kind}"));
    finding.help(if object.node.document.source.origin == Origin::Patch {
        "check the output of `kustomize build`: a kustomization names this file as a patch".to_owned()
    } else {
        format!(
            "if it is a patch, check the output of `kustomize build`; a complete {kind} has a `restartPolicy`, containers with an \
             `image`, and no directive such as `$patch`"
        )
    });
}
