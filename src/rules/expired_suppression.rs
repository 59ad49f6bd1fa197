use crate::diagnostic::meta::Scope;
use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::policy::suppress::{SuppressionProblem, SuppressionProblemKind};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "expired-suppression",
        summary: "A suppression has expired",
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
    let SuppressionProblemKind::Expired(until) = problem.kind else { return };
    let message =
        format!("the suppression of `{}` ended on {until}: its findings are reported again", problem.id);
    reporter
        .report(problem.place.clone(), message)
        .help("fix the findings, or set `until` in the suppression to a later date");
}
