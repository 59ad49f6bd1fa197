mod clients;

use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::place::Place;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::install::wrapped_command;
use crate::shell::programs::Fact;
use crate::shell::syntax::{Part, Redirection, Variable, Word};
use crate::shell::traversal::every_command;
use crate::shell::{Invocation, Script};
use crate::value::program::base_name;
use clients::{client_of, help_for_variable, is_client, option, skips_host_key};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unverified-server",
        summary: "A client does not verify the server that it connects to",
        category: Category::Security,
        severity: Severity::Info,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

/// Of a longer command the variables are followed in so many words.
const MAX_WORDS: usize = 100;

fn check(invocation: &Invocation<'_>, script: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    let found: Option<(Place, String, String)> = match script {
        Some(script) => in_script(script),
        None => {
            let start = invocation.program();
            let texts: Vec<String> = (start..invocation.words.len())
                .map(|it| invocation.word(it).unwrap_or_default().to_owned())
                .collect();
            let name = texts.first().map(|it| base_name(it).to_owned()).unwrap_or_default();
            option(&name, &texts).map(|at| (invocation.words[start + at].into(), name, texts[at].clone()))
        }
    };
    // The variables are those of the container, whatever scripts it runs.
    let is_first = script.is_none_or(|it| it.source.caller.is_none());
    let in_variables = || is_first.then(|| in_variables(invocation)).flatten();
    let Some((place, name, text)) = found.or_else(in_variables) else { return };
    let (option, help) = if skips_host_key(&text) {
        (
            "StrictHostKeyChecking=no".to_owned(),
            "remove the option, mount a `known_hosts` file with the server's key, and name it with `UserKnownHostsFile`"
                .to_owned(),
        )
    } else if text.split_once('=').is_some_and(|(it, _)| !it.contains(['-', '.'])) {
        (text, help_for_variable(&name))
    } else {
        let help = "remove the option, or only its letter if it is one of several; if a private CA signed the server's certificate, mount the CA's certificate and name it \
                    with the client's option, such as curl's `--cacert`";
        (text, help.to_owned())
    };
    let message =
        format!("`{name}` trusts anyone who answers in the server's place: `{option}` turns the check off");
    reporter.report(place, message).help(help);
}

/// Finds what turns the check off in a script: the place, the client, and the option or the variable.
fn in_script(script: &Script<'_>) -> Option<(Place, String, String)> {
    let mut commands = Vec::new();
    every_command(&script.tree.list, &mut commands);
    commands.iter().find_map(|command| {
        let words = wrapped_command(command);
        let name = words.first().and_then(Word::literal).unwrap_or_default();
        let name = base_name(&name);
        let sets = ["export", "declare", "readonly"].iter().any(|it| command.is(it));
        let assigned = command.assignments().iter().map(|it| (it.span, it.name, it.value.known_text()));
        let exported = command.words().iter().skip(1).filter(|_| sets).filter_map(|it| {
            let (name, first) = it.prefix().split_once('=')?;
            Some((it.span, name, first.to_owned() + &it.known_text()[it.prefix().len()..]))
        });
        for (span, variable, value) in assigned.chain(exported) {
            if skips_host_key(&value) {
                return Some((script.place(span), "ssh".to_owned(), value));
            }
            if let Some(client) = client_of(variable, &value) {
                return Some((script.place(span), client.to_owned(), format!("{variable}={value}")));
            }
        }
        let (mut texts, mut places) = (Vec::new(), Vec::new());
        for (at, word) in words.iter().enumerate() {
            let is_followed = at < MAX_WORDS && is_client(name);
            let text = if is_followed { script.resolved(word) } else { word.known_text() };
            // Without quotes it becomes several words.
            let is_split = matches!(word.parts[..], [Part::Variable(Variable { quoted: false, .. })]);
            let parts = text.split_whitespace().map(str::to_owned);
            texts.extend(if is_split { parts.collect() } else { vec![text] });
            places.resize(texts.len(), word.span);
        }
        let is_file = |it: &Redirection<'_>| {
            let path = it.target.known_text();
            path.ends_with("ssh/config") || path.ends_with("ssh_config")
        };
        // `echo "StrictHostKeyChecking no" >> ~/.ssh/config`
        let configures = command.has(Fact::Prints) && command.redirections.iter().any(is_file);
        if let Some(at) = texts.iter().position(|it| configures && skips_host_key(it)) {
            return Some((script.place(places[at]), "ssh".to_owned(), texts[at].clone()));
        }
        let at = option(name, &texts)?;
        Some((script.place(places[at]), name.to_owned(), texts[at].clone()))
    })
}

/// Finds a variable of the container that turns the check off.
fn in_variables(invocation: &Invocation<'_>) -> Option<(Place, String, String)> {
    invocation.container.env().items().find_map(|variable| {
        let value = variable.get("value")?;
        let (name, text) = (variable.field("name").text()?, value.text()?);
        let found = |client: &str, text: String| Some((value.into(), client.to_owned(), text));
        if name.contains("SSH") && skips_host_key(text) {
            return found("ssh", text.to_owned());
        }
        found(client_of(name, text)?, format!("{name}={text}"))
    })
}
