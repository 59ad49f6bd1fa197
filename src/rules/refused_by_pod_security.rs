use crate::diagnostic::meta::{Admission, Category, Meta, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::kubernetes::pod_admission::Pod;
use crate::kubernetes::pod_admission::security::{Level, Policy, violations};
use crate::kubernetes::verdict::api_field::ApiField;
use crate::neighbours::facts::Facts;
use crate::neighbours::kind::Kind;
use crate::rule::fleet::{Draft, Fleet};
use crate::rule::kept_pods::{KeptPods, keep, kept_pods, root};
use crate::rule::{Check, Rule};
use crate::text::phrases::list;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "refused-by-pod-security",
        summary: "The pods of the Job violate the Pod Security Standard of the namespace",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
        page: include_str!("../../rules/refused-by-pod-security.md"),
        ..Meta::DEFAULT
    },
    check: Check::Fleet { collect: keep, check },
};

/// So many violations stand in a message.
const MAX_REASONS: usize = 6;

fn check(fleet: &Fleet) -> Vec<Draft> {
    kept_pods(fleet, &RULE.meta).iter().filter_map(|it| refusal(fleet, it)).collect()
}

fn refusal(fleet: &Fleet, kept: &KeptPods<'_>) -> Option<Draft> {
    let namespaces = fleet.neighbours.around(Kind::Namespace, kept.home);
    let [namespace] = namespaces[..] else { return None };
    let Facts::PodSecurity { enforce, version } = &namespace.facts else { return None };
    let policy = Policy::from_labels(enforce.as_deref(), version.as_deref(), kept.pods.minor);
    if policy.level == Level::Privileged {
        return None;
    }
    let template = kept.pods.template();
    let found = violations(Pod::of_template(ApiField::from(root(&template)?)), policy);
    if found.is_empty() {
        return None;
    }
    let reasons: Vec<String> = found.iter().take(MAX_REASONS).map(|it| it.reason.to_owned()).collect();
    let more = found.len() - reasons.len();
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    let details = found.iter().take(MAX_REASONS).map(|it| it.detail.as_str()).filter(|it| !it.is_empty());
    let standard = if policy.level == Level::Restricted { "restricted" } else { "baseline" };
    let message = format!(
        "{}: namespace `{}` enforces the `{standard}` Pod Security Standard, which the pods violate \
            ({}{more})",
        kept.pods.consequence(),
        namespace.name,
        list(&reasons)
    );
    let mut draft = kept.finding(None, message);
    let details = details.collect::<Vec<_>>().join("; ");
    draft.finding.help(format!(
        "change the pod template ({details}), or move the Job to a namespace that enforces less"
    ));
    let label = enforce.as_deref().unwrap_or_default();
    draft.finding.elsewhere(namespace.related(format!("`enforce: {label}`")));
    Some(draft)
}
