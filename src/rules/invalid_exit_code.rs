use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::exits::ScriptExit;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "invalid-exit-code",
        summary: "An exit code that no process can have",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    for ScriptExit { command, code, .. } in script.exits().iter().filter(|it| !(0..=255).contains(&it.code)) {
        let shown = code.rem_euclid(256);
        let effect = match (shown, *code < 0) {
            (_, true) => {
                format!(
                    "`exit {code}` exits with {shown} in Bash, and with 2 and an error message in `dash` and BusyBox"
                )
            }
            (0, _) => format!("`exit {code}` exits with 0, so this failure counts as a success"),
            _ => format!("`exit {code}` exits with {shown}"),
        };
        let finding =
            reporter.report(script.place(command.span), format!("{effect}: exit codes have 8 bits"));
        finding.help(
            "use a number from 1 to 125: 126 means that a command cannot be run, 127 that it was not found, \
                and 128 + n that signal n ended it",
        );
    }
}
