use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::value::secret::{Secret, secrets};
use crate::workload::Object;

pub static RULE: Rule = Rule {
    id: "literal-secret",
    summary: "A credential stands in the manifest for everyone to read",
    category: Category::Secrets,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/literal-secret.md"),
    options: &[],
    check: Check::Object(check),
};

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    let mut rest: Vec<_> = secrets(object).collect();
    while !rest.is_empty() {
        let Secret { name, value, shape } = rest.remove(0);
        let kind = object.kind_name();
        let what = match shape {
            Some(shape) => format!("{shape} in `{name}`"),
            None => format!("the value of `{name}`"),
        };
        let message = format!("Kubernetes shows {what} to everyone who may read the {kind}");
        let finding = reporter.report(value, message);
        finding.help(
            "move the value to a Secret, name it with `valueFrom.secretKeyRef`, and replace the credential: \
             whoever has read this file has it",
        );
        // The same credential for several containers is one leak.
        rest.retain(|other| {
            let is_same = other.value.text() == value.text();
            if is_same {
                finding.related(other.value, "the same credential");
            }
            !is_same
        });
    }
}
