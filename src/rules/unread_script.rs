use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::UnreadableCause;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unread-script",
        summary: "A script is too large, too deeply nested or unsupported, and is not checked",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let Some(error) = script.error.filter(|error| error.cause.is_unread()) else { return };
    let message = format!("this script is neither checked nor searched for credentials: {}", error.message);
    reporter.report(script.place(error.span), message).help(match error.cause {
        UnreadableCause::Unsupported => {
            "connect the programs with named pipes (`mkfifo`) instead of `coproc`"
        }
        UnreadableCause::Continued => "write the word or the operator on one line",
        _ => "put the script into the image, or make it shorter and nest it less deeply",
    });
}
