use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Style;
use crate::manifest::edit::{Edit, Safety};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::variables::is_misspelled;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-nounset",
        summary: "An unset variable counts as empty",
        category: Category::Scripts,
        severity: Severity::Info,
        confidence: Confidence::Low,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let sets_nounset =
        script.source.shell.options.nounset || script.steps.iter().any(|step| step.options.nounset);
    if sets_nounset {
        return;
    }
    let optional = script.optional_variables();
    let unset = script.unset_variables(reporter.kubernetes_version()).iter();
    let unset = unset.filter(|it| !optional.contains(it.name));
    // A typing mistake is `undefined-variable`'s.
    let unset: Vec<_> =
        unset.filter(|it| script.env_names().is_none() || !is_misspelled(script, it.name)).collect();
    let Some((first, others)) = unset.split_first() else { return };
    let name = first.name;
    let who = if script.container().env_from().is_set() {
        "neither the script nor `env` sets it, and the manifest does not show whether `envFrom` does"
    } else {
        "neither the script nor `env` sets it"
    };
    let message = format!("if `{name}` is not set, the script continues with an empty string: {who}");
    let finding = reporter.report(script.place(first.span), message);
    finding.help(format!(
        "write `set -u` at the top, or write `${{{name}:?}}`, which exits with an error if \
        the variable is unset or empty"
    ));
    let edits = match script.source.node.style() {
        Style::Literal => Edit::set_option(script, "u"),
        _ => Edit::shell_option(script.source, 'u'),
    };
    finding.fix("stop the script at an unset variable: `set -u`", Safety::Unsafe, edits);
    for it in others.iter().take(5) {
        finding.related(script.place(it.span), format!("`{}` is not certain to be set either", it.name));
    }
}
