use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::migration::{Retried, retried};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "retried-migration",
        summary: "A migration that failed halfway runs again",
        category: Category::Failure,
        severity: Severity::Warning,
        confidence: Confidence::Low,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let Some(Retried { evidence, work, effect }) = retried(pod.job) else { return };
    let (field, policy) = (pod.job.retry_limit(), pod.restart_policy());
    let times = match field.integer().unwrap_or_default().max(1) {
        1 => String::new(),
        retries => format!(" up to {retries} times"),
    };
    let message = match (effect, times.as_str()) {
        (Some(effect), _) => {
            format!("a {work} that fails is retried{times}, and each attempt {effect}")
        }
        (None, "") => {
            format!("a {work} that fails is retried, on top of whatever the first attempt left behind")
        }
        (None, _) => format!(
            "a {work} that fails is retried{times}, each time on top of whatever the previous attempt left behind"
        ),
    };
    // Without such an effect a migration is a guess by names, and whoever states a limit may know that it can run again.
    let finding = reporter.report_milder(effect.is_none(), field, message);
    finding.related(evidence, format!("suggests that the Job runs a {work}"));
    if policy.is("OnFailure") {
        finding.related(policy, "restarts a failed container even if the limit is 0");
    }
    if field.integer() == Some(0) && !policy.is("Never") {
        finding.help("set `restartPolicy: Never`: only then does `backoffLimit: 0` rule out a retry");
        return;
    }
    // A `podFailurePolicy` needs `Never`.
    let steps = if policy.is("Never") { "set either" } else { "set `restartPolicy: Never`, and either" };
    finding.help(format!(
        "{steps} `backoffLimit: 0` or a `podFailurePolicy` whose `FailJob` rule has `operator: NotIn` and the exit codes \
         after which a retry is safe"
    ));
}
