use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, OptionValue, Reporter, Rule, RuleOption};
use crate::rules::retried_migration;
use crate::time::retry::{RestartPolicy, never_waits, restart_waits};
use crate::time::run;
use crate::time::words;
use crate::workload::Job;

pub static RULE: Rule = Rule {
    id: "excessive-retries",
    summary: "Many retries without a deadline go on for hours",
    category: Category::Failure,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/excessive-retries.md"),
    options: &[RuleOption {
        name: "minimum",
        summary: "The `backoffLimit` from which on the rule speaks",
        default: OptionValue::Integer(10),
    }],
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let field = job.backoff_limit();
    let most = reporter.integer("minimum");
    let Some(limit) = field.integer().filter(|&it| it >= most) else { return };
    // Without a limit on purpose: each index has its own.
    if job.active_deadline_seconds().is_set() || job.backoff_limit_per_index().is_set() {
        return;
    }
    if retried_migration::retried(job).is_some() {
        return;
    }
    let Some(policy) = job.pod().and_then(run::policy) else { return };
    // Nobody waits for what comes after so many.
    let count = usize::try_from(limit).unwrap_or(usize::MAX).min(1_000_000);
    let (waits, what) = match policy {
        RestartPolicy::Never => (never_waits().take(count).sum(), "new pods"),
        RestartPolicy::OnFailure => (restart_waits().take(count).sum(), "restarts"),
    };
    let lasts: i64 = waits;
    let message = format!(
        "a Job that keeps failing goes on for {} at least, with {limit} {what}, and no deadline ends it",
        words::duration(lasts)
    );
    reporter.report(field, message).help(
        "set `activeDeadlineSeconds` to the time after which another try makes no sense, or lower the limit",
    );
}
