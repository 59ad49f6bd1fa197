use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Style;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "option-as-command",
        summary: "The shell runs an option as a separate command",
        category: Category::Scripts,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let is_option =
        |text: &str| text.trim_start_matches('-').starts_with(|it: char| it.is_ascii_alphabetic());
    let mut found = script.commands().iter().filter(|command| {
        command.words().first().is_some_and(|word| word.prefix().starts_with('-') && is_option(word.prefix()))
    });
    let Some(first) = found.next() else { return };
    let name = first.words().first().map_or_else(String::new, |word| script.excerpt(word.span));
    let message = format!("the shell runs `{name}` as a command and does not find it: exit code 127");
    let finding = reporter.report(script.name_place(first), message);
    let before = script.text().get(..first.span.start as usize).unwrap_or_default();
    finding.help(help(before, script.source.node.style()));
    for command in found.take(5) {
        finding.related(script.name_place(command), "this option is run as a command too");
    }
}

/// Returns how to join an option with its command, by what stands before it and how the script is written.
fn help(before: &str, style: Style) -> &'static str {
    const CONTINUE: &str =
        "write `\\` as the last character of the previous line, so that its command continues on this line";
    let Some(text) = before.trim_end_matches([' ', '\t']).strip_suffix('\n') else {
        // `import; --table orders`
        return "write this option as an argument of the command to which it belongs";
    };
    let previous = text.rsplit('\n').next().unwrap_or_default();
    let is_indented = |it: &str| it.starts_with([' ', '\t']);
    let is_deeper = !before.ends_with('\n') && !is_indented(previous);
    match style {
        _ if previous.trim_start().starts_with('#') => {
            "move the comment above the command, and write `\\` as the last character of each line that continues on the next"
        }
        Style::Folded if is_deeper && !previous.is_empty() => {
            "indent this line like the one before: `>` does not join lines that are indented more deeply"
        }
        Style::Folded if is_deeper => {
            "remove the empty line before this one, and indent this line like the command to which the option belongs"
        }
        Style::Folded if is_indented(previous) => CONTINUE,
        Style::Folded | Style::Plain | Style::SingleQuoted => {
            "remove the empty line before this one, which ends the command"
        }
        Style::DoubleQuoted => "write a space in place of each line break before this option",
        _ if previous.trim().is_empty() => {
            "remove the empty line before this one, and write `\\` as the last character of the line above it"
        }
        _ if previous.ends_with([' ', '\t']) && previous.trim_end().ends_with('\\') => {
            "remove the spaces after the `\\` at the end of the previous line"
        }
        _ => CONTINUE,
    }
}
