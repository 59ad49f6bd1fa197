use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::{Invocation, Script};
use crate::text::placeholder::is_placeholder;
use crate::value::program::base_name;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "flag-and-value-in-one-item",
        summary: "A flag and its value stand in one item",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        page: include_str!("../../rules/flag-and-value-in-one-item.md"),
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

fn check(invocation: &Invocation<'_>, _: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    let program = invocation.word(invocation.program()).map(base_name).unwrap_or_default();
    // A script may take its arguments apart, and so may what the image starts.
    if invocation.commands == 0 || program.ends_with(".sh") || program.contains("entrypoint") {
        return;
    }
    let found: Vec<_> = invocation
        .plain_words()
        .filter_map(|(node, text)| Some((node, flag_of(text, program)?, text)))
        .filter(|(_, _, text)| !is_placeholder(text))
        .collect();
    let Some(((node, flag, _), others)) = found.split_first() else { return };
    let message =
        format!("`{program}` gets `{flag}` and its value as one argument, with the space between them");
    let finding = reporter.report(*node, message);
    finding.help(if flag.starts_with("--") {
        format!("write `{flag}=…`, or the value as an item of its own")
    } else {
        "write the value as an item of its own, without quotes".to_owned()
    });
    for (node, _, _) in others.iter().take(5) {
        finding.related(*node, "this one too");
    }
}

/// Returns the flag that an argument starts with, if a space and a value follow; of short flags only those of curl, which
/// takes the space for a part of the value.
fn flag_of<'t>(text: &'t str, program: &str) -> Option<&'t str> {
    let (flag, value) = text.split_once(' ')?;
    let is_word = |it: &str| it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_');
    let long = flag.strip_prefix("--").filter(|it| it.len() > 1 && is_word(it));
    let is_short = program == "curl" && ["-X", "-H", "-d", "-o", "-u", "-T"].contains(&flag);
    let is_one_line = !text.trim_end().contains('\n') && !value.trim().is_empty();
    ((long.is_some() || is_short) && is_one_line).then_some(flag)
}
