use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Invocation;
use crate::shell::Script;
use crate::shell::programs::{Fact, holds};
use crate::text::word_list::has_word;
use crate::value::program::base_name;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "shell-syntax-without-shell",
        summary: "Shell operators among the arguments, but no shell to interpret them",
        category: Category::Scripts,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

/// Programs that have operators of their own, such as `find … -exec … ;`, or that hand their arguments to a shell.
const INTERPRETING: &str = "[ cmd cmd.exe eval expr fd find jq parallel powershell powershell.exe pwsh pwsh.exe ssh test tr \
    watch xargs yq";

fn check(invocation: &Invocation<'_>, _: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    report_value(invocation, reporter);
    let program = invocation.word(invocation.program()).map(base_name).unwrap_or_default();
    if invocation.commands == 0 || has_word(INTERPRETING, program) {
        return;
    }
    let words: Vec<_> = invocation.plain_words().collect();
    let before = |at: usize| at.checked_sub(1).map(|it| words[it].1);
    let found = words.iter().enumerate();
    let found = found.filter(|(at, (_, text))| is_shell_syntax(text) && !is_delimiter(before(*at), text));
    let found: Vec<_> = found.map(|(_, it)| *it).collect();
    let Some(((node, text), others)) = found.split_first() else { return };
    let shown = if text.len() <= 20 { *text } else { "$(…)" };
    let message = match substitution(text, &is_command) {
        Some(inner) => format!(
            "`{program}` gets the command `{inner}` itself, not its output: there is no shell to run it"
        ),
        None => format!("`{program}` gets `{shown}` as an argument: there is no shell to interpret it"),
    };
    let finding = reporter.report(*node, message);
    let is_piped = words.iter().any(|(_, text)| matches!(*text, "|" | "|&"));
    finding.help(if is_piped {
        "run the line with a shell: `bash`, `-eo`, `pipefail`, `-c`, and the whole line as one string"
    } else {
        "run the line with a shell: `sh`, `-ec`, and the whole line as one string"
    });
    for (node, _) in others.iter().take(5) {
        finding.related(*node, "not interpreted either");
    }
}

/// `env: [{name: DAY, value: $(date +%F)}]`: Kubernetes replaces only names of variables.
fn report_value(invocation: &Invocation<'_>, reporter: &mut Reporter<'_>) {
    // What is evaluated, or is a prompt, may well be a command.
    let evaluates = |text: &str| ["eval", "envsubst", "-c \"$"].iter().any(|it| text.contains(it));
    if invocation.words.iter().filter_map(|it| it.text()).any(evaluates) {
        return;
    }
    let values = invocation.container.env().items().filter_map(|item| {
        let (name, value) = (item.field("name").text()?, item.field("value"));
        let inner = substitution(value.text()?, &|inner| is_known(inner) && !invocation.is_in_env(inner))?;
        (!name.starts_with("PS") && !name.contains("PROMPT")).then_some((name, value, inner))
    });
    let mut found = values.into_iter();
    let Some((name, value, inner)) = found.next() else { return };
    let message = format!(
        "`{name}` contains the command `{inner}` itself, not its output: no shell interprets a value in `env`"
    );
    let finding = reporter.report_as(Severity::Warning, value, message);
    finding.help("run the command in a script that sets the variable and then starts the program");
    found.take(5).for_each(|(_, value, _)| _ = finding.related(value, "this command does not run either"));
}

/// Whether a text starts with the name of a program that prints or asks.
fn is_known(inner: &str) -> bool {
    holds(inner.split(' ').next().unwrap_or_default(), Fact::Trivial)
}

/// Returns the command between `$(` and `)`, or between backquotes, that only a shell would run: `--day=$(date +%F)`.
fn substitution<'t>(text: &'t str, runs: &dyn Fn(&str) -> bool) -> Option<&'t str> {
    let quoted = text.split_once('`').and_then(|(_, rest)| rest.split_once('`')).map(|(inner, _)| inner);
    let inner = text.split_once("$(").filter(|(before, _)| !before.ends_with('$'));
    let inner = inner.and_then(|(_, rest)| rest.split_once(')')).map(|(inner, _)| inner);
    inner.filter(|it| runs(it)).or(quoted.filter(|it| is_known(it)))
}

/// Whether a text looks like a command: of a known program, or with arguments.
fn is_command(inner: &str) -> bool {
    is_known(inner) || inner.contains(' ') && inner.starts_with(|it: char| it.is_ascii_lowercase())
}

/// Whether a word is the value of an option for a delimiter: `cut -d ";"`.
fn is_delimiter(before: Option<&str>, text: &str) -> bool {
    const OPTIONS: &str =
        "-D -F -d -s -t --delim --delimiter --field-separator --output-delimiter --sep --separator";
    text.len() == 1 && before.is_some_and(|it| has_word(OPTIONS, it))
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
        || !text.contains('\n') && substitution(text, &is_command).is_some()
}
