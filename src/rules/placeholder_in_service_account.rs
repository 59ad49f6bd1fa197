use crate::diagnostic::condition::Condition;
use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Pod;
use crate::neighbours::Neighbour;
use crate::neighbours::cloud_identity::UnfilledIdentity;
use crate::neighbours::facts::Facts;
use crate::neighbours::kind::Kind;
use crate::rule::surroundings::Surroundings;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "placeholder-in-service-account",
        summary: "The ServiceAccount names a cloud identity that was never filled in",
        category: Category::Validity,
        severity: Severity::Warning,
        confidence: Confidence::High,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
        page: include_str!("../../rules/placeholder-in-service-account.md"),
        ..Meta::DEFAULT
    },
    check: Check::Neighbours { concerns, check },
};

fn concerns(around: &Surroundings<'_>) -> bool {
    let mut names = around.facts.names.iter().filter(|(kind, _)| *kind == Kind::ServiceAccount);
    names.any(|(_, name)| unfilled(around, name).is_some())
}

/// Returns the only ServiceAccount of a name, if a cloud cannot know its identity.
fn unfilled<'n>(around: &Surroundings<'n>, name: &str) -> Option<(&'n Neighbour, &'n UnfilledIdentity)> {
    let [account] = around.named(Kind::ServiceAccount, name)[..] else { return None };
    match &account.facts {
        Facts::ServiceAccount { identity: Some(identity), .. } => Some((account, identity)),
        _ => None,
    }
}

fn check(pod: Pod<'_>, around: &Surroundings<'_>, reporter: &mut Reporter<'_>) {
    let field = pod.account();
    let Some((account, identity)) = field.text().and_then(|name| unfilled(around, name)) else { return };
    let UnfilledIdentity { cloud, key, placeholder, value } = identity;
    let message = format!(
        "the pods get no credentials from {cloud}: the placeholder `{placeholder}` in `{key}` of the ServiceAccount `{}` was not replaced",
        account.name
    );
    let finding = reporter.report(field, message);
    finding.help(format!("write your own value in place of `{placeholder}`"));
    finding.condition = Some(Condition::NotFilledIn([value.clone()].into()));
    finding.elsewhere(account.related("this ServiceAccount has the placeholder"));
}
