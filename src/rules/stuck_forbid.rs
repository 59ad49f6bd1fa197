use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::{Practice, Yield};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::printing::gives_up;
use crate::manifest::workload::{CronJob, Pod};
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::starts_runs;
use crate::time::deadline::{is_effective, uncounted};
use crate::time::format::duration;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "stuck-forbid",
        summary: "If one run hangs, every later run is skipped",
        category: Category::Schedule,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        practice: Some(Practice::Deadline),
        yields_to: &[Yield::in_object("endless-wait")],
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::CronJob(check),
};

fn check(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    let policy = cron_job.concurrency_policy();
    // Without runs none is skipped.
    let is_forbid = policy.is("Forbid") && starts_runs(cron_job, reporter.as_of());
    let Some(job) = cron_job.job().filter(|_| is_forbid) else { return };
    let deadline = job.active_deadline_seconds();
    // The pod's own deadline ends each hung pod, as liveness probes do, and the retries are finite: the CronJob continues.
    let ends = |pod: Pod<'_>| is_effective(pod.active_deadline_seconds()) || pod.is_watched();
    if is_effective(deadline) || job.pod().is_some_and(ends) {
        return;
    }
    let deadline_ends = match deadline.integer() {
        Some(seconds) => format!("its deadline ends it only after {}", duration(seconds)),
        None => "no deadline ends it".to_owned(),
    };
    let message = format!(
        "if one run hangs, every later run is skipped: `Forbid` waits for it to end, and {deadline_ends}"
    );
    let finding = reporter.report_milder(job.pod().is_some_and(gives_up), deadline, message);
    finding.related(policy, "skips runs while another one is running");
    if let Some((retries, text)) = uncounted(job) {
        finding.related(retries, text);
    }
    finding.help(if deadline.is_set() {
        "lower `activeDeadlineSeconds` in `jobTemplate.spec` to slightly more seconds than the longest \
            successful run takes, retries included"
    } else {
        "set `activeDeadlineSeconds` in `jobTemplate.spec` to more seconds than the longest \
            successful run takes, retries included"
    });
}
