use super::literal_secret::report;
use crate::finding::{Confidence, Severity};
use crate::rule::{Category, Check, Reporter, Rule};
use crate::value::secret::{Secret, Within};
use crate::workload::Object;

pub static RULE: Rule = Rule {
    id: "secret-in-annotation",
    summary: "A credential stands in an annotation or label for everyone to read",
    category: Category::Secrets,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    since: "0.1.0",
    page: include_str!("../../rules/secret-in-annotation.md"),
    check: Check::Secrets(check),
    ..Rule::DEFAULT
};

fn check(object: Object<'_>, secrets: &[Secret<'_>], reporter: &mut Reporter<'_>) {
    let kind = object.kind_name();
    let help = "keep the value in a Secret and name that, and replace the credential: whoever has read this file has it";
    report(secrets, Within::Metadata, help, reporter, |Secret { name, shape, .. }| {
        let what = match shape {
            Some(shape) => format!("{shape} in `{name}`"),
            None => format!("the value of `{name}`"),
        };
        format!("Kubernetes shows {what} to everyone who may list the {kind}, and writes it into audit logs")
    });
}
