use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Job;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "zero-completions",
        summary: "The Job is complete before any pod has run",
        category: Category::Parallelism,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let field = job.completions();
    if field.integer() != Some(0) {
        return;
    }
    let subject = job.title();
    reporter
        .report(field, format!("{subject} completes immediately, without running a pod: `completions` is 0"))
        .help("set `completions` to the number of pods that must succeed, 1 for most Jobs");
}
