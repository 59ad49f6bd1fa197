use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::{Admission, Category};
use crate::diagnostic::practice::Practice;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::migration::{evidence, unrepeatable};
use crate::facts::printing::only_prints;
use crate::manifest::document::Field;
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::Job;
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases::count;
use crate::time::calendar::runs_often;
use crate::time::retry::{never_waits, restart_waits};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-backoff-limit",
        summary: "Nobody decided how often a failing Job is retried",
        category: Category::Failure,
        severity: Severity::Warning,
        confidence: Confidence::High,
        practice: Some(Practice::BackoffLimit),
        admission: Admission::CronJobOnly,
        since: "0.1.0",
        fix: Some(Safety::Safe),
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

/// `backoffLimit` where nobody sets it (`pkg/apis/batch/v1/defaults.go`).
const DEFAULT: usize = 6;

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let limit = job.backoff_limit();
    let deadline = job.active_deadline_seconds().integer();
    // With a limit for each index, the whole Job has none on purpose; `zero-deadline` retries nothing.
    if limit.is_set() || job.backoff_limit_per_index().is_set() || deadline == Some(0) {
        return;
    }
    // One in the wrong place is reported by `unknown-field`, which moves it.
    if limit.written().is_none() && job.object.mentions(limit.name()) {
        return;
    }
    // A retry waits from the failure before it; where each try fails at once, the starts are the sums of the waits.
    let in_time = |waits: &mut dyn Iterator<Item = i64>| {
        let starts = waits.take(DEFAULT).scan(0, |start, wait| {
            *start += wait;
            Some(*start)
        });
        starts.filter(|&start| deadline.is_none_or(|end| start < end)).count()
    };
    let (pods, restarts) = (in_time(&mut never_waits()) + 1, in_time(&mut restart_waits()));
    let is_one = |field: Field<'_>| field.is_missing() || field.integer() == Some(1);
    let is_simple =
        is_one(job.parallelism()) && is_one(job.completions()) && job.pod_failure_policy().is_missing();
    let within = deadline.map(|end| format!(" within the deadline of {end} s")).unwrap_or_default();
    let or_deadline = deadline.map(|end| format!(", or at its deadline of {end} s")).unwrap_or_default();
    let restart_policy = job.pod().and_then(|pod| pod.restart_policy().text()).unwrap_or_default();
    let what_happens = match (restart_policy, is_simple) {
        ("Never", true) if pods == 1 => format!("a failing Job starts no second pod{within}"),
        ("Never", true) => format!("a failing Job starts up to {}{within}", count(pods, "pod")),
        ("OnFailure", true) if restarts == 1 => format!("failing containers restart only once{within}"),
        ("OnFailure", true) => {
            format!("failing containers restart up to {}{within}", count(restarts, "time"))
        }
        ("OnFailure", false) => {
            format!("the Job fails when its containers have restarted 6 times in all{or_deadline}")
        }
        _ if job.pod_failure_policy().is_set() => {
            format!("the Job fails when more than 6 pod failures are counted{or_deadline}")
        }
        _ => format!("the Job fails when more than 6 pods have failed{or_deadline}"),
    };
    // With `OnFailure` 0 and 1 are the same, and the second try starts.
    let once = match restart_policy {
        "OnFailure" => "set `restartPolicy: Never` and `backoffLimit: 0`",
        _ => "to `0`",
    };
    let message = format!("`backoffLimit` is not set and defaults to 6: {what_happens}");
    // Work that is done again within minutes can bear six retries; a policy insists on a decision all the same.
    let is_mild = !job.object.node.document.source.is_from_server();
    let runs_often = is_mild && job.cron_job().is_some_and(|it| runs_often(it, reporter.as_of()));
    let is_mild = runs_often || job.pod().is_some_and(only_prints);
    let finding = reporter.report_milder(is_mild, limit, message);
    finding.help(if job.cron_job().is_none() && unrepeatable(job).is_some() {
        "set `backoffLimit: 0` and `restartPolicy: Never`, unless a migration that failed halfway can safely \
                run again"
            .to_owned()
    } else {
        format!(
            "set `backoffLimit` to the number of retries that the work can tolerate, or {once} if a \
                second try does harm"
        )
    });
    // Where the deadline ends the retries sooner, or a second try does harm, six is not the number to write.
    if (pods, restarts) == (DEFAULT + 1, DEFAULT) && evidence(job).is_none() {
        finding.fix("write the default, `6`", Safety::Safe, Edit::set(limit, 6));
    }
}
