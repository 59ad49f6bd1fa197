use crate::diagnostic::meta::{Admission, Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-history-limits",
        summary: "Nobody decided how many finished runs are kept",
        category: Category::Schedule,
        severity: Severity::Info,
        confidence: Confidence::High,
        admission: Admission::WhenKnown,
        since: "0.1.0",
        fix: Some(Safety::Safe),
        ..Meta::DEFAULT
    },
    check: Check::CronJob(check),
};

fn check(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    let (succeeded, failed) =
        (cron_job.successful_jobs_history_limit(), cron_job.failed_jobs_history_limit());
    let (place, message) = match (succeeded.is_missing(), failed.is_missing()) {
        (true, true) => (
            succeeded,
            "only the last 3 successful runs and the last failed run are kept: no history limit is set",
        ),
        (true, false) => {
            (succeeded, "only the last 3 successful runs are kept: `successfulJobsHistoryLimit` is not set")
        }
        (false, true) => (failed, "only the last failed run is kept: `failedJobsHistoryLimit` is not set"),
        (false, false) => return,
    };
    let defaults = [(succeeded, 3), (failed, 1)].into_iter().filter(|(field, _)| field.is_missing());
    // One in the wrong place is `unknown-field`'s to move.
    let defaults =
        defaults.filter(|(field, _)| field.written().is_some() || !cron_job.object.mentions(field.name()));
    let edits = defaults.map(|(field, default)| Edit::set(field, default));
    reporter
        .report(place, message)
        .help(match (succeeded.is_missing(), failed.is_missing()) {
            (true, true) => {
                "set `successfulJobsHistoryLimit` and `failedJobsHistoryLimit` to the numbers of runs that someone \
                 needs to look at"
            }
            (true, false) => {
                "set `successfulJobsHistoryLimit` to the number of runs that someone needs to look at"
            }
            _ => "set `failedJobsHistoryLimit` to the number of failed runs that someone needs to compare",
        })
        .fix("write the default of each limit that is not set", Safety::Safe, Edit::all(edits));
}
