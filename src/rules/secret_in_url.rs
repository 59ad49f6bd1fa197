use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::Practice;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::leaks::leaks;
use crate::facts::secret::detected::{Secret, Within};
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "secret-in-url",
        summary: "A URL contains a password in plain text",
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
    for leak in leaks(secrets, Within::Url) {
        let Secret { name, shape, .. } = leak.first;
        let what = shape.unwrap_or("a password");
        let place = if name.is_empty() { "a URL".to_owned() } else { format!("the URL in `{name}`") };
        let message = format!(
            "{place} contains {what} in plain text: everyone who can read the {kind} can \
            read it"
        );
        let keep = keep(&leak.first.place().path);
        let finding = reporter.report(leak.first.place(), message);
        finding.help(format!(
            "{keep}; rotate the password, because anyone who has read this manifest has the old one"
        ));
        leak.others.iter().for_each(|it| _ = finding.related(it.place(), "the same credential"));
    }
}

/// Returns where to keep the URL instead. Kubernetes replaces `$(NAME)` only in `command`, `args` and `env`.
fn keep(path: &str) -> &'static str {
    if path.contains("annotations") {
        "remove it and keep the URL in a Secret: if the tool that reads it also has an annotation for the name of a Secret, \
         set that"
    } else if path.contains(".httpGet.") {
        "write a command that reads the password from a variable or a file (`exec` instead of `httpGet`)"
    } else {
        "keep the whole URL in a Secret, or read only the percent-encoded password from a Secret into an earlier variable \
         and insert it with `$(NAME)`"
    }
}
