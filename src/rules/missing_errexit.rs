use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Style;
use crate::manifest::edit::{Edit, Safety};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::ignored_failures::is_quiet;
use crate::shell::script::{IgnoredFailureCause, IgnoredFailures};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-errexit",
        summary: "The script continues when one of its commands fails",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        page: include_str!("../../rules/missing-errexit.md"),
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let Some(IgnoredFailures { steps: ignored, cause: IgnoredFailureCause::NoErrexit }) =
        script.ignored_failures()
    else {
        return;
    };
    // What tidies up, or reads another script, is named only along with the rest.
    let Some(at) = ignored.iter().position(|it| !is_quiet(it.command)) else { return };
    let first = &ignored[at];
    let others = ignored.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, step)| step);
    let name = script.title(first.command);
    let shell = script.source.shell.name;
    let message = format!(
        "when `{name}` fails, the script continues: only its last command decides whether the Job fails"
    );
    let finding = reporter.report(script.name_place(first.command), message);
    finding.help(format!("write `set -e` at the top, or start the script with `{shell} -ec`"));
    let edits = match script.source.node.style() {
        Style::Literal => Edit::set_option(script, "e"),
        _ => Edit::shell_option(script.source, 'e'),
    };
    finding.fix("stop the script when a command fails: `set -e`", Safety::Unsafe, edits);
    for step in others.take(5) {
        finding.related(script.name_place(step.command), "a failure here goes unnoticed too");
    }
}
