use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::practice::Practice;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::leaks::leaks;
use crate::facts::secret::detected::{Secret, Within};
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "secret-in-url",
        summary: "An address contains a password that everyone can read",
        category: Category::Secrets,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        practice: Some(Practice::NoCredential),
        since: "0.1.0",
        page: include_str!("../../rules/secret-in-url.md"),
        ..Meta::DEFAULT
    },
    check: Check::Secrets(check),
};

fn check(object: Object<'_>, secrets: &[Secret<'_>], reporter: &mut Reporter<'_>) {
    let kind = object.kind_name();
    let help = "keep the whole address in a Secret, or build it with `$(NAME)` from a variable that comes \
        from one, and replace the password: anyone who has read this manifest has it";
    for leak in leaks(secrets, Within::Url) {
        let Secret { name, shape, .. } = leak.first;
        let what = shape.unwrap_or("the password");
        let place =
            if name.is_empty() { "an address".to_owned() } else { format!("the address in `{name}`") };
        let message = format!("Kubernetes shows {what} in {place} to everyone who can read the {kind}");
        let finding = reporter.report(leak.first.place(), message);
        finding.help(help);
        leak.others.iter().for_each(|it| _ = finding.related(it.place(), "the same credential"));
    }
}
