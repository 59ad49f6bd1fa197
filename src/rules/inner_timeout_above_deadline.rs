use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::place::Place;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::step::{Fate, Step};
use crate::shell::{Flavour, Invocation, Script, flavour};
use crate::value::duration::seconds;
use crate::value::program::base_name;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "inner-timeout-above-deadline",
        summary: "A `timeout` or `sleep` in the container outlasts the Job's deadline",
        category: Category::Lifetime,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

fn check(invocation: &Invocation<'_>, script: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    let pod = invocation.container.pod;
    // The kubelet ends a sidecar along with the main containers, however long it would sleep.
    if invocation.container.is_sidecar() {
        return;
    }
    let of_job = pod.job.active_deadline_seconds().integer().map(|seconds| (seconds, Ends::Job));
    let of_pod = pod.active_deadline_seconds().integer().map(|seconds| (seconds, Ends::Pod));
    let Some(deadline) = of_job.into_iter().chain(of_pod).min_by_key(|(seconds, _)| *seconds) else { return };
    let too_long = |name: &str, words: &[&str]| duration(name, words).filter(|it| *it >= deadline.0 as f64);
    if let Some(script) = script {
        for step in script.steps.iter().filter(|step| is_on_the_way(step)) {
            let words: Vec<_> = step.command.arguments().iter().map_while(|word| word.literal()).collect();
            let words: Vec<&str> = words.iter().map(|it| &**it).collect();
            let name = step.command.name().unwrap_or_default();
            if let Some(seconds) = too_long(&name, &words) {
                report(reporter, script.place(step.command.span), &name, seconds, deadline, false);
            }
        }
    }
    let words: Vec<&str> = (0..invocation.words.len()).map_while(|at| invocation.word(at)).collect();
    let end = invocation.shell.map_or(words.len(), |shell| shell.word);
    for (at, word) in words.iter().enumerate().take(if script.is_some() { end } else { 1 }) {
        if let Some(seconds) = too_long(base_name(word), &words[at + 1..]) {
            let is_deaf = at == 0 && base_name(word) == "timeout" && ignores_signals(invocation);
            report(reporter, invocation.words[at].into(), base_name(word), seconds, deadline, is_deaf);
        }
    }
}

/// Whether the script certainly comes to a command, and waits for it.
fn is_on_the_way(step: &Step<'_>) -> bool {
    let context = step.context;
    let is_left_alone = step.pipeline_fate == Fate::Background && step.command.is("sleep");
    !(context.in_branch || context.in_function || context.is_guarded || is_left_alone)
}

/// Whether the first process of a container ignores the SIGTERM of BusyBox's `timeout`, which its command replaces.
fn ignores_signals(invocation: &Invocation<'_>) -> bool {
    let image = invocation.container.image().text().unwrap_or_default();
    let is_first = invocation.container.pod.spec.field("shareProcessNamespace").boolean() != Some(true);
    is_first && matches!(flavour("sh", image), Flavour::BusyBox | Flavour::OldBusyBox)
}

/// What a deadline ends.
#[derive(Clone, Copy)]
enum Ends {
    Job,
    Pod,
}

fn report(
    reporter: &mut Reporter<'_>,
    place: Place,
    name: &str,
    seconds: f64,
    deadline: (i64, Ends),
    is_deaf: bool,
) {
    let (deadline, ends) = deadline;
    let consequence = match ends {
        Ends::Job => format!("`activeDeadlineSeconds` ends the Job after {deadline} s"),
        Ends::Pod => format!("the pod's `activeDeadlineSeconds` ends each pod after {deadline} s"),
    };
    let effect = if name == "sleep" { "last" } else { "stop its command after" };
    let finding = reporter.report(place, format!("`{name}` would {effect} {seconds} s, but {consequence}"));
    let reason = if name == "sleep" {
        "it ends before the deadline"
    } else {
        "the container itself can report what went wrong"
    };
    let script = if is_deaf {
        "; run `timeout` in a script with another command after it, because as a container's first process BusyBox's `timeout` \
         stops only a program that handles SIGTERM"
    } else {
        ""
    };
    finding.help(format!(
        "set `{name}` to well below {deadline} s, so that {reason}, or raise the deadline{script}"
    ));
}

/// Returns how long `timeout` lets its command run, or `sleep` sleeps.
fn duration(name: &str, words: &[&str]) -> Option<f64> {
    match name {
        "sleep" => words.iter().map(|it| seconds(it)).sum::<Option<f64>>().filter(|it| *it > 0.0),
        "timeout" => {
            let mut rest = words.iter();
            loop {
                match *rest.next()? {
                    "-k" | "-s" | "--kill-after" | "--signal" => drop(rest.next()),
                    "-t" => {}
                    word if word.starts_with('-') => {}
                    word => return seconds(word).filter(|it| *it > 0.0),
                }
            }
        }
        _ => None,
    }
}
