use crate::diagnostic::finding::{Confidence, Severity};
use crate::policy::suppress::{Mistake, MistakeKind};
use crate::rules::rule::{Category, Check, Reporter, Rule};

pub static RULE: Rule = Rule {
    id: "expired-suppression",
    summary: "A suppression has ended",
    category: Category::Suppressions,
    severity: Severity::Warning,
    confidence: Confidence::High,
    since: "0.1.0",
    page: include_str!("../../rules/expired-suppression.md"),
    check: Check::Suppression(check),
    ..Rule::DEFAULT
};

fn check(mistake: &Mistake, reporter: &mut Reporter<'_>) {
    let MistakeKind::Expired(until) = mistake.kind else { return };
    let message =
        format!("the suppression of `{}` ended with {until}: its findings are shown again", mistake.id);
    reporter
        .report(mistake.place.clone(), message)
        .help("mend the finding, or decide anew until when it can stay");
}
