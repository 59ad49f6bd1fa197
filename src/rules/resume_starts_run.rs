use crate::diagnostic::meta::{Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::{Calendar, runs_often};
use crate::time::format;
use crate::time::schedule_change::has_same_schedule;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "resume-starts-run",
        summary: "Resuming the CronJob starts a run that was due while it was suspended",
        category: Category::Schedule,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        scope: Scope::Change,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Change(check),
};

fn check(old: Object<'_>, new: Object<'_>, reporter: &mut Reporter<'_>) {
    let (Some(before), Some(after)) = (old.cron_job(), new.cron_job()) else { return };
    let is_resumed = before.suspend().boolean() == Some(true)
        && (after.suspend().is_missing() || after.suspend().boolean() == Some(false));
    // With another schedule the controller waits for its next time (`updateCronJob` in `pkg/controller/cronjob`).
    if !is_resumed || !has_same_schedule(before, after) || runs_often(after, reporter.as_of()) {
        return;
    }
    let Some((_, longest)) = Calendar::for_cron_job(after).and_then(|it| it.intervals(reporter.as_of()))
    else {
        return;
    };
    let deadline = after.starting_deadline_seconds();
    let cause = match deadline.integer() {
        None if deadline.is_missing() => "`startingDeadlineSeconds` is not set".to_owned(),
        Some(seconds) if seconds >= longest => {
            format!("`startingDeadlineSeconds` is {seconds}, and a run is due at least every {longest} s")
        }
        _ => return,
    };
    reporter
        .report(
            after.suspend(),
            format!(
                "the latest run that was due while the CronJob was suspended, if any, starts as soon as this is applied, up to \
                 {} late: {cause}",
                format::duration(longest)
            ),
        )
        .help(
            "set `startingDeadlineSeconds` in the same change to the number of seconds after which a late run is no \
             longer useful: a run that would be later than that does not start",
        );
}
