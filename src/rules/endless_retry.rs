use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::Practice;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::time::deadline::{is_effective, is_replaced};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "endless-retry",
        summary: "The script retries forever, so the Job never fails",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        practice: Some(Practice::Deadline),
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let pod = script.container().pod;
    let deadline = pod.job.active_deadline_seconds();
    // A sidecar ends along with the main containers.
    if script.container().is_sidecar()
        || is_effective(deadline)
        || is_effective(pod.active_deadline_seconds())
    {
        return;
    }
    let end = if is_replaced(pod.job) {
        "each run continues until the next one replaces it"
    } else {
        "the Job never ends"
    };
    for endless in script.endless_loops().iter().filter(|it| !it.is_wait) {
        let name = script.title(endless.command);
        let message = format!(
            "the loop repeats `{name}` until it succeeds: if it cannot succeed, {end}, and \
                `backoffLimit` has no effect"
        );
        let finding = reporter.report(script.place(endless.keyword), message);
        let limit = if deadline.is_set() { "lower" } else { "set" };
        finding.help(format!(
            "remove the loop and leave the retries to the Job, count the attempts and `exit 1` after the last one, or \
             {limit} `activeDeadlineSeconds`"
        ));
        finding.related(script.name_place(endless.command), "this is retried until it succeeds");
    }
}
