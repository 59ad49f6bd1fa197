use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::index;
use crate::manifest::workload::{Job, Pod};
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unused-index",
        summary: "The Job is Indexed, but nothing in the manifest reads the index",
        category: Category::Parallelism,
        severity: Severity::Info,
        confidence: Confidence::Low,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let (job, mode) = (pod.job, pod.job.completion_mode());
    if !mode.is("Indexed") || job.completions().integer() == Some(0) {
        return;
    }
    // What is in a file of a volume the manifest does not tell.
    if pod.containers().any(|it| index::runs_mounted_file(it)) {
        return;
    }
    // With a `subdomain` the index is a part of each pod's host name.
    if pod.spec.field("subdomain").is_set() || index::uses(pod).next().is_some() || index::uses_host_name(pod)
    {
        return;
    }
    let is_single = job.completions().integer() == Some(1);
    let message = match job.completions().integer() {
        Some(1) => "`completionMode: Indexed` is of no use: the only index is 0, and nothing in the \
            manifest reads `JOB_COMPLETION_INDEX`"
            .to_owned(),
        Some(pods) => format!(
            "all {pods} pods do the same work, unless the program itself reads \
            `JOB_COMPLETION_INDEX`: nothing in the manifest does"
        ),
        None => "all pods do the same work, unless the program itself reads `JOB_COMPLETION_INDEX`: nothing \
            in the manifest does"
            .to_owned(),
    };
    let remove = format!("remove `completionMode`{}", dependents(job));
    let help = if is_single {
        format!(
            "{remove}; to divide the work among several pods, raise `completions` and pass \
                `$(JOB_COMPLETION_INDEX)` in `args`, or read the variable in the script"
        )
    } else {
        format!(
            "pass `$(JOB_COMPLETION_INDEX)` in `args`, or read the variable in the script; if the pods need no index, \
                {remove}"
        )
    };
    reporter.report(mode, message).help(help);
}

/// Returns the settings that the API server rejects without `completionMode: Indexed`, as the end of a sentence.
fn dependents(job: Job<'_>) -> String {
    let has_fail_index = job.failure_rules().any(|it| it.field("action").is("FailIndex"));
    let settings = [
        ("`backoffLimitPerIndex`", job.backoff_limit_per_index().is_set()),
        ("`maxFailedIndexes`", job.max_failed_indexes().is_set()),
        ("`successPolicy`", job.success_policy().is_set()),
        ("the rules with `action: FailIndex`", has_fail_index),
    ];
    let set: Vec<_> = settings.iter().filter(|it| it.1).map(|it| it.0.to_owned()).collect();
    if set.is_empty() {
        return String::new();
    }
    format!(" and what requires `Indexed`: {}", phrases::list(&set))
}
