use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::script::Script;
use crate::script::syntax::Variable;
use crate::script::variables::{is_given, is_guarded, is_mistake};
use crate::value::placeholder::placeholders;

pub static RULE: Rule = Rule {
    id: "missing-nounset",
    summary: "A variable that is not set counts as empty",
    category: Category::Scripts,
    severity: Severity::Info,
    confidence: Confidence::Low,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/missing-nounset.md"),
    options: &[],
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let sets_nounset =
        script.source.shell.options.nounset || script.steps.iter().any(|step| step.options.nounset);
    let Some(sets) = script.sets().filter(|_| !sets_nounset) else { return };
    // Where `${NAME}` stands in fields too, another tool fills the whole in.
    if !placeholders(script.container().pod.job.object, reporter.kubernetes_version()).is_empty() {
        return;
    }
    let env = script.env();
    let from_outside = |it: &&&Variable<'_>| {
        let name = it.name;
        // A typing mistake is `undefined-variable`'s.
        !is_guarded(it)
            && !is_given(name)
            && !sets.contains(name)
            && !script.is_in_env(name)
            && !script.checks(name)
            && (env.is_none() || !is_mistake(script, name))
    };
    let uses = script.uses();
    let Some(first) = uses.iter().find(from_outside) else { return };
    let name = first.name;
    let message = format!(
        "when `{name}` is not set the script goes on with an empty text: neither it nor `env` sets it"
    );
    let finding = reporter.report(script.place(first.span), message);
    finding.help(format!("write `set -u` at the top, or `${{{name}:?}}` where it must be set"));
    let mut seen = vec![name];
    for it in uses.iter().filter(from_outside) {
        if seen.contains(&it.name) || seen.len() > 5 {
            continue;
        }
        seen.push(it.name);
        finding.related(script.place(it.span), format!("nor `{}`", it.name));
    }
}
