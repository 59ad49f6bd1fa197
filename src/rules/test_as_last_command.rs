use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "test-as-last-command",
        summary: "A test at the end of a script fails the Job when there is nothing to do",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        page: include_str!("../../rules/test-as-last-command.md"),
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    // The kubelet starts a sidecar again whatever its status is.
    let counts = script.error.is_none() && !script.container().is_sidecar();
    let Some(item) = script.deciding_test().filter(|_| counts) else { return };
    let test = item.first.span();
    let message = format!(
        "when `{}` is false, there is nothing to do, but the script exits with 1, which Kubernetes treats as a failure",
        script.excerpt(test)
    );
    let finding = reporter.report(script.place(test), message);
    finding.help("write `if …; then …; fi`, which returns 0 when the test is false");
}
