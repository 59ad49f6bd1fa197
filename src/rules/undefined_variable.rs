use crate::diagnostic::meta::Meta;
use std::collections::BTreeSet;

use crate::diagnostic::meta::Category;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::syntax::{Part, Word};
use crate::shell::variables::{intended_name, is_misspelled};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "undefined-variable",
        summary: "The script uses a variable that nothing sets",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    if script.env_names().is_none() {
        return;
    }
    let deleted = deleted(script);
    // More than a few mean that the script is another tool's.
    for variable in script.unset_variables(reporter.kubernetes_version()).iter().take(20) {
        let name = variable.name;
        let stops = stops_at(script, variable.span.start);
        let deletes = !stops && deleted.contains(&variable.span.start);
        if !deletes && !is_misspelled(script, name) {
            continue;
        }
        let effect = match (deletes, stops) {
            (true, _) => "`rm` deletes from the root of the file system",
            (false, true) => "`set -u` ends the script here",
            (false, false) => "the shell replaces it with an empty string",
        };
        let message = format!("neither the script nor `env` sets `{name}`: unless the image does, {effect}");
        let finding = reporter.report(script.place(variable.span), message);
        match intended_name(script, name) {
            Some(other) => finding.help(format!("did you mean `{other}`?")),
            None => finding.help(format!(
                "set `{name}` in `env`, or write `${{{name}:?}}`, which stops the script if the \
                    variable is empty or not set"
            )),
        };
    }
}

/// Whether `set -u` is on where the script uses a variable.
fn stops_at(script: &Script<'_>, at: u32) -> bool {
    let before = script.steps.iter().filter(|it| it.command.span.start <= at);
    before.max_by_key(|it| it.command.span.start).is_some_and(|it| it.options.nounset)
}

/// Returns where the arguments of `rm -r` stand that begin with a variable and continue with a slash.
fn deleted(script: &Script<'_>) -> BTreeSet<u32> {
    let commands = script.commands().iter();
    let deletes = commands.filter(|command| {
        let is_recursive =
            |word: &Word<'_>| word.prefix().starts_with('-') && word.prefix().contains(['r', 'R']);
        command.is("rm") && command.arguments().iter().any(is_recursive)
    });
    let starts = deletes.flat_map(|it| it.arguments()).filter_map(|word| match word.parts.as_slice() {
        [Part::Variable(variable), Part::Text { text, .. }, ..] if text.starts_with('/') => {
            Some(variable.span.start)
        }
        _ => None,
    });
    starts.collect()
}
