use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::mixed_output::reports_progress;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "messages-in-dump",
        summary: "The messages of a program end up in the dump that it writes",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let found = script.steps.iter().find_map(|step| Some((step.command, script.messages_in_dump(step)?)));
    let Some((command, span)) = found else { return };
    let (name, title) = (command.name().unwrap_or_default(), script.title(command));
    let result = if name == "tar" { "archive" } else { "dump" };
    // Of `&> FILE` the file is no part of the mistake.
    let whole = span.text(script.text());
    let is_operator = whole.starts_with(['&', '>', '|']);
    let end = whole.find(|it: char| !"&>|".contains(it)).filter(|_| is_operator).unwrap_or(whole.len());
    let operator = &whole[..end];
    let message = if reports_progress(&name, command.arguments()) {
        format!(
            "the messages of `{title}` end up in the {result}, which cannot be restored as it is: `{operator}` sends both to the \
             same place"
        )
    } else {
        format!(
            "warnings and errors of `{title}` end up in the {result} instead of the log, and a {result} with such \
             lines cannot be restored as it is: `{operator}` sends both to the same place"
        )
    };
    let change = match operator {
        "|&" => "write `|` in place of `|&`".to_owned(),
        "&>>" => "write `>>` in place of `&>>`".to_owned(),
        "&>" | ">&" => format!("write `>` in place of `{operator}`"),
        _ => format!("remove `{operator}`"),
    };
    let finding = reporter.report(script.place(span), message);
    finding.help(format!("{change}: the messages then go to the log"));
}
