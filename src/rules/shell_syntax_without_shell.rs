use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Invocation;
use crate::shell::Script;
use crate::shell::programs::{Fact, holds};
use crate::value::program::base_name;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "shell-syntax-without-shell",
        summary: "Shell operators among the arguments, but no shell to interpret them",
        category: Category::Scripts,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        page: include_str!("../../rules/shell-syntax-without-shell.md"),
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

fn check(invocation: &Invocation<'_>, _: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    let program = invocation.word(invocation.program()).map(base_name).unwrap_or_default();
    // `find … -exec … ;` and `expr 1 > 0` have operators of their own.
    if invocation.commands == 0 || ["find", "expr", "test", "[", "jq", "yq", "fd", "xargs"].contains(&program)
    {
        return;
    }
    let found: Vec<_> = invocation.plain_words().filter(|(_, text)| is_shell_syntax(text)).collect();
    let Some(((node, text), others)) = found.split_first() else { return };
    let shown = if text.len() <= 20 { *text } else { "$(…)" };
    let message = match substitution(text) {
        Some(inner) => format!(
            "`{program}` gets the text of `{inner}` and not what it prints: there is no shell to run it"
        ),
        None => format!("`{program}` gets `{shown}` as an argument: there is no shell to interpret it"),
    };
    let finding = reporter.report(*node, message);
    finding.help("run the line with a shell: `sh`, `-c`, and the whole line as one string");
    for (node, _) in others.iter().take(5) {
        finding.related(*node, "not interpreted either");
    }
}

/// Returns the command between `$(` and `)`, or between backquotes, that only a shell would run: `--day=$(date +%F)`.
fn substitution(text: &str) -> Option<&str> {
    let known = |inner: &&str| holds(inner.split(' ').next().unwrap_or_default(), Fact::Trivial);
    let quoted = text.split_once('`').and_then(|(_, rest)| rest.split_once('`')).map(|(inner, _)| inner);
    let inner = text.split_once("$(").filter(|(before, _)| !before.ends_with('$'));
    let inner = inner.and_then(|(_, rest)| rest.split_once(')')).map(|(inner, _)| inner);
    let runs = |inner: &&str| inner.contains(' ') && inner.starts_with(|it: char| it.is_ascii_lowercase());
    inner.filter(|it| known(it) || runs(it)).or(quoted.filter(known))
}

/// Whether a word is an operator or a redirection, or has a substitution in it.
fn is_shell_syntax(text: &str) -> bool {
    matches!(
        text,
        "&&" | "||"
            | "|"
            | ";"
            | ">"
            | ">>"
            | "<"
            | "&"
            | "2>&1"
            | ">&2"
            | "|&"
            | "&>"
            | "2>"
            | "2>/dev/null"
    ) || text.starts_with(">/")
        || text.starts_with("2>/")
        || text == ">/dev/null"
        || !text.contains('\n') && substitution(text).is_some()
}
