use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Flavour;
use crate::shell::Script;
use crate::shell::bashisms::{Bashism, Effect, bashisms};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "bashism-in-sh",
        summary: "A script for `sh` uses features that only Bash has",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        page: include_str!("../../rules/bashism-in-sh.md"),
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let flavour = script.source.shell.flavour;
    let found: Vec<Bashism> = bashisms(script).into_iter().filter(|it| flavour.lacks(it.lack)).collect();
    let Some((first, others)) = found.split_first() else { return };
    let (shell, severity) = match flavour {
        Flavour::Dash => ("the `sh` of this image is `dash`, which has no", Severity::Warning),
        Flavour::BusyBox | Flavour::OldBusyBox => {
            ("the `sh` of this image is BusyBox, which has no", Severity::Warning)
        }
        // It may be Bash under another name.
        _ => ("plain `sh` has no", Severity::Info),
    };
    let effect = match first.effect {
        Effect::Syntax => "the script ends there with a syntax error",
        Effect::Substitution => "the script stops there with a `bad substitution` error",
        Effect::Stops => "the script stops there",
        Effect::Fails => "the command fails there",
        Effect::Differs => "the script continues there with something else",
    };
    let message = format!("{shell} {}: {effect}", first.what);
    let finding = reporter.report_as(severity, script.place(first.span), message);
    finding.help("run the script with `bash -c` in an image that has Bash, or rewrite it for `sh`");
    for it in others.iter().take(5) {
        finding.related(script.place(it.span), format!("also unsupported: {}", it.what));
    }
}
