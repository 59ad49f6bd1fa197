use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::step::Fate;
use crate::shell::unsure_deletions::UnsureDeletion;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "deleted-on-failed-query",
        summary: "The script deletes something when the query whether it is needed fails",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let Some(UnsureDeletion { asked, deletion, kept }) = script.unsure_deletion() else { return };
    let (name, deletes) = (script.title(asked), script.title(deletion));
    let (message, help) = match kept {
        Some(variable) => {
            let step = script.steps.iter().find(|it| std::ptr::eq(it.command, asked));
            let is_piped = step.is_some_and(|it| it.fate == Fate::Piped);
            let how = if is_piped {
                script.source.shell.flavour.pipefail_advice().to_owned()
            } else {
                format!("end the script when `{name}` fails, before anything is deleted")
            };
            // One program can do both.
            let query =
                if name == deletes { format!("the query for `${variable}`") } else { format!("`{name}`") };
            let effect = format!("`${variable}` is empty, and `{deletes}` also deletes what should be in it");
            (format!("when {query} fails, {effect}"), how)
        }
        None => (
            format!(
                "when `{name}` fails for a reason other than a missing object, such as a timeout, \
                 the script still deletes something with `{deletes}`"
            ),
            format!(
                "ask with `{name} get --ignore-not-found -o name`, which fails only for other reasons: end the script when it \
                 does, and delete only if it prints nothing"
            ),
        ),
    };
    let finding = reporter.report(script.name_place(deletion), message);
    finding.help(help);
    finding.related(script.name_place(asked), "a failure here looks like the answer that there is nothing");
}
