use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Job;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "zero-parallelism",
        summary: "No pod starts",
        category: Category::Parallelism,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let field = job.parallelism();
    // With `completions: 0` the Job is complete all the same: `zero-completions`.
    if field.integer() != Some(0) || job.completions().integer() == Some(0) {
        return;
    }
    let deadline = job.active_deadline_seconds().integer();
    let policy = job.cron_job().and_then(|it| it.concurrency_policy().text());
    let end = match deadline {
        Some(deadline) if policy == Some("Replace") => {
            format!("and every run fails after {deadline} s unless the next one replaces it before")
        }
        Some(deadline) => format!("and {} fails after {deadline} s", job.title()),
        None if policy == Some("Forbid") => {
            "the first run waits until someone raises its `parallelism`, and no other run starts before that"
                .to_owned()
        }
        None if policy == Some("Replace") => "and every run waits until the next one replaces it".to_owned(),
        None => format!("and {} waits until someone raises its `parallelism`", job.title()),
    };
    reporter
        .report(field, format!("no pod is created, {end}: `parallelism` is 0"))
        .help(if job.cron_job().is_some() {
            "set `parallelism` to 1 or more; to pause the CronJob, write `suspend: true` in its own `spec`, next to `schedule`"
        } else {
            "set `parallelism` to 1 or more; to make the work wait, `suspend: true` is clearer"
        });
}
