use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::ignored_failures::is_quiet;
use crate::shell::step::{Fate, Step};
use crate::shell::syntax::{Command, CommandKind};
use crate::shell::traversal::is_trivial;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "background-without-wait",
        summary: "The exit status of work in the background is lost",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        page: include_str!("../../rules/background-without-wait.md"),
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let waits = script.commands().iter().any(|it| it.is("wait") || it.is("fg") || it.is("exec"));
    let work = |step: &&Step<'_>| script.is_work(step.command) && !step.context.in_function;
    let start = |step: &Step<'_>| step.command.span.start;
    let foreground =
        script.steps.iter().filter(work).filter(|it| it.pipeline_fate != Fate::Background).map(start).max();
    let late = |step: &&Step<'_>| {
        step.pipeline_fate == Fate::Background && foreground.is_none_or(|it| it < start(step))
    };
    let stays = script
        .commands()
        .iter()
        .any(|it| matches!(it.kind, CommandKind::Loop { .. }) || it.is("tail") || it.is("sleep"));
    let steps: Vec<_> = script.steps.iter().filter(work).filter(late).collect();
    let Some((first, others)) = steps.split_first().filter(|_| !waits && !stays) else {
        return bare_wait(script, reporter);
    };
    let name = script.title(first.command);
    let message = format!(
        "the script can end while `{name}` is still running in the background: the container then stops, \
            `{name}` is killed, and its failure goes unnoticed"
    );
    let finding = reporter.report(script.name_place(first.command), message);
    finding.help(
        "remove the `&`, or save the process ID with `pid=$!` and end the script with `wait \"$pid\"`, which returns \
        its exit status",
    );
    others.iter().for_each(|step| {
        finding.related(script.name_place(step.command), "runs in the background too");
    });
}

/// `import & wait`: without arguments `wait` exits 0 whatever it has waited for (POSIX, `wait`).
fn bare_wait(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let commands = script.commands();
    let waits: Vec<_> = commands.iter().filter(|it| it.is("wait")).collect();
    // What is ended by a signal has no status to lose, and a file may say how each of them went.
    let others = ["kill", "pkill", "killall", "trap", "fg", "jobs", "exec"];
    let is_known = commands.iter().any(|it| others.iter().any(|name| it.is(name)));
    let Some(wait) = waits.last().filter(|_| !is_known && waits.iter().all(|it| it.arguments().is_empty()))
    else {
        return;
    };
    let looks = |command: &&&Command<'_>| {
        command.span.start > wait.span.start
            && is_trivial(command)
            && !command.is("echo")
            && !command.is("exit")
    };
    if commands.iter().find(looks).is_some() {
        return;
    }
    let is_background = |step: &&Step<'_>| {
        step.fate == Fate::Background
            && script.is_work(step.command)
            && !is_quiet(step.command)
            && !step.context.in_substitution
            && !script.is_server(step.command)
    };
    let steps: Vec<_> = script.steps.iter().filter(is_background).collect();
    let Some((first, others)) = steps.split_first() else { return };
    let name = script.title(first.command);
    let message =
        format!("a failure of `{name}` in the background goes unnoticed: `wait` without arguments returns 0");
    let finding = reporter.report(script.name_place(first.command), message);
    finding
        .help("save its process ID with `pid=$!`, and wait for it: `wait \"$pid\"` returns its exit status");
    finding.related(script.name_place(wait), "this `wait` always returns 0");
    for step in others.iter().take(5) {
        finding.related(script.name_place(step.command), "runs in the background too");
    }
}
