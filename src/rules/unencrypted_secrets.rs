use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unencrypted-secrets",
        summary: "A script stores Secrets without encryption",
        category: Category::Security,
        severity: Severity::Info,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let files = script.unencrypted_secrets();
    let Some((first, others)) = files.split_first() else { return };
    let message = format!(
        "anyone who can read `{}`, or a copy of it, can read the Secrets in it: their values are in base64, which is not encryption",
        script.excerpt(first.span).trim_matches('"')
    );
    let finding = reporter.report(script.place(first.span), message);
    finding.help(
        "encrypt them before they are stored, for example with `age -r <public key>`, or leave out the Secrets and keep them in a \
         secret store",
    );
    for file in others.iter().take(5) {
        finding.related(script.place(file.span), "this file has Secrets in it, too");
    }
}
