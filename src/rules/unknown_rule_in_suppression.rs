use crate::diagnostic::meta::Scope;
use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::policy::suppress::{SuppressionProblem, SuppressionProblemKind};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unknown-rule-in-suppression",
        summary: "A suppression names an unknown rule, or cannot be parsed",
        category: Category::Suppressions,
        severity: Severity::Warning,
        confidence: Confidence::High,
        scope: Scope::Suppression,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Suppression(check),
};

fn check(problem: &SuppressionProblem, reporter: &mut Reporter<'_>) {
    let (message, help) = match problem.kind {
        SuppressionProblemKind::UnknownRule(nearest) => (
            format!("`{}` suppresses nothing: there is no such rule", problem.id),
            nearest
                .map_or("run `batchlint rules` for a list".to_owned(), |id| format!("did you mean `{id}`?")),
        ),
        SuppressionProblemKind::Unreadable(why) => {
            // The others that stand in it are read.
            let of = if problem.id.is_empty() { String::new() } else { format!(" of `{}`", problem.id) };
            (format!("the suppression{of} cannot be parsed and hides nothing"), why.to_owned())
        }
        _ => return,
    };
    reporter.report(problem.place.clone(), message).help(help);
}
