use crate::diagnostic::meta::{Category, Meta, OptionValue, Range, RuleOption};
use crate::diagnostic::practice::Yield;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Field;
use crate::manifest::workload::{CronJob, Job, Object};
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::Calendar;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "value-out-of-range",
        summary: "A number is outside the range that the team allows",
        category: Category::Lifetime,
        severity: Severity::Warning,
        confidence: Confidence::High,
        yields_to: &[Yield::at_field("zero-deadline")],
        since: "0.1.0",
        options: &[
            option("activeDeadlineSeconds", "The deadline of Jobs, in seconds"),
            option("backoffLimit", "The retries of Jobs"),
            option("failedJobsHistoryLimit", "The failed runs that a CronJob keeps"),
            option("interval", "The seconds between consecutive runs of a CronJob"),
            option("parallelism", "The pods of a Job that run at the same time"),
            option("startingDeadlineSeconds", "How late a run of a CronJob can start, in seconds"),
            option("successfulJobsHistoryLimit", "The successful runs that a CronJob keeps"),
            option("ttlSecondsAfterFinished", "How long a finished Job is kept, in seconds"),
        ],
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

const fn option(name: &'static str, summary: &'static str) -> RuleOption {
    RuleOption { name, summary, default: OptionValue::Range(Range { minimum: None, maximum: None }) }
}

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    if let Some(cron_job) = object.cron_job() {
        check_field(cron_job.starting_deadline_seconds(), None, reporter);
        // `SetDefaults_CronJob` in `pkg/apis/batch/v1/defaults.go`
        check_field(cron_job.successful_jobs_history_limit(), Some(3), reporter);
        check_field(cron_job.failed_jobs_history_limit(), Some(1), reporter);
        check_interval(cron_job, reporter);
    }
    if let Some(job) = object.job() {
        check_field(job.active_deadline_seconds(), None, reporter);
        check_field(job.ttl_seconds_after_finished(), None, reporter);
        check_field(job.parallelism(), Some(1), reporter);
        check_retries(job, reporter);
    }
}

/// Checks `backoffLimit`, which bounds nothing where each index has a limit of its own.
fn check_retries(job: Job<'_>, reporter: &mut Reporter<'_>) {
    if !job.backoff_limit_per_index().is_set() {
        check_field(job.backoff_limit(), Some(6), reporter);
    }
}

/// Checks a field, or what Kubernetes takes for one that is not set; without such a default that is not reported.
fn check_field(field: Field<'_>, default: Option<i64>, reporter: &mut Reporter<'_>) {
    let (name, range) = (field.name(), reporter.range(field.name()));
    let value = if field.is_set() { field.integer() } else { default };
    // The API server rejects a negative number.
    let Some(value) = value.filter(|it| *it >= 0) else { return };
    let Some(bound) = broken_bound(range, value) else { return };
    let is = if field.is_set() { format!("is {value}") } else { format!("is not set, which means {value}") };
    reporter
        .report(field, format!("the configuration allows {bound}: `{name}` {is}"))
        .help(format!("set `{name}` to {}", wanted(range)));
}

fn check_interval(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    let range = reporter.range("interval");
    if range == Range::default() {
        return;
    }
    let calendar = Calendar::for_cron_job(cron_job);
    let Some((shortest, longest)) = calendar.and_then(|it| it.intervals(reporter.as_of())) else { return };
    let (what, bound) = match (broken_bound(range, shortest), broken_bound(range, longest)) {
        (Some(bound), _) if range.minimum.is_some_and(|it| shortest < it) => (shortest, bound),
        (_, Some(bound)) if range.maximum.is_some_and(|it| longest > it) => (longest, bound),
        _ => return,
    };
    reporter
        .report(
            cron_job.schedule(),
            format!("the configuration allows {bound} s between two runs: some start {what} s apart"),
        )
        .help(format!("choose a schedule whose runs are {} apart", wanted_interval(range)));
}

/// Returns the bound that a value breaks.
fn broken_bound(range: Range, value: i64) -> Option<String> {
    match range {
        Range { minimum: Some(minimum), .. } if value < minimum => Some(format!("no less than {minimum}")),
        Range { maximum: Some(maximum), .. } if value > maximum => Some(format!("no more than {maximum}")),
        _ => None,
    }
}

fn wanted(range: Range) -> String {
    match (range.minimum, range.maximum) {
        (Some(minimum), Some(maximum)) if minimum == maximum => minimum.to_string(),
        (Some(minimum), Some(maximum)) => format!("a number from {minimum} to {maximum}"),
        (Some(minimum), None) => format!("{minimum} or more"),
        (None, maximum) => format!("{} or less", maximum.unwrap_or_default()),
    }
}

fn wanted_interval(range: Range) -> String {
    match (range.minimum, range.maximum) {
        (Some(minimum), Some(maximum)) => format!("at least {minimum} s and at most {maximum} s"),
        (Some(minimum), None) => format!("at least {minimum} s"),
        (None, maximum) => format!("at most {} s", maximum.unwrap_or_default()),
    }
}
