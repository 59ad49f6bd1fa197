use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::CronJob;
use crate::policy::suppress::lines::comments_on_line_of;
use crate::rule::{Check, Reporter, Rule};
use crate::text::word_list::has_word_in_any_case;
use crate::time::calendar::Calendar;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "never-fires",
        summary: "The CronJob never runs",
        category: Category::Schedule,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Schedule(check),
};

fn check(cron_job: CronJob<'_>, calendar: &Calendar, reporter: &mut Reporter<'_>) {
    let deadline = cron_job.starting_deadline_seconds();
    if deadline.integer() == Some(0) {
        let message = "the CronJob never runs: `startingDeadlineSeconds` is 0, so every run is too late";
        let help = "remove `startingDeadlineSeconds`, or set it to how many seconds late a run may start";
        reporter.report(deadline, message).help(help);
        return;
    }
    let field = cron_job.schedule();
    // Who suspends it means it; `suspended` says so.
    if cron_job.is_suspended() || calendar.from(reporter.as_of()).next().is_some() {
        return;
    }
    // `,` names no value, and the API server accepts it.
    let is_empty = |it: &str| it.bytes().all(|it| it == b',');
    let (cause, wanted) = if field.text().unwrap_or_default().split_whitespace().any(is_empty) {
        ("a field of the schedule names no value", "write a value in each field")
    } else {
        (
            "no date in the five years that Kubernetes searches matches the schedule",
            "choose a day that exists in the month",
        )
    };
    let message = format!("the CronJob never runs: {cause}");
    if let Some(node) = field.node().filter(|&it| comments_on_line_of(it).any(says_that_it_is_meant)) {
        let help = "set `suspend: true`, which says the same to everyone who lists the CronJobs";
        reporter.report_as(Severity::Info, node, message).help(help);
        return;
    }
    let help = format!("{wanted}, or set `suspend: true` if the CronJob is not meant to run");
    reporter.report(field, message).help(help);
}

/// Whether a comment says that no run is to start: `# disabled`, `# started by hand`.
fn says_that_it_is_meant(comment: &str) -> bool {
    let mut words = comment.split(|it: char| !it.is_ascii_alphabetic());
    words.any(|it| has_word_in_any_case("disable disabled hand manual manually off", it))
}
