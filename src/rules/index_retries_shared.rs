use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Job;
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases::count;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "index-retries-shared",
        summary: "One index can use up the retries of all indexes",
        category: Category::Parallelism,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

/// The smallest number of completions that is reported.
const MANY: i64 = 10;

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let (field, limit_field) = (job.backoff_limit_per_index(), job.backoff_limit());
    let limit = limit_field.integer().unwrap_or(6);
    let Some(completions) = job.completions().integer().filter(|&completions| completions >= MANY) else {
        return;
    };
    // With a limit of 0 no index is to be tried again, and the first failure is to end the Job.
    if !job.completion_mode().is("Indexed") || field.is_set() || limit < 1 || limit >= completions {
        return;
    }
    // A `successPolicy` says which of the indexes count. Pods that find each other by a `subdomain` work together: none
    // is of use without the others.
    if job.success_policy().is_set() || job.pod().is_some_and(|pod| pod.spec.field("subdomain").is_set()) {
        return;
    }
    let retries = count(limit, "retry");
    let finding = reporter.report(
        field,
        format!(
            "{completions} indexes share {retries}: an index that keeps failing fails the Job for all of \
                them, because `backoffLimitPerIndex` is not set"
        ),
    );
    // With `OnFailure` the restarts are compared with `backoffLimit` alone, which has no limit then.
    let never = if job.pod().is_some_and(|pod| pod.restart_policy().is("Never")) {
        ""
    } else {
        "`restartPolicy: Never`, "
    };
    let shared = if limit_field.is_set() {
        "; remove `backoffLimit`, which would still limit the retries of all indexes together"
    } else {
        ""
    };
    finding.help(format!(
        "set {never}`backoffLimitPerIndex` to the number of retries each index gets, and `maxFailedIndexes` \
            to the number of failed indexes that the Job can tolerate{shared}"
    ));
    if limit_field.is_set() {
        finding.related(limit_field, format!("{retries} for all {completions} indexes together"));
    }
}
