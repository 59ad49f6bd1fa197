use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, OptionValue, Reporter, Rule, RuleOption};
use crate::rules::retried_migration;
use crate::time::retry::{RestartPolicy, never_waits, restart_waits};
use crate::time::run;
use crate::time::words;
use crate::workload::Job;

pub static RULE: Rule = Rule {
    id: "excessive-retries",
    summary: "No deadline ends many retries",
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
    fix: None,
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let field = job.backoff_limit();
    let Some((limit, policy)) = excess(job, reporter) else { return };
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
        "set `activeDeadlineSeconds` to the time after which another try makes no sense; it ends a Job that hangs, too",
    );
}

/// Returns the limit where it is so high that this rule speaks; `missing-deadline` is silent then.
pub fn excess(job: Job<'_>, reporter: &Reporter<'_>) -> Option<(i64, RestartPolicy)> {
    let least = reporter.integer_of(&RULE, "minimum");
    let limit = job.backoff_limit().integer().filter(|&it| it >= least)?;
    // Without a limit on purpose: each index has its own.
    if job.active_deadline_seconds().is_set() || job.backoff_limit_per_index().is_set() {
        return None;
    }
    let policy = job.pod().and_then(run::policy)?;
    retried_migration::retried(job).is_none().then_some((limit, policy))
}
