use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::{Category, OptionValue, RuleOption};
use crate::diagnostic::practice::{Practice, Yield};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::live;
use crate::manifest::workload::Job;
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases;
use crate::time::calendar::Calendar;
use crate::time::deadline::is_effective;
use crate::time::format;
use crate::time::retry::{
    ContainerRun, JobAssumptions, JobPlan, RestartPolicy, never_waits, restart_waits, simulate,
};
use crate::time::run;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "excessive-retries",
        summary: "Many retries, and no deadline that ends them",
        category: Category::Failure,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        practice: Some(Practice::Deadline),
        yields_to: &[Yield::in_object("retried-migration")],
        since: "0.1.0",
        options: &[RuleOption {
            name: "minimum",
            summary: "The smallest `backoffLimit` that is reported",
            default: OptionValue::Integer(15),
        }],
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let (field, least) = (job.backoff_limit(), reporter.integer("minimum"));
    // With a limit for each index, the whole Job has none on purpose.
    if is_effective(job.active_deadline_seconds()) || job.backoff_limit_per_index().is_set() {
        return;
    }
    let is_stated = !live::may_be_default(job.object, "spec.backoffLimit");
    let Some(limit) = field.integer().filter(|&it| it >= least && is_stated) else { return };
    let Some(policy) = job.pod().and_then(run::restart_policy) else { return };
    let noun = match policy {
        RestartPolicy::Never => "new pod",
        RestartPolicy::OnFailure => "restart",
    };
    let retries = phrases::count(limit, noun);
    let lasts = match job.pods_at_once() {
        ..=1 => Some(waits(policy, limit)),
        _ => lasts_side_by_side(job),
    };
    // With `Replace` the next run deletes a Job that is still retrying.
    let replaced_after = job.cron_job().filter(|it| it.concurrency_policy().is("Replace")).and_then(|it| {
        let calendar = Calendar::for_cron_job(it).filter(|_| !it.is_suspended())?;
        Some(calendar.intervals(reporter.as_of())?.0)
    });
    if replaced_after.is_some_and(|after| lasts.is_none_or(|it| after <= it)) {
        return;
    }
    // Pods that run side by side use the limit up at once if each fails at once, which says little of how long they take.
    let lasts = lasts
        .filter(|it| *it >= 60)
        .map(|it| format!(" for at least {}", format::duration(it)))
        .unwrap_or_default();
    let message = format!(
        "if every attempt fails, the Job continues{lasts}, with {retries}: no deadline ends it sooner"
    );
    reporter.report(field, message).help(
        "set `activeDeadlineSeconds` to the number of seconds after which another try is pointless; it also \
            ends a Job that hangs",
    );
}

/// Returns the seconds that the retries of one pod wait for, where every try fails at once.
fn waits(policy: RestartPolicy, limit: i64) -> i64 {
    // Nobody waits for what comes after so many.
    let count = usize::try_from(limit).unwrap_or(usize::MAX).min(1_000_000);
    match policy {
        RestartPolicy::Never => never_waits().take(count).sum(),
        RestartPolicy::OnFailure => restart_waits().take(count).sum(),
    }
}

/// Returns the seconds that pods which run side by side use the limit up in: their failures are added up. Nothing where
/// that takes more tries than are simulated.
fn lasts_side_by_side(job: Job<'_>) -> Option<i64> {
    let fails_at_once = |_| ContainerRun { takes: 0, exit_code: 1 };
    let assumptions =
        JobAssumptions { run: &fails_at_once, pod_starts_in: 0, pod_ends_in: 0, interventions: &[] };
    let plan = JobPlan { is_suspended: false, failure_rules: None, ..JobPlan::for_job(job).ok()? };
    Some(simulate(&plan, &assumptions).end?.at / 1_000)
}
