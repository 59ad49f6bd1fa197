use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::practice::Practice;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::loops::Condition;
use crate::time::deadline::{is_effective, why_ineffective};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "endless-wait",
        summary: "The script can wait forever for something that never happens",
        category: Category::Lifetime,
        severity: Severity::Warning,
        confidence: Confidence::High,
        practice: Some(Practice::Deadline),
        since: "0.1.0",
        page: include_str!("../../rules/endless-wait.md"),
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let pod = script.container().pod;
    let deadline = pod.job.active_deadline_seconds();
    if is_effective(deadline) || is_effective(pod.active_deadline_seconds()) {
        return;
    }
    let loops: Vec<_> = script.endless_loops().into_iter().filter(|it| it.is_wait).collect();
    let Some((first, others)) = loops.split_first() else { return };
    let cause = match first.condition {
        Condition::Fails => format!("if `{}` never succeeds", script.title(first.command)),
        Condition::Succeeds => format!("if `{}` keeps succeeding", script.title(first.command)),
        Condition::Untrue(test) => format!("if `{}` never becomes true", script.excerpt(test)),
        Condition::True(test) => format!("if `{}` stays true", script.excerpt(test)),
    };
    let message =
        format!("{cause}, the Job waits forever: nothing limits the loop, and {}", why_ineffective(deadline));
    let finding = reporter.report(script.place(first.keyword), message);
    finding.help(
        "set the Job's `activeDeadlineSeconds`, or count the attempts and `exit 1` after the last \
        one",
    );
    others.iter().for_each(|endless| {
        finding.related(script.place(endless.keyword), "this loop can wait forever too");
    });
}
