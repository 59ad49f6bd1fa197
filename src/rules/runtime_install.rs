use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::root::never_runs_as_root;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::install::{installs, installs_as_user, wrapped_command};
use crate::shell::step::{Fate, Step};
use crate::shell::syntax::{Command, Word};
use crate::value::program::{base_name, is_shell};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "runtime-install",
        summary: "The Job installs software each time it runs",
        category: Category::Scripts,
        // The worst of it; what is only no good practice is milder.
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let mut found: Vec<_> = script.commands().iter().copied().filter(|it| installs(it)).collect();
    let piped = script.steps.iter().filter(|it| runs_download(it)).map(|it| it.command);
    found.extend(piped);
    found.sort_by_key(|it| it.span.start);
    let Some((first, others)) = found.split_first() else { return };
    if report_non_root(script, &found, reporter) {
        return;
    }
    let name = wrapped_command(first).first().and_then(Word::literal).unwrap_or_default();
    let changes = if found.iter().all(|it| is_locked(it)) {
        ""
    } else {
        ", and dependencies can change from pod to pod"
    };
    let message = format!(
        "every pod, retries included, downloads software with `{}`: the software is missing if the \
            download server is down{changes}",
        base_name(&name)
    );
    let finding = reporter.report_as(Severity::Info, script.name_place(first), message);
    finding.help("build an image that contains the software the Job needs");
    for command in others.iter().take(5) {
        finding.related(script.name_place(command), "this is downloaded in every pod too");
    }
}

/// Reports a package manager that has to be root and is not. Returns whether it is so.
fn report_non_root(script: &Script<'_>, found: &[&Command<'_>], reporter: &mut Reporter<'_>) -> bool {
    let first = found.iter().find(|it| installs_as_user(it));
    let container = script.container();
    let Some(command) = first.filter(|_| never_runs_as_root(container)) else { return false };
    let name = script.title(command);
    let is_hidden =
        script.steps.iter().any(|it| std::ptr::eq(it.command, *command) && it.fate == Fate::Swallowed);
    let hidden = if is_hidden { ", and `||` hides the failure" } else { "" };
    let by_image = if container.is_non_root() { "" } else { ", the one of its image" };
    let message = format!(
        "`{name}` installs nothing{hidden}: only root can install packages, and the container runs as another user{by_image}"
    );
    let finding = reporter.report(script.name_place(command), message);
    finding.help("build an image that contains the software the Job needs");
    true
}

/// Whether a lock file or its options say exactly what a command installs.
fn is_locked(command: &Command<'_>) -> bool {
    const OPTIONS: [&str; 5] =
        ["--deployment", "--frozen-lockfile", "--immutable", "--locked", "--require-hashes"];
    OPTIONS.iter().any(|it| command.has_argument(it)) || command.is("npm") && command.has_argument("ci")
}

/// `curl … | bash`
fn runs_download(step: &Step<'_>) -> bool {
    let downloads = step.command.is("curl") || step.command.is("wget");
    let runs = |it: &Command<'_>| it.name().is_some_and(|name| is_shell(&name)) && !it.has_argument("-c");
    downloads && step.pipeline.commands.last().is_some_and(runs)
}
