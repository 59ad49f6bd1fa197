use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Node;
use crate::manifest::place::Place;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::passwords::{PasswordClient, client_without_password, words_of};
use crate::shell::syntax::Command;
use crate::shell::{Invocation, Script};
use crate::value::program::base_name;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unused-password",
        summary: "A client gets no password, though the container has a variable with one",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

fn check(invocation: &Invocation<'_>, script: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    let container = invocation.container;
    // The entrypoint of an image may hand the password on, and so may a file with one.
    let brings = |it: Node<'_>| {
        it.field("mountPath").text().is_some_and(|it| {
            ["/root", "/home", "/var/lib", "/etc/my", "/run/secrets"]
                .iter()
                .any(|start| it.starts_with(start))
                || it.contains("pgpass")
        })
    };
    if invocation.commands == 0
        || container.env_from().is_set()
        || invocation.is_in_env("HOME")
        || container.volume_mounts().items().any(brings)
    {
        return;
    }
    let Some((client, name, place)) = client(invocation, script) else { return };
    if client.variables.iter().any(|it| invocation.is_in_env(it)) {
        return;
    }
    let texts: Vec<&str> = match script {
        Some(script) => vec![script.text()],
        None => invocation.words.iter().filter_map(|it| it.text()).collect(),
    };
    let is_used = |name: &str| texts.iter().any(|it| it.contains(name));
    if client.variables.iter().any(|it| is_used(it)) {
        return;
    }
    let mut entries = container
        .env()
        .items()
        .map(|it| it.field("name"))
        .filter(|it| it.text().is_some_and(|it| client.is_meant_by(it)))
        .take(10);
    let Some(entry) = entries.find(|it| it.text().is_some_and(|it| !is_used(it))) else { return };
    let (unused, wanted) = (entry.text().unwrap_or_default(), client.variables[0]);
    let message = format!("`{name}` sends no password: it reads `{wanted}`, and nothing reads `{unused}`");
    let finding = reporter.report(place, message);
    let or_add = if entry.parent.field("valueFrom").is_set() {
        format!(", or add `{wanted}` to `env` with the same `valueFrom`")
    } else {
        String::new()
    };
    finding.help(format!("name the variable `{wanted}`{or_add}"));
    finding.related(entry, "this is set, but nothing reads it");
}

/// Returns the first client to which nothing gives a password, with its name and place.
fn client(
    invocation: &Invocation<'_>,
    script: Option<&Script<'_>>,
) -> Option<(&'static PasswordClient, String, Place)> {
    let Some(script) = script else {
        let words = (invocation.program()..invocation.commands).filter_map(|it| invocation.word(it));
        let words: Vec<String> = words.chain(arguments(invocation)).map(str::to_owned).collect();
        let place = *invocation.words.get(invocation.program())?;
        return Some((client_without_password(&words)?, base_name(&words[0]).to_owned(), place.into()));
    };
    // A script that is read in, or run, may set or write what this one does not show.
    let is_open = |it: &&Command<'_>| {
        let path = it.words().first().map_or("", |it| it.prefix());
        it.is(".")
            || it.is("source")
            || it.is("eval")
            || path.is_empty() && !it.words().is_empty()
            || path.ends_with(".sh")
    };
    if script.source.shell.wrapped || script.commands().iter().any(is_open) {
        return None;
    }
    let mut commands = script.commands().iter();
    commands.find_map(|it| {
        Some((client_without_password(&words_of(it))?, script.title(it), script.name_place(it)))
    })
}

/// Returns what `args` adds to `command`.
fn arguments<'d>(invocation: &Invocation<'d>) -> impl Iterator<Item = &'d str> {
    (invocation.commands.max(invocation.program())..invocation.words.len())
        .filter_map(|it| invocation.word(it))
}
