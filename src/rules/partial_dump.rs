use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::dumps::PartialDump;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "partial-dump",
        summary: "A dump that fails halfway keeps the name of a complete one",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let Some(PartialDump { command, file, directory, is_overwritten }) = script.partial_dump() else {
        return;
    };
    let name = script.title(command);
    let message = if is_overwritten {
        format!(
            "when `{name}` fails halfway, the dump of the last run in `{directory}` is already overwritten with an incomplete one"
        )
    } else {
        format!(
            "when `{name}` fails halfway, what it has written stays in `{directory}` under the name of a complete dump"
        )
    };
    // A new name each time leaves the good dumps as they are, and the failed Job says which is none.
    let finding = reporter.report_milder(!is_overwritten, script.place(file.span), message);
    finding.help(
        "write to a temporary name in the same directory, such as `….tmp`, and rename the file with `mv` once the dump has \
         succeeded",
    );
}
