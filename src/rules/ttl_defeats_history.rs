use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::Yield;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::CronJob;
use crate::policy::suppress::lines::comments_on_line_of;
use crate::rule::{Check, Reporter, Rule};
use crate::text::word_list::has_word;
use crate::time::calendar::starts_runs;
use crate::time::format;
use crate::time::history::{ADVICE, history_defeated_by_ttl, runs_within};
use crate::time::run::longest_run;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "ttl-defeats-history",
        summary: "The TTL leaves fewer failed runs than the history limit allows",
        category: Category::Lifetime,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        yields_to: &[Yield::in_object("short-ttl")],
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::CronJob(check),
};

fn check(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    // Nothing relates the runs that people start by hand to the schedule.
    if !starts_runs(cron_job, reporter.as_of()) {
        return;
    }
    let Some(field) = cron_job.job().map(|it| it.ttl_seconds_after_finished()) else { return };
    let limit_field = cron_job.failed_jobs_history_limit();
    let Some((ttl, kept)) = history_defeated_by_ttl(cron_job) else { return };
    let schedule = cron_job.schedule().text().unwrap_or_default();
    // The TTL counts from the end: one about as long as the interval deletes a run while the next one runs.
    let lasts = cron_job.job().and_then(longest_run).map_or(3600, |it| it.seconds);
    let is_before = runs_within(schedule, ttl.saturating_add(lasts), 2) == Some(1);
    let gone = if is_before { "before" } else { "about when" };
    let consequence = match (limit_field.integer().unwrap_or(1), kept) {
        (1, _) => format!("a failed run is deleted {gone} the next run on the schedule `{schedule}` starts"),
        (limit, 1) => format!(
            "a failed run is deleted {gone} the next run on the schedule `{schedule}` starts, although \
                `failedJobsHistoryLimit` keeps {limit} failed runs"
        ),
        (limit, _) => {
            format!(
                "only about {kept} of the {limit} failed runs that `failedJobsHistoryLimit` allows are kept with \
                    the schedule `{schedule}`"
            )
        }
    };
    let message = format!("{consequence}: the TTL deletes each run {} after it ends", format::duration(ttl));
    // Whoever explains the TTL has thought of it.
    let is_explained = field.node().is_some_and(|it| comments_on_line_of(it).any(explains));
    let finding = reporter.report_milder(is_explained, field, message);
    finding.help(ADVICE);
    if let Some(entry) = field.parent.entries().find(|it| it.key == field.name() && !is_explained) {
        finding.fix("remove `ttlSecondsAfterFinished`", Safety::Unsafe, Edit::remove(entry));
    }
    if limit_field.is_set() {
        finding.related(limit_field, "the number of failed runs to keep");
    }
}

/// Whether a comment says more than what the field does, and for how long: `# Clean up completed jobs after 6 hours`.
fn explains(comment: &str) -> bool {
    const OF_FIELD: &str = "after all and are auto automatically clean cleanup completed completion completes cron cronjob \
        cronjobs day days delete deleted deletes done ends finish finished finishes for from hour hours job jobs keep \
        keeps minute minutes old one only pod pods remove removed removes run runs seconds the their this time ttl two \
        week when will";
    let is_reason = |it: &&str| {
        it.len() > 2
            && it.bytes().all(|it| it.is_ascii_alphabetic())
            && !has_word(OF_FIELD, &it.to_ascii_lowercase())
    };
    comment.split_whitespace().filter(is_reason).count() >= 2
}
