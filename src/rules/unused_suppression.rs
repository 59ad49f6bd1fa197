use crate::diagnostic::meta::Scope;
use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::Safety;
use crate::policy::suppress::{SuppressionProblem, SuppressionProblemKind};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unused-suppression",
        summary: "A suppression suppresses nothing, or is not allowed",
        category: Category::Suppressions,
        severity: Severity::Warning,
        confidence: Confidence::High,
        scope: Scope::Suppression,
        since: "0.1.0",
        fix: Some(Safety::Safe),
        ..Meta::DEFAULT
    },
    check: Check::Suppression(check),
};

fn check(problem: &SuppressionProblem, reporter: &mut Reporter<'_>) {
    let message = match problem.kind {
        SuppressionProblemKind::Unused => {
            format!("`{}` has no finding here: the suppression hides nothing", problem.id)
        }
        SuppressionProblemKind::Forbidden => {
            format!(
                "the configuration does not allow `{}` to be suppressed: its findings are reported all the same",
                problem.id
            )
        }
        _ => return,
    };
    let finding = reporter.report(problem.place.clone(), message);
    finding.help("remove the suppression");
    if let Some((safety, edits)) = problem.removal.clone() {
        finding.fix(format!("remove the suppression of `{}`", problem.id), safety, edits);
    }
}
