use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::{Node, Value};
use crate::manifest::workload::Job;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::exits::ScriptExit;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "undocumented-exit-codes",
        summary: "No comment says what the script's exit codes mean",
        category: Category::Scripts,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let rules = script.container().pod.job.failure_rules();
    let listed = rules.flat_map(|rule| rule.field("onExitCodes.values").items().take(Job::MAX_EXIT_CODES));
    let listed: Vec<Value<'_>> = listed.map(Node::value).collect();
    let is_own = |exit: &&ScriptExit<'_>| {
        (2..126).contains(&exit.code) && !exit.named && !listed.contains(&Value::Int(exit.code.into()))
    };
    let exits = script.undocumented_exits();
    let own: Vec<_> = exits.iter().filter(is_own).collect();
    let Some((first, others)) = own.split_first() else { return };
    let message = format!(
        "the pod can end with exit code {}, and no comment in the script says what that means",
        first.code
    );
    let finding = reporter.report(script.place(first.command.span), message);
    finding.help(format!(
        "explain the code in a comment next to it, or give it a name, such as `EXIT_NO_INPUT={}`",
        first.code
    ));
    others.iter().filter(|it| it.code != first.code).for_each(|exit| {
        finding.related(
            script.place(exit.command.span),
            format!("no comment says what {} means either", exit.code),
        );
    });
}
