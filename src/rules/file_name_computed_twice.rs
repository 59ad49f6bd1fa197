use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "file-name-computed-twice",
        summary: "Two commands compute the same name from the time",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let Some((first, second)) = script.name_computed_twice() else { return };
    let message = format!(
        "`{}` is a different name once the next second begins: `date` runs again here",
        script.excerpt(second.span)
    );
    let finding = reporter.report(script.place(second.span), message);
    finding.help(
        "compute the name once, before both commands: `name=…$(date …)…`, then `\"$name\"` in each of them",
    );
    finding.related(script.place(first.span), "the name is computed here first");
}
