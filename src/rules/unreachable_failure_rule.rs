use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::{Node, Value};
use crate::manifest::workload::{Job, Pod};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unreachable-failure-rule",
        summary: "A rule of the `podFailurePolicy` never applies, or does harm",
        category: Category::Failure,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

const DISRUPTION: &str = "DisruptionTarget";

/// How a process ends that is told to stop, and one that is killed because it does not.
const STOPPED: [i64; 2] = [143, 137];

/// The API server takes no more in a rule (`maxPodFailurePolicyOnPodConditionsPatterns`).
const MAX_CONDITIONS: usize = 20;

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let (job, list) = (pod.job, pod.job.pod_failure_policy_rules());
    let is_list = list.node().is_none_or(|it| it.value() == Value::List);
    // With any other restart policy the API server rejects the Job.
    if job.pod_failure_policy().is_missing() || !is_list || !pod.restart_policy().is("Never") {
        return;
    }
    let is_only = pod.containers().count() == 1;
    let rules: Vec<_> = job.failure_rules().map(|node| FailureRule::new(node, is_only)).collect();
    if rules.is_empty() {
        reporter
            .report(list, "every failure counts as if there were no `podFailurePolicy`: it has no rules")
            .help("add rules, or remove `podFailurePolicy`");
    }
    for (at, rule) in rules.iter().enumerate() {
        let (before, action) = (&rules[..at], rule.node.field("action"));
        let impossible: Vec<_> = rule.values().filter(|(_, code)| !(0..=255).contains(code)).collect();
        let name = action.text().unwrap_or_default();
        if let Some(&(node, code)) = impossible.first().filter(|_| !pod.is_windows()) {
            let finding =
                reporter.report(node, format!("no process exits with {code}: exit codes are 0 to 255"));
            finding.help(
                "write the code that the program really exits with: `exit 256` exits with 0, and in Bash \
                    `exit -1` exits with 255",
            );
            impossible[1..].iter().for_each(|&(node, _)| {
                finding.related(node, "no process exits with this code either");
            });
        } else if let Some(earlier) = rule.shadow(before) {
            reporter
                .report(
                    action,
                    format!(
                        "this `{name}` rule never applies: earlier rules match every failure that it matches"
                    ),
                )
                .related(earlier.node.field("action"), "this rule comes first")
                .help("remove this rule, or move it before them if they match other failures, too");
        } else if name == "FailJob" && rule.has_condition(DISRUPTION) {
            reporter
                .report(
                    action,
                    "when a node is drained or a pod is preempted, this rule fails the whole Job: `FailJob` on `DisruptionTarget`",
                )
                .help("write `action: Ignore`, which replaces the pod without counting the failure towards `backoffLimit`");
        } else if let Some((earlier, code)) = rule.takes_stopped(before) {
            let other = earlier.node.field("action");
            reporter
                .report(
                    action,
                    format!(
                        "an evicted pod that exits with {code} is not ignored, because the `{}` rule above \
                            matches it first",
                        other.text().unwrap_or_default()
                    ),
                )
                .related(other, format!("this rule matches exit code {code}"))
                .help("move the rule with `Ignore` on `DisruptionTarget` to the top");
        }
    }
}

/// A rule of a `podFailurePolicy`.
struct FailureRule<'d> {
    node: Node<'d>,
    /// Which container's exit codes it looks at; any, where it names none or the only one.
    container: Option<&'d str>,
}

impl<'d> FailureRule<'d> {
    fn new(node: Node<'d>, is_only: bool) -> Self {
        let container = node.field("onExitCodes.containerName").text().filter(|_| !is_only);
        FailureRule { node, container }
    }

    fn values(&self) -> impl Iterator<Item = (Node<'d>, i64)> {
        let nodes = self.node.field("onExitCodes.values").items().take(Job::MAX_EXIT_CODES);
        nodes.filter_map(|node| match node.value() {
            Value::Int(code) => Some((node, i64::try_from(code).ok()?)),
            _ => None,
        })
    }

    /// Whether the rule matches an exit code that is not 0.
    fn matches(&self, code: i64) -> bool {
        let has = self.values().any(|(_, value)| value == code);
        match self.node.field("onExitCodes.operator").text() {
            Some("In") => has,
            Some("NotIn") => !has,
            _ => false,
        }
    }

    fn conditions(&self) -> impl Iterator<Item = (&'d str, &'d str)> {
        let patterns = self.node.field("onPodConditions").items().take(MAX_CONDITIONS);
        patterns
            .filter_map(|it| Some((it.field("type").text()?, it.field("status").text().unwrap_or("True"))))
    }

    fn has_condition(&self, kind: &str) -> bool {
        self.conditions().any(|it| it == (kind, "True"))
    }

    /// Returns an earlier rule by which no failure comes to this one.
    fn shadow<'a>(&self, before: &'a [FailureRule<'d>]) -> Option<&'a FailureRule<'d>> {
        let same = |it: &&FailureRule<'_>| it.container.is_none() || it.container == self.container;
        let taker = |code: i64| before.iter().filter(same).find(|it| it.matches(code));
        let mut codes = (1..=255).filter(|&code| self.matches(code)).map(taker);
        let condition_taker = |(kind, status): (&str, &str)| {
            before.iter().find(|it| it.conditions().any(|other| other == (kind, status)))
        };
        let mut conditions = self.conditions().map(condition_taker);
        // The last one, if all are taken.
        codes
            .try_fold(None, |_, it| it.map(Some))
            .flatten()
            .or_else(|| conditions.try_fold(None, |_, it| it.map(Some)).flatten())
    }

    /// Returns the rule that takes an evicted pod before this one can ignore it.
    fn takes_stopped<'a>(&self, before: &'a [FailureRule<'d>]) -> Option<(&'a FailureRule<'d>, i64)> {
        let ignores = |it: &FailureRule<'_>| it.node.field("action").is("Ignore");
        if !ignores(self) || !self.has_condition(DISRUPTION) {
            return None;
        }
        let rival = before.iter().filter(|it| !ignores(it));
        rival.flat_map(|it| STOPPED.map(|code| (it, code))).find(|(it, code)| it.matches(*code))
    }
}
