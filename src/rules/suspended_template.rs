use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::queued::is_queued;
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "suspended-template",
        summary: "Every run is created but never starts",
        category: Category::Lifetime,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::CronJob(check),
};

fn check(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    let Some(job) = cron_job.job().filter(|it| it.suspend().boolean() == Some(true)) else { return };
    if is_queued(job) {
        return;
    }
    let what_happens = match cron_job.concurrency_policy().text() {
        _ if cron_job.is_suspended() => "no run starts by itself, even after the CronJob is resumed",
        Some("Forbid") => {
            "the first Job does not start by itself, and with `concurrencyPolicy: Forbid` no other is created while it exists"
        }
        Some("Replace") => {
            "no run starts by itself, and with `concurrencyPolicy: Replace` each waiting Job is deleted when the next one is \
             created"
        }
        _ => "no run starts by itself, and the waiting Jobs pile up",
    };
    reporter.report(job.suspend(), format!("{what_happens}: `jobTemplate.spec.suspend` is `true`")).help(
        "remove `suspend` from `jobTemplate.spec`; to pause the CronJob, write `suspend: true` in its own \
                `spec`, next to `schedule`",
    );
}
