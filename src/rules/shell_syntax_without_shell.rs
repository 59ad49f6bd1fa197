use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Invocation;
use crate::shell::Script;
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
    let message = format!("`{program}` gets `{shown}` as an argument: there is no shell to interpret it");
    let finding = reporter.report(*node, message);
    finding.help("run the line with a shell: `sh`, `-c`, and the whole line as one string");
    for (node, _) in others.iter().take(5) {
        finding.related(*node, "not interpreted either");
    }
}

/// Whether a word is an operator, a redirection or a substitution, and nothing else.
fn is_shell_syntax(text: &str) -> bool {
    let substitution = text.strip_prefix("$(").and_then(|it| it.strip_suffix(')'));
    let runs = |inner: &str| inner.contains(' ') && inner.starts_with(|it: char| it.is_ascii_lowercase());
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
        || substitution.is_some_and(runs)
}
