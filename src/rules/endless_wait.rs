use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::Practice;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Field;
use crate::manifest::place::Place;
use crate::manifest::workload::Job;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::loops::{Condition, EndlessLoop};
use crate::shell::unlimited_waits::{UnlimitedWait, python_loop, unlimited_wait};
use crate::shell::{Flavour, Invocation, Script};
use crate::time::deadline::{end_of_wait, is_effective, why_ineffective};
use crate::value::program::base_name;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "endless-wait",
        summary: "The script can wait forever for something that never happens",
        category: Category::Lifetime,
        severity: Severity::Warning,
        confidence: Confidence::High,
        practice: Some(Practice::Deadline),
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

fn check(invocation: &Invocation<'_>, script: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    let (container, pod) = (invocation.container, invocation.container.pod);
    let deadline = pod.job.active_deadline_seconds();
    if is_effective(deadline) || is_effective(pod.active_deadline_seconds()) {
        return;
    }
    // A sidecar ends along with the main containers, and a liveness probe ends what hangs.
    if container.is_sidecar() || container.is_watched() {
        return;
    }
    let end = end_of_wait(pod.job);
    let Some(script) = script else {
        let at = invocation.program();
        let words: Vec<&str> = (at..invocation.words.len()).filter_map(|it| invocation.word(it)).collect();
        if let Some(wait) = unlimited_wait(&words) {
            report_wait(invocation.words[at], base_name(words[0]), &wait, pod.job, reporter);
        }
        return;
    };
    if script.source.shell.flavour == Flavour::Python {
        let endless = python_loop(script.text()).filter(|it| it.leaves && it.is_wait);
        if let Some(endless) = endless {
            let message = format!(
                "if the service never answers, the Job waits {end}: nothing limits the loop, and {}",
                why_ineffective(deadline)
            );
            reporter.report(script.place(endless.span), message).help(format!(
                "{}, or count the attempts and end the program after the last one",
                deadline_help(deadline)
            ));
        }
        return;
    }
    for command in script.commands() {
        let words: Vec<_> = command.words().iter().map(|it| it.literal().unwrap_or("…".into())).collect();
        let words: Vec<&str> = words.iter().map(|it| &**it).collect();
        if let Some(wait) = unlimited_wait(&words) {
            report_wait(script.name_place(command), &script.title(command), &wait, pod.job, reporter);
            return;
        }
    }
    // `same-on-both-sides` says why such a loop never ends.
    let own = script.self_comparisons();
    let compares_itself = |it: &EndlessLoop<'_>| own.iter().any(|own| it.condition.asks(own.test.span));
    let loops = script.endless_loops().into_iter().filter(|it| it.is_wait && !compares_itself(it));
    let loops: Vec<_> = loops.collect();
    let Some((first, others)) = loops.split_first() else { return };
    let cause = match first.condition {
        Condition::Fails => format!("if `{}` never succeeds", script.title(first.command)),
        Condition::Succeeds => format!("if `{}` keeps succeeding", script.title(first.command)),
        Condition::Untrue(test) => format!("if `{}` never becomes true", script.excerpt(test)),
        Condition::True(test) => format!("if `{}` stays true", script.excerpt(test)),
    };
    let message =
        format!("{cause}, the Job waits {end}: nothing limits the loop, and {}", why_ineffective(deadline));
    let finding = reporter.report(script.place(first.keyword), message);
    finding
        .help(format!("{}, or count the attempts and `exit 1` after the last one", deadline_help(deadline)));
    others.iter().for_each(|endless| {
        finding.related(script.place(endless.keyword), "this loop can wait forever too");
    });
}

fn report_wait(
    place: impl Into<Place>,
    name: &str,
    wait: &UnlimitedWait,
    job: Job<'_>,
    reporter: &mut Reporter<'_>,
) {
    let UnlimitedWait { condition, limit, cause, timeout } = wait;
    let how_long = limit.unwrap_or_else(|| end_of_wait(job));
    let deadline = job.active_deadline_seconds();
    let message =
        format!("if {condition}, `{name}` waits {how_long}: {cause}, and {}", why_ineffective(deadline));
    reporter.report(place, message).help(format!(
        "{}, or set `--timeout` to a positive duration, such as `{timeout}`",
        deadline_help(deadline)
    ));
}

/// Returns what to do about a deadline that does not limit a wait: one that is set is too long.
fn deadline_help(deadline: Field<'_>) -> &'static str {
    if deadline.is_set() {
        "lower the Job's `activeDeadlineSeconds` to slightly more than the longest successful run takes"
    } else {
        "set the Job's `activeDeadlineSeconds`"
    }
}
