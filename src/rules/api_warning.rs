use super::implausible_quantity;
use crate::finding::{Confidence, Severity};
use crate::kubernetes::verdict::Verdict;
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::workload::Object;

pub static RULE: Rule = Rule {
    id: "api-warning",
    summary: "The API server takes the object and warns",
    category: Category::Validity,
    severity: Severity::Warning,
    confidence: Confidence::High,
    admission: Admission::Never,
    since: "0.1.0",
    page: include_str!("../../rules/api-warning.md"),
    check: Check::Verdict(check),
    ..Rule::DEFAULT
};

fn check(_: Object<'_>, verdict: &Verdict<'_>, reporter: &mut Reporter<'_>) {
    if !verdict.is_accepted() {
        return;
    }
    let says_amounts = reporter.is_on(&implausible_quantity::RULE);
    for warning in &verdict.warnings {
        // `implausible-quantity` says of `500m` of memory what it amounts to.
        if says_amounts && warning.at.node().is_some_and(implausible_quantity::is_implausible) {
            continue;
        }
        reporter.report(warning.at.place(), format!("the API server warns: {}", warning.text));
    }
}
