use crate::diagnostic::meta::Scope;
use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::policy::suppress::{SuppressionProblem, SuppressionProblemKind};
use crate::rule::{Check, Reporter, Rule};

pub(crate) static RULE: Rule = Rule {
    meta: Meta {
        id: "suppression-without-reason",
        summary: "A suppression gives no reason",
        category: Category::Suppressions,
        severity: Severity::Info,
        confidence: Confidence::High,
        scope: Scope::Suppression,
        since: "0.1.0",
        page: include_str!("../../rules/suppression-without-reason.md"),
        ..Meta::DEFAULT
    },
    check: Check::Suppression(check),
};

fn check(problem: &SuppressionProblem, reporter: &mut Reporter<'_>) {
    if problem.kind == SuppressionProblemKind::WithoutReason {
        let message = format!(
            "nobody can tell whether the suppression of `{}` is still right: it gives no reason",
            problem.id
        );
        reporter.report(problem.place.clone(), message).help(
            "write the reason after the `]` of the comment, or after the rule and a colon in the annotation",
        );
    }
}
