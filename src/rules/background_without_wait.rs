use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::script::Script;
use crate::script::flow::{Fate, Step};
use crate::script::syntax::Kind;

pub static RULE: Rule = Rule {
    id: "background-without-wait",
    summary: "The script ends while its work still runs",
    category: Category::Scripts,
    severity: Severity::Warning,
    confidence: Confidence::High,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/background-without-wait.md"),
    options: &[],
    fix: None,
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let waits = script.commands().iter().any(|it| it.is("wait") || it.is("fg") || it.is("exec"));
    let work = |step: &&Step<'_>| script.is_work(step.command) && !step.context.in_function;
    let start = |step: &Step<'_>| step.command.span.start;
    let foreground =
        script.steps.iter().filter(work).filter(|it| it.whole != Fate::Background).map(start).max();
    let late =
        |step: &&Step<'_>| step.whole == Fate::Background && foreground.is_none_or(|it| it < start(step));
    let stays = script
        .commands()
        .iter()
        .any(|it| matches!(it.kind, Kind::Loop { .. }) || it.is("tail") || it.is("sleep"));
    let steps: Vec<_> = script.steps.iter().filter(work).filter(late).collect();
    let Some((first, others)) = steps.split_first().filter(|_| !waits && !stays) else { return };
    let name = script.title(first.command);
    let message = format!(
        "the script ends while `{name}` runs in the background: the container stops it, and its failure is lost"
    );
    let finding = reporter.report(script.name_place(first.command), message);
    finding.help("leave the `&` out, or `wait` for it at the end: `wait $!` has its status");
    others.iter().for_each(|step| {
        finding.related(script.name_place(step.command), "this one too");
    });
}
