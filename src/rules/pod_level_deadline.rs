use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::Practice;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases::count;
use crate::time::history::history_defeated_by_ttl;
use crate::time::run;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "pod-level-deadline",
        summary: "The deadline ends each pod, but nothing ends the Job",
        category: Category::Lifetime,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        practice: Some(Practice::Deadline),
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let (field, job) = (pod.active_deadline_seconds(), pod.job);
    // With a deadline of the Job too, the one in the pod is for each try.
    let Some(deadline) = field.integer().filter(|&it| it > 0 && job.active_deadline_seconds().is_missing())
    else {
        return;
    };
    // One in the wrong place, which `unknown-field` moves, is meant to count.
    let limit_field = job.retry_limit();
    let is_misplaced = limit_field.written().is_none() && job.object.mentions("backoffLimit");
    let limit = limit_field.integer().unwrap_or(6);
    // A container that restarts in its pod has no more than what is left of the pod's time.
    let retry = if pod.restart_policy().is("OnFailure") { "new pod" } else { "retry" };
    let each = format!("each {retry} gets the same time again, plus back-off");
    let consequence = match limit {
        _ if is_misplaced => each,
        0 => "a pod that cannot be scheduled never reaches it".to_owned(),
        // A limit for each index leaves the whole Job without one.
        1..1000 if job.backoff_limit_per_index().is_missing() => {
            let again = match limit {
                1 => format!("a {retry} gets"),
                _ => format!("up to {} get", count(limit as usize, retry)),
            };
            format!(
                "{again} the same time again, plus back-off, and a pod that cannot be scheduled never reaches it"
            )
        }
        _ => each,
    };
    let (subject, path) = match job.cron_job() {
        Some(_) => ("the run", "jobTemplate.spec"),
        None => ("the Job", "spec"),
    };
    let message = format!("the deadline of {deadline} s ends a pod, not {subject}: {consequence}");
    let finding = reporter.report(field, message);
    let help =
        format!("set `activeDeadlineSeconds` in the Job's own `spec` (`{path}.activeDeadlineSeconds`)");
    // Retries need their time too: the pod's deadline alone, moved there, would leave them none.
    match run::longest_run(job).map(|it| it.seconds).filter(|_| !is_misplaced) {
        Some(seconds) if seconds == deadline => {
            let entry = pod.spec.entries().find(|it| it.key == field.name());
            let edits = entry.map_or(Ok(Vec::new()), |entry| Edit::relocate(entry, job.spec, &[]));
            let title = format!("move `activeDeadlineSeconds` to `{path}`");
            finding.help(help).fix(title, Safety::Unsafe, edits);
        }
        Some(seconds) => {
            let fits = job.ttl_seconds_after_finished().integer().is_none_or(|ttl| seconds < ttl);
            let is_in_the_way = job.cron_job().is_some_and(|it| history_defeated_by_ttl(it).is_some());
            let rest = match (fits, is_in_the_way) {
                (true, _) => "",
                (false, true) => "; then remove `ttlSecondsAfterFinished`",
                (false, false) => "; then set `ttlSecondsAfterFinished` above the deadline",
            };
            finding.help(format!("{help}; with all retries and their back-off the Job can take {seconds} s, plus the time to schedule and end its pods{rest}"));
            // A deadline above the TTL is a decision about both.
            if fits {
                let title = format!("write `activeDeadlineSeconds: {seconds}` into `{path}`");
                finding.fix(title, Safety::Unsafe, Edit::set(job.active_deadline_seconds(), seconds));
            }
        }
        None => _ = finding.help(format!("{help} to more seconds than the Job's pods can take together")),
    }
}
