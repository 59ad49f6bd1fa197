use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::Yield;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Node;
use crate::rule::{Check, Reporter, Rule};
use crate::schema::version::Version;
use crate::shell::bashisms::{Bashism, Effect, bashisms};
use crate::shell::{Flavour, Script, UnreadableCause};
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
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    report_late(script, reporter);
    // `unread-script` reports the scripts that the shell may well read.
    let Some(error) = script.error.filter(|error| error.cause == UnreadableCause::Shell) else { return };
    // `bash -O extglob`
    if script.source.invocation.words.iter().any(|it| it.text() == Some("extglob")) {
        return;
    }
    let shell = script.source.shell.name;
    let flavour = script.source.shell.flavour;
    let refuses = |it: &Bashism| matches!(it.effect, Effect::Syntax | Effect::Name) && flavour.lacks(it.lack);
    let earlier = bashisms(script).into_iter().find(refuses);
    let stops = if earlier.is_some() { "stops here at the latest" } else { "stops at this command" };
    let message = format!("`{shell}` {stops} and exits with 2: {}", error.message);
    let shared = placeholder(script, reporter.kubernetes_version());
    let finding = reporter.report(script.place(error.span), message);
    finding.help(if script.source.joined_lines().is_empty() {
        format!("correct the script; `{shell} -n` checks a script without running it")
    } else {
        "write `|` instead of `>`, which joins the script's lines into one".to_owned()
    });
    if let Some(it) = earlier {
        let shell = if flavour == Flavour::Unknown { "a plain `sh`" } else { "the `sh` of this image" };
        let what = match it.effect {
            Effect::Name => "it allows only letters, digits and `_` in the name of a function".to_owned(),
            _ => format!("it does not support {}", it.what),
        };
        finding.related(script.place(it.span), format!("{shell} already stops here: {what}"));
    }
    if let Some(node) = shared {
        finding.related(node, "the script also contains this placeholder");
    }
}

/// Bash continues after what it cannot expand.
fn report_late(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let Some((first, others)) = script.tree.late_errors.split_first() else { return };
    let message = format!("when `bash` reaches this, it cannot expand it: {}", first.message);
    let finding = reporter.report_as(Severity::Warning, script.place(first.span), message);
    finding
        .help("correct the command: `bash -n` does not find this, and without `set -e` the script continues");
    for error in others.iter().take(5) {
        finding.related(script.place(error.span), "this cannot be expanded either");
    }
}

/// Returns another field with a placeholder, such as `<name>`, that the script has too: the shell takes it for redirections.
fn placeholder<'s>(script: &Script<'s>, version: Version) -> Option<Node<'s>> {
    let is_in_script = |node: &Node<'_>| {
        let mut placeholders = node.text().into_iter().flat_map(in_angle_brackets);
        placeholders.any(|it| script.text().contains(it))
    };
    script.source.invocation.pod_context.placeholders(version).iter().copied().find(is_in_script)
}
