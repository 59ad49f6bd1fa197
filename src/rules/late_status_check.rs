use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "late-status-check",
        summary: "The script looks at `$?` where it can only be 0",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        page: include_str!("../../rules/late-status-check.md"),
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let Some((step, check)) = script.steps.iter().find_map(|step| Some((step, step.late_check?))) else {
        return;
    };
    let name = script.title(step.command);
    let message = format!(
        "when `{name}` fails, `set -e` ends the script at once: what looks at `$?` here only ever sees 0"
    );
    let finding = reporter.report(script.place(check.first.head()), message);
    finding
        .help(format!("write `if ! {name} …; then` or `{name} … || status=$?`, which `set -e` leaves alone"));
    finding.related(script.name_place(step.command), "the script ends here when this fails");
}
