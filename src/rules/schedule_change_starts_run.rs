use crate::diagnostic::meta::{Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::{Calendar, runs_often};
use crate::time::format;
use crate::time::schedule_change::{MissedByChange, has_same_schedule, missed_by_change};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "schedule-change-starts-run",
        summary: "Changing the schedule also starts a run for a time that has passed",
        category: Category::Schedule,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        scope: Scope::Change,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Change(check),
};

fn check(old: Object<'_>, new: Object<'_>, reporter: &mut Reporter<'_>) {
    let (Some(before), Some(after)) = (old.cron_job(), new.cron_job()) else { return };
    // A suspended CronJob starts nothing, and nobody knows when it started something last.
    if before.is_suspended() || after.is_suspended() || has_same_schedule(before, after) {
        return;
    }
    let both = Calendar::for_cron_job(before).zip(Calendar::for_cron_job(after));
    let Some((earlier, later)) = both else { return };
    // An interval counts from the last run.
    let is_interval = earlier.fields().is_none() || later.fields().is_none();
    let deadline = after.starting_deadline_seconds();
    let is_unknown = deadline.is_set() && deadline.integer().is_none();
    if is_interval || is_unknown || [before, after].into_iter().any(|it| runs_often(it, reporter.as_of())) {
        return;
    }
    let MissedByChange { seconds, total, least_late, most_late } =
        missed_by_change(&earlier, &later, deadline.integer());
    if seconds * 2 <= total {
        return;
    }
    let least = least_late.max(1);
    let late = if least_late == most_late { String::new() } else { "up to ".to_owned() };
    let late = late + &format::duration(most_late);
    reporter
        .report(
            after.schedule(),
            format!(
                "in {} % of cases, depending on when it is applied, this change starts an extra run, {late} late, when the \
                 old schedule would have been due next: a time of the new schedule counts as missed",
                seconds * 100 / total
            ),
        )
        .help(format!(
            "set `startingDeadlineSeconds` to at most {least}, or apply the change between a run and the next \
             time of the new schedule"
        ));
}
