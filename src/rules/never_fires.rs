use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::Calendar;

pub static RULE: Rule = Rule {
    meta: Meta {
        id: "never-fires",
        summary: "The CronJob never runs",
        category: Category::Schedule,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        page: include_str!("../../rules/never-fires.md"),
        ..Meta::DEFAULT
    },
    check: Check::Schedule(check),
};

fn check(cron_job: CronJob<'_>, calendar: &Calendar, reporter: &mut Reporter<'_>) {
    let deadline = cron_job.starting_deadline_seconds();
    if deadline.integer() == Some(0) {
        let message = "the CronJob never runs: a run must start less than 0 s after its time";
        let help = "remove `startingDeadlineSeconds`, or set it to the delay that still makes sense";
        reporter.report(deadline, message).help(help);
        return;
    }
    let field = cron_job.schedule();
    // Who suspends it means it; `suspended` says so.
    if cron_job.is_suspended() || calendar.from(reporter.as_of()).next().is_some() {
        return;
    }
    let Some(fields) = calendar.fields() else { return };
    let message = match fields.minutes_of_day().is_empty() {
        true => "the CronJob never runs: the schedule names no time of the day",
        false => "the CronJob never runs: no date matches the schedule in the five years that are searched",
    };
    reporter.report(field, message).help(
        "name a day that the month has; the API server takes any. To switch the CronJob off write `suspend: true`",
    );
}
