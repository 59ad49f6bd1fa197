use crate::finding::{Confidence, Severity};
use crate::rule::{Category, Check, Reporter, Rule};
use crate::rules::unsubstituted_placeholder;
use crate::script::{Cause, Script};
use crate::value::placeholder::{in_angle_brackets, placeholders};

pub static RULE: Rule = Rule {
    id: "script-syntax-error",
    summary: "The shell cannot read the script",
    category: Category::Scripts,
    severity: Severity::Error,
    confidence: Confidence::High,
    since: "0.1.0",
    page: include_str!("../../rules/script-syntax-error.md"),
    check: Check::Script(check),
    ..Rule::DEFAULT
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let Some(error) = script.error else { return };
    match error.cause {
        Cause::Unknown => {}
        Cause::Shell if has_known_placeholder(script, reporter) => {}
        Cause::Shell => {
            let shell = script.source.shell.name;
            let message = format!("`{shell}` cannot read the script and exits with 2: {}", error.message);
            let finding = reporter.report(script.place(error.span), message);
            finding.help(match script.source.joints().is_empty() {
                true => format!("`{shell} -n` reads a script without running it"),
                false => {
                    "`>` makes one line of the script's lines: write `|` in place of it, which keeps them"
                        .to_owned()
                }
            });
        }
        Cause::Limit => {
            let message = format!("the script is not judged: {}", error.message);
            let finding = reporter.report(script.place(error.span), message);
            finding.severity = finding.severity.min(Severity::Info);
            finding.help("put the script into the image, or into a ConfigMap that the pod mounts");
        }
    }
}

/// Says whether `unsubstituted-placeholder` speaks of a placeholder, such as `<name>`, that the script has too.
fn has_known_placeholder(script: &Script<'_>, reporter: &Reporter<'_>) -> bool {
    let object = script.container().pod.job.object;
    reporter.is_on(&unsubstituted_placeholder::RULE)
        && placeholders(object, reporter.kubernetes_version())
            .into_iter()
            .filter_map(|node| node.text())
            .flat_map(in_angle_brackets)
            .any(|placeholder| script.text().contains(placeholder))
}
