use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::{Admission, Category};
use crate::diagnostic::practice::Yield;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::printing::only_prints;
use crate::manifest::document::Field;
use crate::manifest::edit::{Edit, Edits, Safety};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::{runs_rarely, starts_runs};
use crate::time::deadline::is_effective;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-concurrency-policy",
        summary: "Nobody decided whether runs may overlap",
        category: Category::Schedule,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        yields_to: &[Yield::in_object("overlapping-runs")],
        admission: Admission::WhenKnown,
        since: "0.1.0",
        fix: Some(Safety::Safe),
        ..Meta::DEFAULT
    },
    check: Check::CronJob(check),
};

fn check(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    let policy = cron_job.concurrency_policy();
    // The API server's default stands for an empty text too. Without runs none overlap.
    let is_set = policy.is_set() && !policy.is("");
    if is_set || !starts_runs(cron_job, reporter.as_of()) {
        return;
    }
    // One in the wrong place is reported by `unknown-field`, which moves it.
    if policy.written().is_none() && cron_job.object.mentions(policy.name()) {
        return;
    }
    let schedule = cron_job.schedule().text();
    let schedule = schedule.map(|it| format!(" of the schedule `{it}`")).unwrap_or_default();
    let message = format!(
        "`concurrencyPolicy` is not set and defaults to `Allow`: each run{schedule} starts even if earlier \
         ones are still running"
    );
    let only_prints = cron_job.job().and_then(|it| it.pod()).is_some_and(only_prints);
    let is_mild = only_prints || runs_rarely(cron_job, reporter.as_of());
    let finding = reporter.report_milder(is_mild, policy, message);
    // Without a deadline one run that hangs would keep all others from starting.
    let has_deadline = cron_job.job().is_some_and(|job| is_effective(job.active_deadline_seconds()));
    let condition = if has_deadline { "" } else { ", so a deadline has to end a run that hangs" };
    finding.help(format!(
        "set `concurrencyPolicy` to `Forbid` (the new run waits or is skipped{condition}), `Replace` (the old run is \
            deleted and the new one starts), or `Allow` if runs may overlap"
    ));
    finding.fix("write the default, `Allow`", Safety::Safe, set_policy(policy, "Allow"));
    if has_deadline {
        finding.alternative("write `Forbid`", set_policy(policy, "Forbid"));
    }
}

/// An empty text is there already; it gets another value.
fn set_policy(policy: Field<'_>, value: &str) -> Edits {
    match policy.node() {
        Some(node) => Edit::replace_text(node, value),
        None => Edit::set(policy, value),
    }
}
