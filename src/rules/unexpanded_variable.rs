use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Invocation;
use crate::shell::Script;
use crate::shell::syntax::{Part, Word};
use crate::value::program::base_name;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unexpanded-variable",
        summary: "A variable that no shell expands reaches the program as literal text",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

fn check(invocation: &Invocation<'_>, script: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    let known = |name: &str| invocation.is_in_env(name);
    if let Some(script) = script {
        return report_quoted(script, &known, reporter);
    }
    let is_language = [
        "awk", "gawk", "perl", "envsubst", "sed", "jq", "yq", "expect", "php", "make", "node", "psql",
        "mongosh",
    ];
    let program = invocation.word(invocation.program()).map(base_name).unwrap_or_default();
    if is_language.contains(&program) {
        return;
    }
    let found = invocation.plain_words().filter_map(|(node, text)| {
        let name = variable(text, &known)?;
        Some((node, name, as_written(text, name)))
    });
    let found: Vec<_> = found.collect();
    let Some(((node, name, written), others)) = found.split_first() else { return };
    let message = format!("`{program}` gets the literal text `{written}`: no shell expands it");
    let finding = reporter.report(*node, message);
    let what_then = if known(name) {
        "which Kubernetes itself replaces".to_owned()
    } else if invocation.container.env_from().is_set() {
        format!("which Kubernetes itself replaces if `envFrom` sets `{name}`")
    } else {
        format!("and set `{name}` in the container's `env`")
    };
    finding.help(format!("write `$({name})`, {what_then}"));
    for (node, _, written) in others.iter().take(5) {
        finding.related(*node, format!("`{written}` is not expanded either"));
    }
}

/// Returns a variable as a text has it: `$NAME` or `${NAME}`.
fn as_written(text: &str, name: &str) -> String {
    let braced = format!("${{{name}}}");
    if text.contains(&braced) { braced } else { format!("${name}") }
}

/// `curl -H 'Authorization: Bearer $TOKEN'`: in single quotes the shell expands nothing, and neither does the program.
fn report_quoted(script: &Script<'_>, in_env: &dyn Fn(&str) -> bool, reporter: &mut Reporter<'_>) {
    let commands = script.commands();
    let is_set = |name: &str| commands.iter().flat_map(|it| it.assignments()).any(|it| it.name == name);
    let quoted = |word: &Word<'_>| {
        // `\$TOKEN` is meant as it stands.
        let is_meant = word.span.text(script.text()).contains("\\$");
        let texts = word.parts.iter().filter(|_| !is_meant).filter_map(|it| match it {
            Part::Text { text, quoted: true } => Some(*text),
            _ => None,
        });
        let mut names = texts.flat_map(|it| it.split('$').skip(1)).map(|it| {
            let rest = it.strip_prefix('{').unwrap_or(it);
            let end = rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '_');
            &rest[..end.unwrap_or(rest.len())]
        });
        let text = word.known_text();
        names
            .find(|it| it.len() > 2 && (in_env(it) || is_set(it)) && !is_of_graphql(&text, it))
            .map(str::to_owned)
    };
    let calls = commands.iter().filter(|it| it.is("curl") || it.is("wget"));
    let mut words = calls.flat_map(|it| it.arguments().iter().map(move |word| (it, word)));
    let found = words.find_map(|(call, word)| Some((call, word, quoted(word)?)));
    let Some((call, word, name)) = found else { return };
    let program = script.title(call);
    let message = format!(
        "`{program}` gets the literal text `{}`: the shell expands no variable in single quotes",
        as_written(&word.known_text(), &name)
    );
    // Double quotes around JSON would end at its own.
    let help = if word.span.text(script.text()).contains('"') {
        format!("end the single quotes before the variable and start them again after it: `'\"${name}\"'`")
    } else {
        "write double quotes in place of the single ones".to_owned()
    };
    reporter.report(script.place(word.span), message).help(help);
}

/// Whether a text has a query in GraphQL that declares a variable of this name: `query($owner: String!)`.
fn is_of_graphql(text: &str, name: &str) -> bool {
    text.split('$').skip(1).any(|it| {
        let declared = it.strip_prefix(name).map(str::trim_start).and_then(|it| it.strip_prefix(':'));
        declared
            .is_some_and(|it| it.trim_start().starts_with(|it: char| it == '[' || it.is_ascii_uppercase()))
    })
}

/// Returns the name of a shell variable in a word: any of `env`, or one that is a word or a value as a whole.
fn variable<'t>(text: &'t str, known: &dyn Fn(&str) -> bool) -> Option<&'t str> {
    if text.contains(['\n', '{']) && !text.contains("${") {
        return None;
    }
    text.match_indices('$').find_map(|(at, _)| {
        let rest = &text[at + 1..];
        let (name, after) = match rest.strip_prefix('{') {
            Some(inner) => inner.split_once('}')?,
            None => {
                rest.split_at(rest.bytes().take_while(|it| it.is_ascii_alphanumeric() || *it == b'_').count())
            }
        };
        let is_name = name.len() > 2
            && name.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_')
            && !name.starts_with(|it: char| it.is_ascii_digit());
        let alone = after.is_empty() && (at == 0 || text[..at].ends_with('=') && !text.contains(' '));
        let escaped = text[..at].ends_with(['$', '\\']);
        (!escaped && is_name && (known(name) || alone && !rest.starts_with('{'))).then_some(name)
    })
}
