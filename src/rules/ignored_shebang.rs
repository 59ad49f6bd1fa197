use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::{Flavour, Script};
use crate::text::span::Span;
use crate::value::program::{base_name, is_shell};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "ignored-shebang",
        summary: "The first line names an interpreter or options that are not used",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let Some(line) = script.text().strip_prefix("#!").and_then(|it| it.lines().next()) else { return };
    if script.source.shell.flavour == Flavour::Python {
        return;
    }
    let mut words = line.split_whitespace().map(base_name).skip_while(|it| *it == "env" || *it == "-S");
    let Some(interpreter) = words.next() else { return };
    let options = words.next().filter(|it| it.starts_with('-')).unwrap_or_default();
    let pipefail = if options.ends_with('o') && words.next() == Some("pipefail") { " pipefail" } else { "" };
    let shell = script.source.shell.name;
    let place = script.place(Span::new(0, line.len() + 2));
    if !is_shell(interpreter) {
        let others = [
            ("python", "-c"),
            ("python3", "-c"),
            ("perl", "-e"),
            ("ruby", "-e"),
            ("node", "-e"),
            ("php", "-r"),
        ];
        if let Some((_, option)) = others.iter().find(|(name, _)| *name == interpreter) {
            let message = format!(
                "the script runs in `{shell}`, not in `{interpreter}`: its first line is only a comment"
            );
            let source = &script.source;
            let is_argument = source.invocation.words.iter().any(|it| it.id == source.node.id);
            let option = if is_argument { format!(" {option}") } else { String::new() };
            reporter.report(place, message).help(format!("start the script with `{interpreter}{option}`"));
        }
        return;
    }
    let has_errexit = script.source.shell.options.errexit || script.steps.iter().any(|it| it.options.errexit);
    // Not every option of a shell is one of `set`: not `-l`, nor a long one.
    let letters: String = options.chars().filter(|it| "aefuvxC".contains(*it)).collect();
    if !options.starts_with("--") && letters.contains('e') && !has_errexit {
        let message = format!(
            "the first line is only a comment to `{shell}`: `{options}{pipefail}` is not set, and the script \
             continues when a command fails"
        );
        // Another shell may not support it, and would end the script there.
        let has_pipefail = script.source.shell.flavour == Flavour::Bash && !pipefail.is_empty();
        let rest = if has_pipefail { "o pipefail" } else { "" };
        reporter.report(place, message).help(format!("write `set -{letters}{rest}` on the next line"));
    }
}
