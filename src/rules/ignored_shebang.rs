use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::{Flavour, Script};
use crate::text::span::Span;
use crate::value::program::{base_name, is_shell};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "ignored-shebang",
        summary: "The first line names another interpreter, or options, that do not count",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        page: include_str!("../../rules/ignored-shebang.md"),
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
    let shell = script.source.shell.name;
    let place = script.place(Span::new(0, line.len() + 2));
    if !is_shell(interpreter) {
        let others = ["python", "python3", "perl", "ruby", "node", "php"];
        if others.contains(&interpreter) {
            let message =
                format!("`{shell}` reads this script, not `{interpreter}`: the first line is a comment here");
            let help = format!(
                "start it with `{interpreter}` and the option that takes a program, such as `-c` or `-e`"
            );
            reporter.report(place, message).help(help);
        }
        return;
    }
    let has_errexit = script.source.shell.options.errexit || script.steps.iter().any(|it| it.options.errexit);
    if options.contains('e') && !has_errexit {
        let message = format!(
            "`{shell}` reads the first line as a comment: `{options}` is not set, and the script continues when a command fails"
        );
        reporter.report(place, message).help("write `set -e` on the next line");
    }
}
