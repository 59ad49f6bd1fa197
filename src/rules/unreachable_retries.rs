use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Field;
use crate::manifest::live;
use crate::manifest::workload::{Job, Pod};
use crate::rule::{Check, Reporter, Rule};
use crate::time::retry::{first_retry_from, retry_start};
use crate::time::run;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unreachable-retries",
        summary: "The deadline ends the Job before its last retries can start",
        category: Category::Failure,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let (per_index, deadline_field) = (job.backoff_limit_per_index(), job.active_deadline_seconds());
    let is_one = |field: Field<'_>| field.is_missing() || field.integer() == Some(1);
    let limit_field = if per_index.is_set() { per_index } else { job.backoff_limit() };
    // A success forgets the failures before it, and pods side by side fail together: other Jobs retry sooner.
    let is_single = is_one(job.completions()) && is_one(job.parallelism());
    let is_stated = !live::may_be_default(job.object, "spec.backoffLimit");
    if per_index.is_missing() && !(is_single && is_stated) {
        return;
    }
    let (Some(limit), Some(deadline)) = (limit_field.integer(), deadline_field.integer()) else { return };
    // A pod that fails at a deadline of its own starts the back-off of its containers over.
    let starts_over =
        |it: &Pod<'_>| it.restart_policy().is("OnFailure") && it.active_deadline_seconds().is_set();
    let pod = job.pod().filter(|it| !starts_over(it));
    let Some(policy) = pod.and_then(run::restart_policy) else { return };
    // Where every try fails at once, the retries start as early as they can.
    let (retry, at) = first_retry_from(policy, deadline);
    if retry > limit || deadline <= 0 {
        return;
    }
    let message = format!(
        "retry {retry} of {limit} cannot start: it would start after {at} s at the earliest, and the deadline ends the \
         Job after {deadline} s"
    );
    let (field, last) = (limit_field.name(), retry_start(policy, limit));
    // After several retries one more hardly counts.
    let is_minor = retry == limit && limit > 2;
    reporter
        .report_milder(is_minor, limit_field, message)
        .related(deadline_field, "the deadline that ends the Job")
        .help(format!(
            "lower `{field}` to {}, or set `activeDeadlineSeconds` above {last}: retry {limit} starts after {last} s \
             at the earliest",
            retry - 1
        ));
}
