use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::syntax::{Part, Word};
use crate::shell::traversal::words_in;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "default-without-braces",
        summary: "A variable's default value is written without braces",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let mut found = Vec::new();
    words_in(&script.tree.list, &mut |word: &Word<'_>| {
        for (at, pair) in word.parts.windows(2).enumerate() {
            let [Part::Variable(variable), Part::Text { text, .. }] = pair else { continue };
            let is_bare = !variable.span.text(script.text()).starts_with("${") && variable.name.len() > 1;
            let value = text.strip_prefix(":-").unwrap_or_default();
            if is_bare && value.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '/') {
                let is_whole = at + 2 == word.parts.len() && !value.contains(char::is_whitespace);
                let value = value.split(char::is_whitespace).next().unwrap_or_default();
                found.push((variable.name, variable.span, value, is_whole));
            }
        }
    });
    let Some((name, span, value, is_whole)) = found.first() else { return };
    let message = format!(
        "the shell appends `:-{value}` to the value of `{name}`, whether it is set or not: a default value needs braces"
    );
    let finding = reporter.report(script.place(*span), message);
    // In `$USER:-app@db` or `$NAME:-app$SUFFIX` nobody can say where the default value ends.
    let is_plain = *is_whole && value.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-./".contains(&it));
    finding.help(if is_plain {
        format!("write `${{{name}:-{value}}}`")
    } else {
        format!("write `${{{name}:-…}}`, with the closing brace where the default value ends")
    });
    for (_, span, ..) in found.iter().skip(1).take(5) {
        finding.related(script.place(*span), "this default value has no braces either");
    }
}
