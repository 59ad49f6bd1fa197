use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Job;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "zero-deadline",
        summary: "The Job fails before any pod is created",
        category: Category::Lifetime,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let field = job.active_deadline_seconds();
    if field.integer() != Some(0) {
        return;
    }
    let subject = job.title();
    // The deadline of a suspended Job does not count (`pastActiveDeadline` in `pkg/controller/job`).
    let is_suspended = job.suspend().boolean() == Some(true);
    let when = if is_suspended { "as soon as it is resumed" } else { "immediately" };
    reporter
        .report(
            field,
            format!("{subject} fails {when}, before any pod is created: `activeDeadlineSeconds` is 0"),
        )
        .help(
            "set `activeDeadlineSeconds` to more seconds than the longest successful run takes, \
            retries included; 0 does not mean unlimited",
        );
}
