use crate::diagnostic::condition::Condition;
use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::api_client::may_use_api;
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "mounted-api-token",
        summary: "The pods get a token for the API server that they do not seem to use",
        category: Category::Security,
        severity: Severity::Info,
        confidence: Confidence::Low,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let field = pod.automount_service_account_token();
    // Vault's injected agent logs in with the token.
    let annotations = pod.job.template_annotations().node();
    let has_agent = annotations.and_then(|it| it.get("vault.hashicorp.com/agent-inject")).is_some();
    // An account of its own, and `true`, are decisions.
    if field.is_set() || has_agent || !pod.has_default_service_account() || pod.containers().any(may_use_api)
    {
        return;
    }
    let message = "every container gets a token for the API server, but none seems to use it: \
         `automountServiceAccountToken` is not set";
    let finding = reporter.report(field, message);
    finding.condition = Some(Condition::TokenMounted {
        namespace: pod.job.object.namespace().text().unwrap_or_default().into(),
    });
    finding.help("set `automountServiceAccountToken: false` in the pod's `spec`").fix(
        "set `automountServiceAccountToken: false`",
        Safety::Unsafe,
        Edit::set(field, false),
    );
}
