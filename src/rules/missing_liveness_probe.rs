use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::printing::gives_up;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::Calendar;
use crate::time::deadline::is_effective;
use crate::time::format;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-liveness-probe",
        summary: "A long Job that hangs goes unnoticed until its deadline",
        category: Category::Lifetime,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

/// Deadlines of up to four hours are near enough: someone looks in the same working day.
const LONG: i64 = 4 * 3600;

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let deadline_field = pod.job.active_deadline_seconds();
    // Without a deadline that counts, `missing-deadline` says what to do first.
    let seconds = deadline_field.integer().filter(|_| is_effective(deadline_field));
    let Some(deadline) = seconds.filter(|&it| it > LONG) else { return };
    // `Replace` deletes what hangs when the next run starts.
    let replacing =
        pod.job.cron_job().filter(|it| it.concurrency_policy().is("Replace") && !it.is_suspended());
    let next_start = replacing.and_then(|it| Calendar::for_cron_job(it)?.intervals(reporter.as_of()));
    if next_start.is_some_and(|(shortest, _)| shortest < deadline) {
        return;
    }
    let mut containers = pod.main_containers();
    let Some(first) = containers.next() else { return };
    // The pod's own deadline or a `timeout` stops what hangs, and one probe tells that somebody thought of it.
    let is_ended = pod.active_deadline_seconds().is_set() || gives_up(pod);
    if is_ended || pod.containers().any(|it| it.liveness_probe().is_set()) {
        return;
    }
    let message = format!(
        "if `{}` hangs, nothing stops it before the deadline of {}: `livenessProbe` is not set",
        first.title(),
        format::duration(deadline)
    );
    let finding = reporter.report(first.liveness_probe(), message);
    finding.related(deadline_field, "the deadline");
    finding.help(
        "set a `livenessProbe` that fails when the work makes no progress, such as one that checks the age \
            of a file that the program updates",
    );
    for container in containers {
        finding.related(container.liveness_probe(), "no liveness probe here either");
    }
}
