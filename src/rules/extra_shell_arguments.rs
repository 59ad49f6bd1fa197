use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::mask::may_hold_secret;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Flavour;
use crate::shell::Script;
use crate::shell::syntax::{Command, CommandKind, Part};
use crate::shell::traversal::words_in;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "extra-shell-arguments",
        summary: "The script does not use the arguments that follow it",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let extra = script.source.invocation.extra_words();
    let Some(first) = extra.first().filter(|_| script.error.is_none()) else { return };
    let mut uses = matches!(script.source.shell.flavour, Flavour::Python);
    words_in(&script.tree.list, &mut |word| {
        let is_argument = |part: &Part<'_>| match part {
            Part::Variable(it) => {
                matches!(it.name, "@" | "*" | "#") || it.name.starts_with(|c: char| c.is_ascii_digit())
            }
            _ => false,
        };
        uses |= word.parts.iter().any(is_argument);
    });
    let implicit = |command: &&Command<'_>| {
        matches!(&command.kind, CommandKind::For { words, arithmetic: None, .. } if words.is_empty())
            || command.is("shift")
            || command.is("getopts")
    };
    if uses || script.commands().iter().any(implicit) {
        return;
    }
    let shell = script.source.shell.name;
    // A long one is shown in the excerpt anyway.
    let is_short =
        |text: &&str| (1..=40).contains(&text.len()) && !text.contains(['\n', '`']) && !may_hold_secret(text);
    let shown = first.text().filter(is_short);
    let which = shown.map_or("the next argument".to_owned(), |text| format!("`{text}`"));
    let message = format!(
        "`{shell} -c` runs only the first argument as a script: {which} and any arguments after it become `$0`, \
         `$1` …, which the script does not use"
    );
    let finding = reporter.report(*first, message);
    finding.help(
        "put the whole line into one string, or use the arguments as `\"$@\"` in the script and add \
         `sh`, which becomes `$0`, before them",
    );
}
