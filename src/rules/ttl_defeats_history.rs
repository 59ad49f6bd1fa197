use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::finding::{Confidence, Severity};
use crate::fix::{Edit, Safety};
use crate::rule::{Category, Check, Reporter, Rule};
use crate::rules::short_ttl;
use crate::time::cron::Schedule;
use crate::time::words;
use crate::workload::CronJob;

pub static RULE: Rule = Rule {
    id: "ttl-defeats-history",
    summary: "Failed runs are deleted before the history is full",
    category: Category::Lifetime,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    since: "0.1.0",
    page: include_str!("../../rules/ttl-defeats-history.md"),
    fix: Some(Safety::Unsafe),
    check: Check::CronJob(check),
    ..Rule::DEFAULT
};

/// The runs that are looked at: so many, from 2026 on, in five years.
const RUNS: usize = 400;
const START: i64 = 1_767_225_600;
const DAY: i64 = 86_400;
const YEARS: i64 = 5 * 366 * DAY;

fn check(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    let Some(field) = cron_job.job().map(|it| it.ttl_seconds_after_finished()) else { return };
    let limit_field = cron_job.failed_jobs_history_limit();
    let Some((ttl, kept)) = defeated(cron_job, reporter) else { return };
    let schedule = cron_job.schedule().text().unwrap_or_default();
    // The TTL counts from the end: one as long as the interval deletes a run while the next one runs.
    let is_before = runs_within(schedule, ttl + 1, 2) == Some(1);
    let gone = if is_before { "before" } else { "soon after" };
    let consequence = match (limit_field.integer().unwrap_or(1), kept) {
        (1, _) => format!("a failed run is gone {gone} the next of `{schedule}` starts"),
        (limit, 1) => {
            let many = if is_before { "one failed run at most" } else { "about one failed run" };
            format!(
                "`failedJobsHistoryLimit: {limit}` keeps {many}, gone {gone} the next of `{schedule}` starts"
            )
        }
        (limit, _) => {
            format!("`failedJobsHistoryLimit: {limit}` keeps about {kept} failed runs of `{schedule}`")
        }
    };
    let message = format!("{consequence}: each is deleted {} after it ends", words::duration(ttl));
    let finding = reporter.report(field, message);
    finding.help("leave `ttlSecondsAfterFinished` out: the history limits of a CronJob delete its old runs");
    if let Some(entry) = field.parent.entries().find(|it| it.key == field.name()) {
        finding.fix("remove `ttlSecondsAfterFinished`", Safety::Unsafe, Edit::remove(entry));
    }
    if limit_field.is_set() {
        finding.related(limit_field, "the failed runs that are to be kept");
    }
}

/// Returns the TTL, and how many failed runs there are at a time, where the history promises more;
/// `deadline-not-below-ttl`, which speaks of the same TTL, has no fix then.
pub fn defeated(cron_job: CronJob<'_>, reporter: &Reporter<'_>) -> Option<(i64, usize)> {
    let ttl = cron_job.job()?.ttl_seconds_after_finished().integer()?;
    let limit = cron_job.failed_jobs_history_limit().integer().unwrap_or(1);
    // With a history of one, a day is time enough to look at it.
    if ttl >= YEARS || short_ttl::is_short(ttl, reporter) || limit < 1 || (limit == 1 && ttl >= DAY) {
        return None;
    }
    let wanted = usize::try_from(limit).unwrap_or(RUNS).clamp(2, RUNS / 2);
    let kept = runs_within(cron_job.schedule().text().unwrap_or_default(), ttl, wanted)?;
    (kept < wanted).then_some((ttl, kept))
}

/// Returns how many runs in a row, of so many, can start in less than a number of seconds.
fn runs_within(schedule: &str, seconds: i64, most: usize) -> Option<usize> {
    let (runs, zone) = (Schedule::parse(schedule).ok()?, TimeZone::UTC);
    let starts = runs.runs(Timestamp::from_second(START).ok()?, &zone).map(Timestamp::as_second);
    let starts: Vec<_> = starts.take_while(|&it| it < START + YEARS).take(RUNS).collect();
    let fits = |more: &usize| starts.windows(more + 1).any(|it| it[*more] - it[0] < seconds);
    (!starts.is_empty()).then(|| 1 + (1..most).take_while(fits).count())
}
