use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::Practice;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::leaks::leaks;
use crate::facts::secret::detected::{Secret, Within};
use crate::manifest::live::LAST_APPLIED;
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "secret-in-annotation",
        summary: "An annotation or label contains a credential in plain text",
        category: Category::Secrets,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        practice: Some(Practice::NoCredential),
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Secrets(check),
};

fn check(object: Object<'_>, secrets: &[Secret<'_>], reporter: &mut Reporter<'_>) {
    let kind = object.kind_name();
    let help = |name: &str| match name {
        LAST_APPLIED => {
            "remove this annotation, which `kubectl apply` writes again without the credential, and rotate the credential, because \
             anyone who has read this manifest has the old one"
        }
        _ => {
            "remove it and keep the value in a Secret: if the tool that reads it also has an annotation for the name of a \
        Secret, set that; rotate the credential, because anyone who has read this manifest has the old one"
        }
    };
    for leak in leaks(secrets, Within::Metadata) {
        let Secret { name, shape, .. } = leak.first;
        let what = match shape {
            Some(shape) => format!("`{name}` contains {shape}"),
            None => format!("the value of `{name}` is a credential"),
        };
        let message = format!(
            "{what} in plain text: everyone who can read the {kind} can read it, and so can readers of audit logs \
             that record request bodies"
        );
        let finding = reporter.report(leak.first.place(), message);
        finding.help(help(name));
        leak.others.iter().for_each(|it| _ = finding.related(it.place(), "the same credential"));
    }
}
