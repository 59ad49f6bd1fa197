use crate::finding::{Confidence, Severity};
use crate::fix::{Edit, Safety};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::script::flow::{Fate, Step};
use crate::script::{Flavour, Script};

pub static RULE: Rule = Rule {
    id: "missing-pipefail",
    summary: "A pipeline succeeds though its first part fails",
    category: Category::Scripts,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/missing-pipefail.md"),
    options: &[],
    fix: Some(Safety::Unsafe),
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let matters = |step: &&Step<'_>| {
        step.fate == Fate::Piped
            && matches!(step.whole, Fate::Decides | Fate::Guarded)
            && !step.context.in_substitution
            && script.is_work(step.command)
    };
    let steps: Vec<_> = script.steps.iter().filter(matters).collect();
    let Some((first, others)) = steps.split_first() else { return };
    let last = first.pipeline.commands.last().map_or_else(String::new, |it| script.title(it));
    let name = script.title(first.command);
    let effect =
        if first.whole == Fate::Decides { "the Job counts as Complete" } else { "the script goes on" };
    let message = format!("when `{name}` fails, `{last}` decides: the pipeline succeeds and {effect}");
    let finding = reporter.report(script.name_place(first.command), message);
    finding.help(match script.source.shell.flavour {
        Flavour::Bash | Flavour::BusyBox => "write `set -o pipefail` at the top of the script",
        _ => "run the script with `bash` and `set -o pipefail`, or write to a file first: not every `sh` has `pipefail`",
    });
    if matches!(script.source.shell.flavour, Flavour::Bash | Flavour::BusyBox) {
        let edits = Edit::set_option(script, "pipefail");
        finding.fix("let every command of a pipeline count: `set -o pipefail`", Safety::Unsafe, edits);
    }
    for step in others.iter().take(5) {
        finding.related(script.name_place(step.command), "the same here");
    }
}
