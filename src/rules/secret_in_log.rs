use std::collections::BTreeSet;

use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::fetched_credentials::fetched_credential;
use crate::facts::logged_secrets::{LoggedSecret, Source, Way, logged_by_program, logged_by_script};
use crate::manifest::place::Place;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::install::wrapped_command;
use crate::shell::streams::Run;
use crate::shell::{Invocation, Script};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "secret-in-log",
        summary: "A container prints a credential to its log",
        category: Category::Secrets,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

fn check(invocation: &Invocation<'_>, script: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    match script {
        Some(script) => {
            logged_by_script(script).into_iter().for_each(|it| report(it, reporter));
            report_fetched(script, reporter);
        }
        None => {
            logged_by_program(invocation).into_iter().for_each(|it| report(it, reporter));
            let at = invocation.program();
            if at < invocation.commands && invocation.shell.is_none() {
                let words: Vec<&str> = invocation.words[at..].iter().filter_map(|it| it.text()).collect();
                if let Some(command) = fetched_credential(&words) {
                    report_command(command, invocation.words[at].into(), reporter);
                }
            }
        }
    }
}

/// Reports commands whose output is in the log and is a credential, each once.
fn report_fetched(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let mut known = BTreeSet::new();
    for Run { command, .. } in script.runs().into_iter().filter(|it| it.is_logged) {
        let is_own = command.name().is_some_and(|name| script.function(&name).is_none());
        let words: Vec<String> =
            wrapped_command(command).iter().filter(|_| is_own).map(|it| it.known_text()).collect();
        if let Some(title) = fetched_credential(&words).filter(|it| known.insert((*it).to_owned())) {
            report_command(title, script.name_place(command), reporter);
        }
    }
}

fn report_command(command: &str, place: Place, reporter: &mut Reporter<'_>) {
    let message = format!(
        "`{command}` prints a credential to the log: everyone who can read the pod's logs can read it"
    );
    let finding = reporter.report(place, message);
    finding.help(
        "remove the command, or redirect its output to `/dev/null` if only its status is needed; rotate the credential if it has \
         been logged",
    );
}

fn report(logged: LoggedSecret<'_>, reporter: &mut Reporter<'_>) {
    let LoggedSecret { way, command, source: Source { variable, secret, copy }, place, others } = logged;
    let name = variable.unwrap_or_default();
    let shown = if name.is_empty() { copy.unwrap_or(name) } else { name };
    let what = match copy {
        Some(copy) => format!("`{copy}`, which contains `{name}` from the Secret `{secret}`,"),
        None if name.is_empty() => format!("all values of the Secret `{secret}`"),
        None => format!("`{name}` from the Secret `{secret}`"),
    };
    let object = if copy.is_none() && name.is_empty() { "them" } else { "it" };
    let readers = format!("everyone who can read the pod's logs can read {object}");
    let (message, help) = match &way {
        Way::Printed => (
            format!("`{command}` prints {what} to the log: {readers}"),
            format!("remove the command, or print only whether the variable is set: `${{{shown}:+set}}`"),
        ),
        Way::Dumped => (
            format!("`{command}` prints every variable to the log, including {what}: {readers}"),
            "remove the command, or print single variables, for example with `printenv HOSTNAME`".to_owned(),
        ),
        Way::Traced(since) => (
            format!("the shell prints this command with the value of {what} to the log: {readers}"),
            match since {
                Some(_) => "write `set +x` before the command, or remove `set -x`".to_owned(),
                None => "start the shell without `-x`, or write `set +x` before the command".to_owned(),
            },
        ),
    };
    let finding = reporter.report(place, message);
    finding.help(format!("{help}; rotate the credential if it has been logged"));
    if let Way::Traced(Some(since)) = way {
        finding.related(since, "from here on the shell prints each command");
    }
    others.into_iter().for_each(|it| _ = finding.related(it, "a credential is printed here too"));
}
