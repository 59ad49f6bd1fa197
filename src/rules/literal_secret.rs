mod reference;

use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::practice::Practice;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::leaks::leaks;
use crate::facts::secret::detected::{Secret, Within};
use crate::manifest::edit::Safety;
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "literal-secret",
        summary: "The manifest contains a credential that everyone can read",
        category: Category::Secrets,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        practice: Some(Practice::NoCredential),
        since: "0.1.0",
        page: include_str!("../../rules/literal-secret.md"),
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Secrets(check),
};

const FOR_VARIABLE: &str = "move the value to a Secret, refer to it with `valueFrom.secretKeyRef`, and \
    replace the credential: anyone who has read this manifest has it";

const FOR_FIELD: &str = "this field cannot refer to a Secret: probe something that needs no credential, or \
    let the driver read it from a Secret, and replace the credential";

fn check(object: Object<'_>, secrets: &[Secret<'_>], reporter: &mut Reporter<'_>) {
    let kind = object.kind_name();
    for (within, help) in [(Within::Env, FOR_VARIABLE), (Within::Field, FOR_FIELD)] {
        for leak in leaks(secrets, within) {
            let Secret { name, shape, .. } = leak.first;
            let what = match shape {
                Some(shape) => format!("{shape} in `{name}`"),
                None => format!("the value of `{name}`"),
            };
            let message = format!("Kubernetes shows {what} to everyone who can read the {kind}");
            let finding = reporter.report(leak.first.place(), message);
            finding.help(help);
            leak.others.iter().for_each(|it| _ = finding.related(it.place(), "the same credential"));
            if within == Within::Env {
                reference::offer(&leak, finding);
            }
        }
    }
}
