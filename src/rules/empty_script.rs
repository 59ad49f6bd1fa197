use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::idle::does_nothing;
use crate::shell::syntax::CommandKind;
use crate::shell::{Flavour, Script};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "empty-script",
        summary: "The script has no command that does anything",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

/// What to do about a script without commands.
const WRITE: &str = "write the commands that do the work, or `true` if there is nothing to do";
/// What to do about functions without calls.
const CALL: &str = "call the functions at the end of the script, or write `true` if there is nothing to do";

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let is_read = script.error.is_none() && script.source.shell.flavour != Flavour::Python;
    // What has no text at all is for someone else to fill in.
    if !is_read || script.text().trim().is_empty() || !script.tree.list.items.iter().all(does_nothing) {
        return;
    }
    let (what, help) = match script.commands() {
        [] => ("contains only comments", WRITE),
        _ if script.source.is_sourced => return, // These are for the script that reads it.
        commands if commands.iter().any(|it| matches!(it.kind, CommandKind::Function { .. })) => {
            ("defines functions and calls none of them", CALL)
        }
        _ => ("only sets options and variables", WRITE),
    };
    let message =
        format!("the script {what}: it exits with 0 at once, and {}", script.source.effect_of_success());
    // A Job needs a container, even if the others do all the work.
    let has_others = script.container().pod.containers().nth(1).is_some();
    reporter.report_milder(has_others, script.source.node, message).help(help);
}
