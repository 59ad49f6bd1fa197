use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::value::secret::{Secret, Within};
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
    check: Check::Secrets(check),
};

fn check(object: Object<'_>, secrets: &[Secret<'_>], reporter: &mut Reporter<'_>) {
    let kind = object.kind_name();
    let help = "move the value to a Secret, name it with `valueFrom.secretKeyRef`, and replace the credential: \
                whoever has read this file has it";
    report(secrets, Within::Env, help, reporter, |Secret { name, shape, .. }| {
        let what = match shape {
            Some(shape) => format!("{shape} in `{name}`"),
            None => format!("the value of `{name}`"),
        };
        format!("Kubernetes shows {what} to everyone who may read the {kind}")
    });
}

/// Reports the credentials that stand in such a place; the same one several times is one leak.
pub(super) fn report(
    secrets: &[Secret<'_>],
    within: Within,
    help: &str,
    reporter: &mut Reporter<'_>,
    message: impl Fn(&Secret<'_>) -> String,
) {
    let mut rest: Vec<_> = secrets.iter().copied().filter(|it| it.within == within).collect();
    while !rest.is_empty() {
        let first = rest.remove(0);
        let finding = reporter.report(first.value, message(&first));
        finding.help(help);
        rest.retain(|other| {
            let is_same = other.text == first.text;
            if is_same && other.value != first.value {
                finding.related(other.value, "the same credential");
            }
            !is_same
        });
    }
}
