use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::{Invocation, Script};
use crate::text::placeholder::is_placeholder;
use crate::text::word_list::has_word;
use crate::value::program::base_name;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "flag-and-value-in-one-item",
        summary: "A flag and its value are one item of `command` or `args`",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

/// Programs that run another one, which their arguments name.
const INTERPRETERS: &str = "java node npm npx perl php python python2 python3 ruby";

fn check(invocation: &Invocation<'_>, _: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    report_space(invocation, reporter);
    let program = invocation.word(invocation.program()).map(base_name).unwrap_or_default();
    // A script can split its arguments, and so can what the image starts.
    if invocation.commands == 0 || program.ends_with(".sh") || program.contains("entrypoint") {
        return;
    }
    let found: Vec<_> = invocation
        .plain_words()
        .filter_map(|(node, text)| Some((node, flag_of(text, program)?, text)))
        .filter(|(_, _, text)| !is_placeholder(text))
        .collect();
    let Some(((node, flag, text), others)) = found.split_first() else { return };
    let is_long = flag.starts_with("--");
    let message = if is_long {
        // The arguments of an interpreter are mostly those of what it runs.
        let reader =
            if has_word(INTERPRETERS, program) { "the program".to_owned() } else { format!("`{program}`") };
        format!(
            "{reader} does not recognize `{flag}`: the flag and its value are one argument, with a space in it"
        )
    } else {
        format!("`{program}` uses a value that starts with a space: `{flag}` and its value are one argument")
    };
    let finding = reporter.report(*node, message);
    let quotes = if text.contains(['"', '\'']) { ", without the quotes" } else { "" };
    finding.help(if is_long {
        format!("write `{flag}=…`, or the value as an item of its own: `{flag}`, `…`{quotes}")
    } else {
        format!("write the value as an item of its own: `{flag}`, `…`{quotes}")
    });
    for (node, flag, _) in others.iter().take(5) {
        finding.related(*node, format!("`{flag}` and its value are one argument, too"));
    }
}

/// Reports `--key= value`, of which no program removes the space.
fn report_space(invocation: &Invocation<'_>, reporter: &mut Reporter<'_>) {
    for (node, text) in invocation.plain_words() {
        let Some((flag, value)) = text.split_once("= ").filter(|(flag, _)| flag.starts_with("--")) else {
            continue;
        };
        let is_word = flag.len() > 3 && !flag.contains(char::is_whitespace);
        let value = value.trim();
        if is_word && !value.is_empty() && !value.contains(char::is_whitespace) {
            let message = format!("the value of `{flag}` starts with a space, which stays part of it");
            reporter.report(node, message).help(format!("write `{flag}={value}`, without the space"));
        }
    }
}

/// Returns the flag that an argument starts with, if a space and a value follow; of short flags only those of curl, which
/// treats the space as part of the value.
fn flag_of<'t>(text: &'t str, program: &str) -> Option<&'t str> {
    let (flag, value) = text.split_once(' ')?;
    let is_word = |it: &str| it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_');
    let long = flag.strip_prefix("--").filter(|it| it.len() > 1 && is_word(it));
    let is_short = program == "curl" && ["-X", "-H", "-d", "-o", "-u", "-T"].contains(&flag);
    let is_one_line = !text.trim_end().contains('\n') && !value.trim().is_empty();
    ((long.is_some() || is_short) && is_one_line).then_some(flag)
}
