use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::client_errors::{Input, LenientClient, hidden_errors};
use crate::shell::step::{Fate, Step};
use crate::shell::{Invocation, Script};
use crate::value::program::base_name;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unchecked-client-errors",
        summary: "A database client succeeds even when the server returns an error",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

fn check(invocation: &Invocation<'_>, script: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    // A file of SQL may turn it on, and so may the file that psql reads first.
    let source = &invocation.container.node.document.source.text;
    let is_set_elsewhere =
        || ["\\set ON_ERROR_STOP", "psqlrc", "PSQLRC"].iter().any(|it| source.contains(it));
    let fails = |found: &&LenientClient| !(found.option.contains("ON_ERROR_STOP") && is_set_elsewhere());
    if let Some(script) = script {
        let found = |step: &Step<'_>| hides_errors(script, step).filter(fails);
        let mut calls = script.steps.iter().filter_map(|it| Some((it, found(it)?)));
        let Some((first, client)) = calls.next() else { return };
        let effect = match first.fate {
            Fate::Decides if !first.context.in_condition => script.source.effect_of_success(),
            _ => "the script continues as if it had succeeded",
        };
        let finding =
            reporter.report(script.name_place(first.command), format!("{}, and {effect}", client.fact));
        finding.help(client.help);
        let mut edits = Vec::new();
        for (number, (step, client)) in [(first, client)].into_iter().chain(calls).enumerate() {
            if number > 0 {
                finding.related(script.name_place(step.command), "does not notice errors either");
            }
            let option = client.option.replace("--set=", "-v ");
            let word = step.command.words().first();
            edits.extend(
                word.map(|it| Edit::insert_in_script(script.source, it.span, &format!(" {option}"), false)),
            );
        }
        finding.fix("make the client fail on errors", Safety::Unsafe, Edit::all(edits));
        return;
    }
    let at = invocation.program();
    let words: Vec<&str> = (at..invocation.words.len()).filter_map(|it| invocation.word(it)).collect();
    let Some((program, arguments)) = words.split_first() else { return };
    let Some(client) = hidden_errors(base_name(program), arguments, &Input::Nothing).filter(fails) else {
        return;
    };
    let message = format!("{}, and {}", client.fact, invocation.effect_of_success());
    let finding = reporter.report(invocation.words[at], message);
    finding.help(client.help);
    if let Some(next) = invocation.words.get(at + 1) {
        finding.fix(
            "make the client fail on errors",
            Safety::Unsafe,
            Edit::insert_item(*next, client.option),
        );
    }
}

/// Returns the client of a step whose status counts although it is 0 after an error.
fn hides_errors(script: &Script<'_>, step: &Step<'_>) -> Option<&'static LenientClient> {
    let counts = matches!(step.fate, Fate::Decides | Fate::Guarded | Fate::Skips | Fate::Checked);
    script.lenient_client(step).filter(|_| counts)
}
