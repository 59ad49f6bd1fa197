mod half_file;

use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::ignored_failures::is_quiet;
use crate::shell::step::{Fate, Step};
use crate::shell::syntax::{Command, CommandKind, Part, Word};
use crate::shell::traversal::is_trivial;
use half_file::read_too_early;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "background-without-wait",
        summary: "The exit status of work in the background is lost",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
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
    let stays = script.commands().iter().any(|it| {
        let is_long = it.is("sleep")
            && !it.arguments().iter().all(|it| it.prefix().starts_with(|it: char| it.is_ascii_digit()));
        matches!(it.kind, CommandKind::Loop { .. }) || it.is("tail") || is_long
    });
    if !waits && let Some((writer, reader)) = read_too_early(script) {
        let (writer_name, reader_name) = (script.title(writer), script.title(reader));
        let message = format!(
            "`{reader_name}` can read half a file: it starts while `{writer_name}` is still writing that file in the \
             background"
        );
        let finding = reporter.report(script.name_place(writer), message);
        finding.help(if ends_line(script, writer) {
            "remove the `&`, or write `&&` if that was meant"
        } else {
            "write `&&` instead of the `&`"
        });
        finding.related(script.name_place(reader), "this does not wait for the file");
        return;
    }
    let steps: Vec<_> = script.steps.iter().filter(work).filter(late).collect();
    let Some((first, others)) = steps.split_first().filter(|_| !waits && !stays) else {
        // The kubelet starts a sidecar again whatever its status is.
        if !script.container().is_sidecar() && !last_wait(script, reporter) && !unasked_job(script, reporter)
        {
            bare_wait(script, reporter);
        }
        return;
    };
    let name = script.title(first.command);
    // The script that has called this one can still have work to do.
    let effect = if script.source.caller.as_ref().is_some_and(|it| !it.decides) {
        format!("what comes after the script does not wait for `{name}`, nor notice that it fails")
    } else if script.container().is_sidecar() {
        format!("the container then stops, `{name}` is killed, and the kubelet restarts the sidecar")
    } else {
        format!(
            "the container then stops, `{name}` is killed, and the Job does not notice that its work is incomplete"
        )
    };
    let message = format!("the script can end while `{name}` is still running in the background: {effect}");
    let finding = reporter.report(script.name_place(first.command), message);
    finding.help(if first.context.in_loop {
        format!("remove the `&`, or {SAVE_EACH}")
    } else if !others.is_empty() {
        format!("remove each `&`, or {SAVE_ALL}")
    } else {
        "remove the `&`, or save the process ID with `pid=$!` and end the script with `wait \"$pid\"`, which returns \
        the exit status of that process"
            .to_owned()
    });
    others.iter().for_each(|step| {
        finding.related(script.name_place(step.command), "runs in the background too");
    });
}

/// What to write for commands in the background that a loop starts: `$!` is only the last of them.
const SAVE_EACH: &str = "save all process IDs: write `pids=` before the loop and `pids=\"$pids $!\"` after the `&`, and after the \
    loop `for pid in $pids; do wait \"$pid\" || exit 1; done`";

/// What to write for several commands in the background: each has its own process ID.
const SAVE_ALL: &str = "save the process ID after each `&` in a variable of its own, as with `first=$!`, and end the script \
    with `wait \"$first\" || exit 1` for each: with an ID, `wait` returns the exit status of that command";

/// `fetch & load & wait $!`: the script asks only for the last of them. Returns whether it is so.
fn last_wait(script: &Script<'_>, reporter: &mut Reporter<'_>) -> bool {
    let waits: Vec<_> = script.commands().iter().filter(|it| it.is("wait")).collect();
    let is_last = |it: &Word<'_>| matches!(it.parts.as_slice(), [Part::Variable(it)] if it.name == "!");
    let only_last = |it: &&&Command<'_>| matches!(it.arguments(), [word] if is_last(word));
    let others = ["jobs", "kill", "trap", "fg"];
    let is_known = script.commands().iter().any(|it| others.iter().any(|name| it.is(name)));
    if waits.is_empty()
        || is_known
        || !waits.iter().all(only_last)
        || script.text().matches("$!").count() != waits.len()
    {
        return false;
    }
    let jobs: Vec<_> = script
        .steps
        .iter()
        .filter(|it| it.fate == Fate::Background && !it.context.in_loop && !it.context.in_function)
        .filter(|it| script.is_work(it.command) && !is_quiet(it.command) && !script.is_server(it.command))
        .collect();
    let lost = jobs.windows(2).take(50).find(|pair| {
        let (one, next) = (pair[0].command.span.end, pair[1].command.span.start);
        !waits.iter().any(|it| it.span.start >= one && it.span.start < next)
    });
    let Some(lost) = lost.map(|pair| pair[0].command) else { return false };
    let name = script.title(lost);
    let message = format!(
        "a failure of `{name}` in the background goes unnoticed: `wait $!` waits only for the last background command"
    );
    let finding = reporter.report(script.name_place(lost), message);
    finding.help(SAVE_ALL);
    true
}

/// `fetch & p=$!; load & q=$!; wait $q`: nobody asks for the first. Returns whether it is so.
fn unasked_job(script: &Script<'_>, reporter: &mut Reporter<'_>) -> bool {
    let Some((job, variable)) = script.unasked_job() else { return false };
    let name = script.title(job);
    let message = format!(
        "a failure of `{name}` in the background goes unnoticed: its process ID is in `{variable}`, but no `wait` uses it"
    );
    let finding = reporter.report(script.name_place(job), message);
    finding.help(format!(
        "add `wait \"${variable}\" || exit 1`: with an ID, `wait` returns the exit status of `{name}`"
    ));
    true
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
    let saved = if first.context.in_loop {
        SAVE_EACH
    } else if !others.is_empty() {
        SAVE_ALL
    } else {
        "save the process ID of the command with `pid=$!`, and write `wait \"$pid\" || exit 1`: with an ID, `wait` returns \
         the exit status of that command"
    };
    // After a bare `wait`, Bash no longer knows the ID, and a second `wait` for it fails.
    finding.help(format!("instead of the bare `wait`, {saved}"));
    finding.related(script.name_place(wait), "this `wait` always returns 0");
    for step in others.iter().take(5) {
        finding.related(script.name_place(step.command), "runs in the background too");
    }
}

/// Whether nothing follows on the line of a command in the background: without the `&`, that would be its arguments.
fn ends_line(script: &Script<'_>, command: &Command<'_>) -> bool {
    let behind = script.text()[command.span.end as usize..].trim_start_matches([' ', '\t', '&']);
    behind.is_empty() || behind.starts_with(['\n', '\r', '#', '}', ')'])
}
