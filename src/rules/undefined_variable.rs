use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::script::Script;
use crate::script::syntax::{Part, Word};
use crate::script::variables::{is_given, is_guarded, is_mistake, meant};
use crate::span::Span;
use crate::value::placeholder::placeholders;

pub static RULE: Rule = Rule {
    id: "undefined-variable",
    summary: "The script uses a variable that nothing sets",
    category: Category::Scripts,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/undefined-variable.md"),
    options: &[],
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let (Some(sets), Some(_)) = (script.sets(), script.env()) else { return };
    // Where `${NAME}` stands in fields too, another tool fills the whole in.
    if !placeholders(script.container().pod.job.object, reporter.kubernetes_version()).is_empty() {
        return;
    }
    let deleted = deleted(script);
    let mut seen: Vec<&str> = Vec::new();
    for variable in script.uses() {
        let name = variable.name;
        let is_set = sets.contains(name) || script.is_in_env(name) || is_given(name) || is_guarded(variable);
        if is_set || seen.contains(&name) || script.checks(name) {
            continue;
        }
        let deletes = deleted.iter().any(|it| it.contains(variable.span));
        if !deletes && !is_mistake(script, name) {
            continue;
        }
        seen.push(name);
        let effect = if deletes {
            "`rm` starts from the root of the file system"
        } else {
            "the shell takes it for empty"
        };
        let message = format!("nothing sets `{name}`, neither the script nor `env`: {effect}");
        let finding = reporter.report(script.place(variable.span), message);
        match meant(script, name) {
            Some(other) => finding.help(format!("did you mean `{other}`?")),
            None => finding.help(format!(
                "set it in `env`, or write `${{{name}:?}}` so that the script ends where it is missing"
            )),
        };
    }
}

/// Returns the arguments of `rm -r` that begin with a variable and go on with a slash.
fn deleted(script: &Script<'_>) -> Vec<Span> {
    let commands = script.commands();
    let deletes = commands.iter().filter(|it| {
        it.is("rm")
            && it
                .arguments()
                .iter()
                .any(|word| word.prefix().starts_with('-') && word.prefix().contains(['r', 'R']))
    });
    let at_root = |word: &&Word<'_>| matches!(word.parts.as_slice(), [Part::Variable(_), Part::Text { text, .. }, ..] if text.starts_with('/'));
    deletes.flat_map(|it| it.arguments()).filter(at_root).map(|word| word.span).collect()
}
