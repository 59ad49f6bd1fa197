use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::old_dash::has_old_dash;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Flavour;
use crate::shell::Script;
use crate::shell::bashisms::{Bashism, Effect, PIPEFAIL, bashisms};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "bashism-in-sh",
        summary: "A script for `sh` uses features that only Bash has",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let flavour = script.source.shell.flavour;
    let image = script.container().image().text().unwrap_or_default();
    let lacks = |it: &Bashism| flavour.lacks(it.lack) && (it.what != PIPEFAIL || has_old_dash(image));
    let found: Vec<Bashism> = bashisms(script).into_iter().filter(lacks).collect();
    let Some((first, others)) = found.split_first() else { return };
    let (shell, severity) = match flavour {
        Flavour::Dash => ("`sh` in this image is `dash`, which", Severity::Warning),
        Flavour::BusyBox | Flavour::OldBusyBox => ("`sh` in this image is BusyBox, which", Severity::Warning),
        // It may be Bash under another name.
        _ => ("plain `sh`", Severity::Info),
    };
    let is_test = first.what.ends_with("[`");
    let effect = match first.effect {
        // In `dash` it is a command that does not exist, and the lines up to the `}` are run.
        Effect::Syntax if first.what == "`function`" => {
            "the script ends with a syntax error, possibly after the body of the function has run"
        }
        Effect::Syntax | Effect::Name => "the script ends at this line with a syntax error",
        Effect::Substitution => "the script stops at this line with a `bad substitution` error",
        Effect::Stops => "the script stops at this line",
        // A condition that fails does not end the script, whatever `set -e` says.
        Effect::Fails if is_test => "the test always fails",
        Effect::Fails => "the command fails",
        Effect::Differs => difference(first.what),
        Effect::Unexpanded => "the text stays as it is",
        Effect::RunsOnce => "the loop runs once, with that text as it is",
        Effect::Empty => "it expands to nothing, and the script continues with an empty value",
    };
    let lacks = match first.effect {
        Effect::Unexpanded | Effect::RunsOnce => format!("does not expand `{}`", script.excerpt(first.span)),
        Effect::Name => format!("allows only letters, digits and `_` in {}", first.what),
        _ => format!("does not support {}", first.what),
    };
    let message = format!("{shell} {lacks}: {effect}");
    let finding = reporter.report_as(severity, script.place(first.span), message);
    finding
        .help("run the script with `bash` instead of `sh` in an image that has Bash, or rewrite it for `sh`");
    for it in others.iter().take(5) {
        let label = match it.effect {
            Effect::Unexpanded | Effect::RunsOnce => {
                format!("this is not expanded either: `{}`", script.excerpt(it.span))
            }
            Effect::Name => "this function name is not allowed either".to_owned(),
            _ => format!("not supported either: {}", it.what),
        };
        finding.related(script.place(it.span), label);
    }
}

/// Returns what a shell does with a feature that it reads differently from Bash.
fn difference(what: &str) -> &'static str {
    match what {
        "`((…))`" => "it runs what is inside as a command",
        "`&>`" => "the command runs in the background, and its output does not go to the file",
        "`echo -e`" => "it prints the option",
        "`$'…'`" => "the `$` stays in the text",
        "`[^…]` in patterns" => "the `^` stands for itself",
        _ => "the variable is not set",
    }
}
