use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::{Practice, Yield};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::printing::gives_up;
use crate::manifest::hook;
use crate::manifest::workload::{CronJob, Job, Pod};
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::starts_runs;
use crate::time::deadline::{advice, is_effective, uncounted, why_ineffective};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-deadline",
        summary: "Nothing ends the Job when it hangs",
        category: Category::Lifetime,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        practice: Some(Practice::Deadline),
        yields_to: &[
            Yield::in_object("endless-main"),
            Yield::in_object("stuck-forbid"),
            Yield::in_object("excessive-retries"),
            Yield::in_object("pod-level-deadline"),
            Yield::in_object("endless-wait"),
            Yield::in_object("endless-retry"),
            Yield::in_object("protection-without-deadline"),
        ],
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let deadline = job.active_deadline_seconds();
    // Liveness probes end what hangs in a pod.
    if is_effective(deadline) || job.pod().is_some_and(Pod::is_watched) {
        return;
    }
    let of_pod = job.pod().map(Pod::active_deadline_seconds).filter(|it| is_effective(*it));
    let cron_job = job.cron_job();
    let is_test = cron_job.is_none() && hook::is_test(job.object.node);
    // One that is set is too long to wait for.
    let end = if deadline.is_set() { "its deadline" } else { "someone deletes it" };
    let what_happens = match (of_pod, cron_job.map(CronJob::concurrency_policy)) {
        (Some(seconds), _) if seconds.integer().is_some_and(|it| it > 0) => {
            if job.pod().is_some_and(|it| it.restart_policy().is("OnFailure")) {
                "the deadline in the pod template ends each pod that hangs, but it starts over with every new pod".to_owned()
            } else {
                "the deadline in the pod template ends each pod that hangs, but it starts over with every retry".to_owned()
            }
        }
        // The API server rejects it.
        (Some(_), _) => return,
        _ if cron_job.is_some_and(|it| !starts_runs(it, reporter.as_of())) => {
            format!("a manually started run that hangs keeps running until {end}")
        }
        (_, Some(policy)) if policy.is("Forbid") => {
            format!("a run that hangs keeps running until {end}, and no other run starts before then")
        }
        (_, Some(policy)) if policy.is("Replace") => {
            "a run that hangs is deleted when the next one replaces it, and never counts as failed".to_owned()
        }
        (_, Some(_)) => "a run that hangs keeps running, and later runs start alongside it".to_owned(),
        (_, None) if is_test => "a test that hangs keeps running after `helm test` has given up".to_owned(),
        (_, None) => format!("a Job that hangs keeps running until {end}"),
    };
    let message = format!("{what_happens}: {}", why_ineffective(deadline));
    // Whoever starts a run by hand looks at it. A policy insists on a deadline all the same.
    let is_in_file = !job.object.node.document.source.is_from_server();
    let is_by_hand = is_in_file && cron_job.is_some_and(|it| !starts_runs(it, reporter.as_of()));
    let is_mild = is_test || is_by_hand || job.pod().is_some_and(gives_up);
    let finding = reporter.report_milder(is_mild, deadline, message);
    finding.help(advice(deadline));
    if let Some((retries, text)) = uncounted(job).filter(|_| of_pod.is_none()) {
        finding.related(retries, text);
    }
}
