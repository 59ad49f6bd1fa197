use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::migration::must_not_start_twice;
use crate::manifest::document::Node;
use crate::manifest::workload::Pod;
use crate::policy::suppress::lines::comments_on_line_of;
use crate::rule::{Check, Reporter, Rule};
use crate::text::word_list::has_word_in_any_case;
use crate::time::calendar::runs_often;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "disruption-counts-as-failure",
        summary: "A drained node fails the Job or uses up a retry",
        category: Category::Failure,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

/// So few retries are soon used up.
const FEW: i64 = 2;

/// Runs that end within ten minutes hardly meet a disruption.
const SHORT: i64 = 600;

/// Runs that may last for half an hour or longer lose much work to one.
const LONG: i64 = 1_800;

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let (job, restart_policy) = (pod.job, pod.restart_policy());
    let limit = job.retry_limit().integer().unwrap_or(6);
    let deadline = job.active_deadline_seconds().integer();
    // Whatever a rule says of disruptions is stated on purpose; `unreachable-failure-rule` reports `FailJob`.
    let is_stated = job.pod_failure_policy_rules().items().any(|rule| names_disruption(rule));
    // With `OnFailure` there can be no such policy.
    if is_stated || !restart_policy.is("Never") || deadline == Some(0) {
        return;
    }
    // `Ignore` would start it again after a drain, halfway through.
    if must_not_start_twice(job) {
        return;
    }
    // The next run of a frequent CronJob does the work anyway.
    if job.cron_job().is_some_and(|it| runs_often(it, reporter.as_of())) {
        return;
    }
    // More retries bear a disruption or two, and a short run meets none.
    let is_borne = limit > FEW
        || deadline.is_some_and(|it| it <= SHORT)
        || job.pod_failure_policy_rules().items().any(|rule| fails_at_other_codes(rule));
    if limit != 0 && is_borne {
        return;
    }
    let of_index = job.backoff_limit_per_index().is_set();
    let (whole, of_whole) = match (job.cron_job(), of_index) {
        (_, true) => ("an index", " of an index"),
        (Some(_), _) => ("the run", ""),
        (None, _) => ("the Job", ""),
    };
    let policy = job.pod_failure_policy();
    let place = if job.pod_failure_policy_rules().is_set() { job.pod_failure_policy_rules() } else { policy };
    let cause = "a drained node or a preempted pod";
    let finding = match limit {
        0 => {
            // A limit of 0 asks for no second try, and `Ignore` starts one.
            let is_short = deadline.or(pod.active_deadline_seconds().integer()).is_none_or(|it| it < LONG);
            let mut comments = job.retry_limit().node().into_iter().flat_map(comments_on_line_of);
            let is_mild = is_short || comments.any(forbids_another_run);
            let message = format!("{cause} fails {whole}: no `podFailurePolicy` rule ignores disruptions");
            reporter.report_milder(is_mild, place, message)
        }
        _ => {
            let retries =
                if limit == 1 { "the only retry".to_owned() } else { format!("one of the {limit} retries") };
            let message = format!(
                "{cause} uses up {retries}{of_whole}: no `podFailurePolicy` rule ignores disruptions"
            );
            reporter.report_as(Severity::Info, place, message)
        }
    };
    let condition = if limit == 0 { "if the work can safely start again, " } else { "" };
    finding.help(format!(
        "{condition}add `action: Ignore` with `onPodConditions: [{{type: DisruptionTarget}}]` as the first item of \
         `podFailurePolicy.rules`"
    ));
    if job.retry_limit().is_set() {
        finding.related(job.retry_limit(), "evicted pods count towards this limit too");
    }
}

fn names_disruption(rule: Node<'_>) -> bool {
    rule.field("onPodConditions").items().any(|it| it.field("type").is("DisruptionTarget"))
}

/// Whether a rule fails the Job at all exit codes but some, so that an evicted pod uses up no retry.
fn fails_at_other_codes(rule: Node<'_>) -> bool {
    let action = rule.field("action");
    (action.is("FailJob") || action.is("FailIndex")) && rule.field("onExitCodes.operator").is("NotIn")
}

/// Whether a comment says that the work must not run again: `# must not be re-run`. One about retries can mean those after failures.
fn forbids_another_run(comment: &str) -> bool {
    let mut words = comment.split(|it: char| !(it.is_ascii_alphabetic() || it == '-'));
    words.clone().any(|it| has_word_in_any_case("never no not", it))
        && words.any(|it| has_word_in_any_case("again re-run re-runs rerun reruns twice", it))
}
