use crate::diagnostic::condition::Condition;
use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::{Container, Pod};
use crate::neighbours::Neighbour;
use crate::neighbours::cloud_identity::UnfilledIdentity;
use crate::neighbours::facts::Facts;
use crate::neighbours::kind::Kind;
use crate::rule::surroundings::Surroundings;
use crate::rule::{Check, Reporter, Rule};
use crate::text::word_list::has_word;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "placeholder-in-service-account",
        summary: "The ServiceAccount names a cloud identity that was never filled in",
        category: Category::Validity,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
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
    if pod.containers().any(|it| !it.env_from().is_missing() || has_own_credentials(it)) {
        return;
    }
    let message = format!(
        "the pods get no credentials from {cloud}, unless the placeholder `{placeholder}` in `{key}` of the ServiceAccount `{}` is \
         replaced before it is applied",
        account.name
    );
    let finding = reporter.report(field, message);
    finding.help(format!("write your own value in place of `{placeholder}`"));
    finding.condition = Some(Condition::NotFilledIn([value.clone()].into()));
    finding.elsewhere(account.related("this ServiceAccount has the placeholder"));
}

/// Whether a container gets a cloud's credentials from its environment, which the clouds' SDKs look at first.
fn has_own_credentials(container: Container<'_>) -> bool {
    const NAMES: &str =
        "AWS_ACCESS_KEY_ID AWS_SHARED_CREDENTIALS_FILE AZURE_CLIENT_SECRET GOOGLE_APPLICATION_CREDENTIALS";
    let mut env = container.env().items();
    env.any(|it| it.field("name").text().is_some_and(|name| has_word(NAMES, name)))
}
