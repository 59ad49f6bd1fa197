use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::recreated_objects::RecreatedObject;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "deleted-before-created",
        summary: "The script deletes an object before the new one exists",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let Some(RecreatedObject { kind, name, deletion, creation }) = script.recreated_object() else { return };
    let client = script.title(creation);
    let is_repeated = script.container().pod.job.cron_job().is_some();
    let message = format!(
        "pods that start after `{client} delete` and before `{client} create` do not find the {kind} `{name}`, which stays \
         missing if the latter fails"
    );
    // The first time nothing needs the object yet, and a Job runs once.
    let finding = reporter.report_milder(!is_repeated, script.name_place(deletion), message);
    finding.help(format!(
        "remove `{client} delete`, and replace the object in one step: `{client} create … --dry-run=client -o yaml | {client} \
         apply -f -`"
    ));
    finding.related(script.name_place(creation), "the new object is created here");
}
