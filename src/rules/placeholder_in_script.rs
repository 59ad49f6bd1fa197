use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::programs::Fact;
use crate::shell::syntax::{Command, Word};
use crate::text::span::Span;
use crate::text::to_fill_in::{is_in_angle_brackets, is_to_fill_in};
use crate::text::word_list::has_word;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "placeholder-in-script",
        summary: "A command of a script gets a placeholder that nobody replaced",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

/// Programs that look for a text or replace it, so that a placeholder is what they fill in.
const EDITORS: &str = "awk envsubst gawk grep jq perl python python3 sed yq";

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let commands = script.commands().iter().filter(|it| !it.has(Fact::Texts));
    let is_editor = |it: &&&Command<'_>| it.name().is_some_and(|it| has_word(EDITORS, &it));
    let mut found: Vec<(Span, String)> =
        commands.filter(|it| !is_editor(it)).flat_map(|it| in_command(it)).collect();
    found.sort_by_key(|(span, _)| span.start);
    let Some(((span, text), others)) = found.split_first() else { return };
    let message = if span.text(script.text()).starts_with('<') {
        "the command does not run, because the shell treats the `<` and `>` of a placeholder as redirections, the first from a file \
         that does not exist: nobody has replaced the placeholder"
            .to_owned()
    } else {
        format!("the shell uses `{text}` as written: nobody has replaced the placeholder")
    };
    let finding = reporter.report(script.place(*span), message);
    finding.help("write the value; if it is a credential, write a variable that `env` reads from a Secret");
    for (span, text) in others.iter().take(5) {
        finding.related(script.place(*span), format!("`{text}` was not replaced either"));
    }
}

/// Returns the placeholders among the arguments and the values of a command, with their places.
fn in_command(command: &Command<'_>) -> Vec<(Span, String)> {
    let values = command.assignments().iter().filter(|it| !it.array).map(|it| &it.value);
    let words = values.chain(command.arguments()).filter_map(|word| Some((word.span, placeholder(word)?)));
    words.chain(in_redirections(command)).collect()
}

fn placeholder(word: &Word<'_>) -> Option<String> {
    let text = word.known_text();
    is_to_fill_in(&text).then_some(text)
}

/// Finds `-p<yourdbpass>` and `s3://<bucket>/shop`, of which the shell makes two redirections.
fn in_redirections(command: &Command<'_>) -> Option<(Span, String)> {
    let [input, output, ..] = command.redirections.as_slice() else { return None };
    let target = input.target.literal()?;
    let before = command.arguments().iter().find(|it| it.span.end == input.span.start)?.known_text();
    let is_option = before.starts_with('-') && (before.ends_with('=') || before.len() == 2);
    let is_start = before.ends_with(['/', ':', '@', '.']);
    let is_one = (input.operator, output.operator) == ("<", ">") && input.span.end == output.span.start;
    // What continues behind it shows that the name between is one part of a word.
    let continues = output.target.prefix().starts_with(['/', ':', '.']) && is_name(&target);
    let text = format!("<{target}>");
    (is_one && (is_option || is_start) && (is_in_angle_brackets(&text) || is_start && continues))
        .then_some((input.span, text))
}

fn is_name(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphabetic())
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_')
}
