use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::{Category, OptionValue, RuleOption};
use crate::diagnostic::practice::Yield;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};
use crate::time::history::runs_within;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "excessive-history",
        summary: "Finished runs pile up in the cluster",
        category: Category::Schedule,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        yields_to: &[Yield::at_field("value-out-of-range")],
        since: "0.1.0",
        options: &[RuleOption {
            name: "maximum",
            summary: "The largest number of finished runs that is not reported",
            default: OptionValue::Integer(20),
        }],
        ..Meta::DEFAULT
    },
    check: Check::CronJob(check),
};

fn check(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    let maximum = reporter.integer("maximum");
    let limits = [
        (cron_job.successful_jobs_history_limit(), "successful"),
        (cron_job.failed_jobs_history_limit(), "failed"),
    ];
    let mut large = limits
        .into_iter()
        .filter_map(|(field, name)| Some((field, name, field.integer()?)))
        .filter(|it| it.2 > maximum && !is_kept_short(cron_job, maximum));
    let Some((field, name, limit)) = large.next() else { return };
    let finding = reporter
        .report(field, format!("up to {limit} {name} runs stay in the cluster, each a Job with its pods"));
    finding.help(format!(
        "set `{}` to {maximum} or less, and send logs and results to permanent storage",
        field.name()
    ));
    for (field, name, limit) in large {
        finding.related(field, format!("and up to {limit} {name} runs"));
    }
}

/// Whether the TTL deletes runs so early that never more than this many are there.
fn is_kept_short(cron_job: CronJob<'_>, maximum: i64) -> bool {
    let ttl = cron_job.job().and_then(|it| it.ttl_seconds_after_finished().integer());
    let (Some(ttl), Ok(maximum)) = (ttl, usize::try_from(maximum)) else { return false };
    let schedule = cron_job.schedule().text().unwrap_or_default();
    runs_within(schedule, ttl, maximum + 1).is_some_and(|it| it <= maximum)
}
