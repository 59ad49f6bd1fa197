use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::function_tests::EndingTest;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "test-as-last-command",
        summary: "A test at the end of a script fails the Job when there is nothing to do",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    if script.error.is_some() {
        return;
    }
    report_function(script, reporter);
    // The kubelet starts a sidecar again whatever its status is.
    let is_counted = !script.container().is_sidecar();
    let Some(item) = script.deciding_test().filter(|_| is_counted) else { return };
    let test = item.first.span();
    let message = format!(
        "when `{}` is false, there is nothing to do, but the script exits with 1, which Kubernetes treats as a failure",
        script.excerpt(test)
    );
    let finding = reporter.report(script.place(test), message);
    finding.help("write `if …; then …; fi`, which returns 0 when the test is false");
}

/// Reports `save() { …; [ "$VERBOSE" = 1 ] && set -x; }`, which returns 1 in nearly every run.
fn report_function(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let Some(EndingTest { name, item, call }) = script.test_at_end_of_function() else { return };
    let test = item.first.span();
    let message = format!(
        "when `{}` is false, the function `{name}` returns 1 although its work is done, and `set -e` ends the script",
        script.excerpt(test)
    );
    let finding = reporter.report(script.place(test), message);
    finding.help("write `if …; then …; fi`, which returns 0 when the test is false");
    finding.related(script.name_place(call), format!("`{name}` is called here"));
}
