use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::practice::Yield;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Node;
use crate::rule::{Check, Reporter, Rule};
use crate::schema::version::Version;
use crate::shell::{Flavour, Script, ScriptError, UnreadableCause};
use crate::text::placeholder::in_angle_brackets;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "script-syntax-error",
        summary: "The shell cannot parse the script",
        category: Category::Scripts,
        severity: Severity::Error,
        confidence: Confidence::High,
        yields_to: &[Yield::at_field("unsubstituted-placeholder")],
        since: "0.1.0",
        page: include_str!("../../rules/script-syntax-error.md"),
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    // `unread-script` reports the scripts that the shell may well read.
    let Some(error) = script.error.filter(|error| error.cause == UnreadableCause::Shell) else { return };
    // `bash -O extglob`
    if script.source.invocation.words.iter().any(|it| it.text() == Some("extglob")) {
        return;
    }
    let shell = script.source.shell.name;
    let shared = placeholder(script, reporter.kubernetes_version());
    let place = script.place(error.span);
    let finding = if script.source.shell.flavour == Flavour::Bash && is_in_backquotes(script.text(), error) {
        let message = format!("Bash continues with nothing in place of this `` `…` ``: {}", error.message);
        reporter.report_as(Severity::Warning, place, message)
    } else {
        let message = format!("`{shell}` stops at this command and exits with 2: {}", error.message);
        reporter.report(place, message)
    };
    finding.help(if script.source.joined_lines().is_empty() {
        format!("correct the script; `{shell} -n` checks a script without running it")
    } else {
        "write `|` instead of `>`, which joins the script's lines into one".to_owned()
    });
    if let Some(node) = shared {
        finding.related(node, "the script also contains this placeholder");
    }
}

/// Whether an error stands between backquotes, which Bash parses only when it comes to them.
fn is_in_backquotes(text: &str, error: &ScriptError) -> bool {
    let before = &text[..(error.span.start as usize).min(text.len())];
    let count = |part: &str| part.matches('`').count() - part.matches("\\`").count();
    count(before) % 2 == 1 && count(text).is_multiple_of(2)
}

/// Returns another field with a placeholder, such as `<name>`, that the script has too: the shell takes it for redirections.
fn placeholder<'s>(script: &Script<'s>, version: Version) -> Option<Node<'s>> {
    let is_in_script = |node: &Node<'_>| {
        let mut placeholders = node.text().into_iter().flat_map(in_angle_brackets);
        placeholders.any(|it| script.text().contains(it))
    };
    script.source.invocation.pod_context.placeholders(version).iter().copied().find(is_in_script)
}
