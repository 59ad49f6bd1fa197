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
        let id = &problem.id;
        // A comment has the place of the object.
        let help = if problem.place.path.contains("annotations") {
            format!("write the reason after the rule and a colon: `{id}: the reason`")
        } else {
            // The brackets can have other rules and dates in them.
            "write the reason after the `]`: `# batchlint: ignore[…] the reason`".to_owned()
        };
        reporter.report(problem.place.clone(), message).help(help);
    }
}
