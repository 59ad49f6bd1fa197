use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::own_host::{LocalClient, SOME_VALUE, is_alone, local_client, may_reach_server};
use crate::manifest::place::Place;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::syntax::Word;
use crate::shell::{Invocation, Script};
use crate::value::program::base_name;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "client-without-host",
        summary: "A client of a database looks for the server in its own container",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

fn check(invocation: &Invocation<'_>, script: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    let found: Option<(Place, String, &LocalClient)> = match script {
        Some(script) => in_script(script),
        None => {
            let start = invocation.program();
            let name = invocation.word(start).map(base_name).unwrap_or_default();
            let words = (start + 1..invocation.words.len()).map(|it| invocation.word(it));
            // `$(DATABASE_URL)`
            let arguments: Vec<_> =
                words.map(|it| it.map(|it| if it.starts_with("$(") { SOME_VALUE } else { it })).collect();
            let client = local_client(name, &arguments);
            client.map(|it| (invocation.words[start].into(), name.to_owned(), it))
        }
    };
    let Some((place, name, client)) = found.filter(|it| is_alone(invocation.container, it.2)) else { return };
    let message = format!(
        "`{name}` fails each time: no host is set, so it looks for the server in its own container, where none runs"
    );
    let or_variable = match client.variable {
        "" => String::new(),
        variable => format!(", or set `{variable}`,"),
    };
    reporter
        .report(place, message)
        .help(format!("add `-h`{or_variable} with the name of the server's Service"));
}

/// Finds the first client without a host in a script that starts no server.
fn in_script(script: &Script<'_>) -> Option<(Place, String, &'static LocalClient)> {
    if may_reach_server(script.text()) {
        return None;
    }
    let mut steps = script.steps.iter().filter(|it| !it.context.in_condition && !it.context.is_guarded);
    steps.find_map(|step| {
        let command = step.command;
        let name = command.name()?;
        let text = |word: &Word<'_>| match word.literal() {
            Some(it) => Some(it.into_owned()),
            // Without quotes it can be several words.
            None if script.may_hold_options(word) => None,
            None if word.prefix().is_empty() => Some(SOME_VALUE.to_owned()),
            None => Some(word.prefix().to_owned()),
        };
        let texts: Vec<Option<String>> = command.arguments().iter().map(text).collect();
        let arguments: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let client = local_client(base_name(&name), &arguments)?;
        Some((script.name_place(command), script.title(command), client))
    })
}
