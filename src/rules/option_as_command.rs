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
        page: include_str!("../../rules/option-as-command.md"),
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
    let line = before.trim_end_matches([' ', '\t']);
    let is_indented = line.len() < before.len();
    finding.help(match script.source.node.style() {
        // `import; --table orders`
        _ if !line.ends_with('\n') => "write this option as an argument of the command to which it belongs",
        Style::Folded if is_indented => {
            "indent this line like the one before: `>` does not join lines that are indented more deeply"
        }
        Style::Folded => "remove the empty line before this one: `>` ends a line of the script there",
        _ => {
            "write `\\` as the last character of the previous line, so that its command continues on this \
            line"
        }
    });
    for command in found.take(5) {
        finding.related(script.name_place(command), "this option is run as a command too");
    }
}
