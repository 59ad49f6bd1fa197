use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::self_comparisons::{Decision, SelfComparison};
use crate::time::deadline::{end_of_wait, is_effective, why_ineffective};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "same-on-both-sides",
        summary: "A test compares a value with itself",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let comparisons = script.self_comparisons();
    let Some((first, others)) = comparisons.split_first() else { return };
    let SelfComparison { test, runs, is_true, decides } = first;
    let cause = if *runs { "run the same command" } else { "are the same" };
    // The output can change between the two runs of a command.
    let almost = if *runs { "almost " } else { "" };
    let effect = match decides {
        Decision::EndlessLoop(_) => format!("the loop {almost}never ends{}", end(script)),
        Decision::NoLoop(_) => format!("the loop {almost}always ends before its first iteration"),
        Decision::Other if *is_true => format!("the test is {almost}always true"),
        Decision::Other => format!("the test is {almost}never true"),
    };
    let message = format!("both sides of `{}` {cause}: {effect}", script.excerpt(test.span));
    let finding = reporter.report(script.place(test.span), message);
    finding.help(if *runs {
        "save the first value in a variable before anything changes it, as in `before=$(…)`, and compare with `\"$before\"`"
    } else {
        "replace one side with the value to compare with"
    });
    others.iter().take(5).for_each(|it| {
        finding.related(script.place(it.test.span), "this test compares a value with itself too");
    });
}

/// Returns what ends a container whose script does not; a sidecar ends along with the main containers.
fn end(script: &Script<'_>) -> String {
    let pod = script.container().pod;
    let run = if pod.job.cron_job().is_some() { "each run" } else { "the Job" };
    let of_job = pod.job.active_deadline_seconds();
    let deadlines = [(of_job, run), (pod.active_deadline_seconds(), "each pod")];
    let first =
        deadlines.into_iter().filter(|it| is_effective(it.0)).filter_map(|it| Some((it.0.integer()?, it.1)));
    match first.min() {
        _ if script.container().is_sidecar() => " by itself".to_owned(),
        Some((seconds, subject)) => format!(", and {subject} fails once its deadline of {seconds} s is over"),
        None => format!(", and the Job waits {}: {}", end_of_wait(pod.job), why_ineffective(of_job)),
    }
}
