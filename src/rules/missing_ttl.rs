use crate::diagnostic::condition::Condition;
use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::Yield;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::cron_fields::cron_fields;
use crate::facts::gitops;
use crate::facts::printing::only_prints;
use crate::manifest::workload::{Job, Kind};
use crate::policy::suppress::lines::comments_of;
use crate::rule::{Check, Reporter, Rule};
use crate::text::word_list::says_any;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-ttl",
        summary: "The finished Job stays in the cluster",
        category: Category::Lifetime,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        // What never ends is never finished, and nothing keeps what is never created.
        yields_to: &[Yield::in_object("endless-main"), Yield::in_object("unknown-hook")],
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let ttl = job.ttl_seconds_after_finished();
    // A CronJob clears up after itself, by its history limits, and a Job goes with the object that owns it.
    let is_deleted = job.object.kind == Kind::CronJob || job.object.is_owned();
    if ttl.is_set() || is_deleted || reporter.is_gitops() || gitops::is_kept_by_tool(job.object) {
        return;
    }
    // What has a schedule is meant as a CronJob.
    if cron_fields(job.object).is_some() {
        return;
    }
    // One in the wrong place is reported by `unknown-field`, which moves it.
    if ttl.written().is_none() && job.object.mentions(ttl.name()) {
        return;
    }
    let message = if job.object.name().is_missing() && job.object.generate_name().is_set() {
        "every Job created from this manifest stays in the cluster with its pods after it has ended"
    } else {
        "the finished Job stays in the cluster with its pods until someone deletes it"
    };
    let message = format!("{message}: `ttlSecondsAfterFinished` is not set");
    let text = &job.object.node.document.source.text;
    let is_meant = || comments_of(job.object.node).iter().any(|it| declines(it.span.text(text)));
    let is_mild = job.pod().is_some_and(only_prints) || is_meant();
    let finding = reporter.report_milder(is_mild, ttl, message);
    let help = "set `ttlSecondsAfterFinished` to the number of seconds for which the Job's status and logs are needed";
    // `deadline-not-below-ttl` reports a day below a longer deadline.
    let deadline = job.active_deadline_seconds().integer().filter(|it| *it >= 86_400);
    let help = match deadline {
        Some(deadline) => format!("{help}, and to more than the deadline of {deadline} s"),
        None => format!("{help}, such as 86400 for a day"),
    };
    finding.help(if gitops::is_upgraded_by_helm(job) {
        let hook = gitops::HELM_HOOK;
        format!("{help}, if it can run again: the next `helm upgrade` creates a deleted Job again; otherwise {hook}")
    } else {
        help
    });
    // What a tool applies again must stay.
    finding.condition = gitops::can_be_applied(job.object).then_some(Condition::NotApplied);
}

/// Whether a comment says that the field is not set on purpose: `# No ttlSecondsAfterFinished: keep the logs`.
fn declines(comment: &str) -> bool {
    const WORDS: &str = "deliberately intentionally never no not omit omitted unset without";
    comment.contains("ttlSecondsAfterFinished") && says_any(WORDS, comment)
}
