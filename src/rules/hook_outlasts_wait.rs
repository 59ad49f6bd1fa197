use crate::diagnostic::condition::Condition;
use crate::diagnostic::meta::{Admission, Category, Meta, OptionValue, RuleOption};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::gitops;
use crate::facts::printing::only_prints;
use crate::manifest::document::Field;
use crate::manifest::hook::{self, Tool};
use crate::manifest::workload::{Job, Kind, Pod};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::script::IgnoredFailureCause;
use crate::shell::step::Fate;
use crate::time::format;
use crate::time::retry::retry_start;
use crate::time::run;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "hook-outlasts-wait",
        summary: "Helm stops waiting for a hook before the hook ends",
        category: Category::Lifetime,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        // A review does not show who creates the Job.
        admission: Admission::Never,
        since: "0.1.0",
        options: &[RuleOption {
            name: "wait",
            summary: "The seconds that Helm waits for a hook: its `--timeout`, or the `timeout` of a HelmRelease",
            default: OptionValue::Integer(300),
        }],
        ..Meta::DEFAULT
    },
    check: Check::Scripts(check),
};

/// The longest that anybody would let Helm wait, in seconds: half a day.
const LONGEST_WAIT: i64 = 12 * 60 * 60;

fn check(pod: Pod<'_>, scripts: &[&Script<'_>], reporter: &mut Reporter<'_>) {
    let job = pod.job;
    let hooks = hook::hooks_of(job.object.node, Tool::Helm);
    let is_waited_for = !hooks.is_empty() && !hook::is_test(job.object.node);
    if job.object.kind != Kind::Job || !is_waited_for || !hook::is_of_chart(job.object.node) {
        return;
    }
    let deadline = job.active_deadline_seconds();
    let (seconds, lasts) = match (run::longest_run(job), retries_last(job)) {
        (Some(longest), _) => (longest.seconds, "a run can last"),
        (None, Some(seconds)) if can_fail(pod, scripts) => {
            (seconds, "the retries of a failing run take at least")
        }
        _ => return,
    };
    let wait = reporter.integer("wait");
    // Argo CD runs hooks of Helm as its own, and waits for them without a limit. A run that ends soon after Helm has given up
    // would have failed anyway.
    if seconds <= wait + wait / 5 || gitops::is_of_argo_cd(job.object) {
        return;
    }
    let operation = hook::operation(&hooks);
    let message = format!(
        "{lasts} {}, but the {operation} fails after {} while the Job is still running, unless `--timeout` is longer",
        format::duration(seconds),
        format::duration(wait)
    );
    let finding = reporter.report(deadline, message);
    finding.condition = Some(Condition::NotByArgoCd);
    let mut help = format!("set `activeDeadlineSeconds` to less than {wait} ({})", format::duration(wait));
    // Otherwise `unreachable-retries` reports them.
    let last = retries_last(job).filter(|it| *it >= wait && job.backoff_limit().is_set());
    if let Some(last) = last {
        help += &format!(
            " and lower `backoffLimit`, because the last retry starts after {last} s at the earliest"
        );
    }
    if seconds <= LONGEST_WAIT {
        // Helm needs some time for the rest.
        let minutes = seconds / 60 + 2;
        help += &format!(
            ", or give Helm more time: `--timeout {minutes}m`, or `spec.timeout: {minutes}m` in a Flux HelmRelease"
        );
    }
    finding.help(help);
}

/// Returns the seconds that the retries of one pod take where every try fails at once.
fn retries_last(job: Job<'_>) -> Option<i64> {
    let is_one = |field: Field<'_>| field.is_missing() || field.integer() == Some(1);
    let limit = job.backoff_limit();
    let is_simple = is_one(job.completions()) && is_one(job.parallelism());
    let is_plain = job.backoff_limit_per_index().is_missing() && job.pod_failure_policy().is_missing();
    let retries = if limit.is_missing() { 6 } else { limit.integer()? };
    let policy = run::restart_policy(job.pod()?)?;
    (is_simple && is_plain && retries > 0).then(|| retry_start(policy, retries))
}

/// Whether a container can fail: each that only prints, or whose script exits with 0 whatever its commands do, cannot.
fn can_fail(pod: Pod<'_>, scripts: &[&Script<'_>]) -> bool {
    let never_fails = |script: &&&Script<'_>| {
        let cause = script.ignored_failures().map(|it| &it.cause);
        matches!(cause, Some(IgnoredFailureCause::Masked(_) | IgnoredFailureCause::Exit(_)))
            && !script.steps.iter().any(|it| it.fate == Fate::Guarded)
    };
    !only_prints(pod) && scripts.iter().filter(never_fails).count() < pod.containers().count()
}
