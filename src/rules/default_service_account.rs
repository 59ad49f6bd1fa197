use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::api_call::names_login;
use crate::facts::api_client::is_api_client;
use crate::manifest::hook::{is_rendered_by_helm, is_test};
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "default-service-account",
        summary: "Permissions granted to the pods also go to other pods in the namespace",
        category: Category::Security,
        severity: Severity::Info,
        confidence: Confidence::Low,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let mount = pod.automount_service_account_token().boolean();
    // Who needs no token has no rights to share; that it gets one is for `mounted-api-token` to say.
    let calls = |it: Container<'_>| is_api_client(it) && !names_login(it);
    let needs_token = mount != Some(false) && pod.containers().any(calls);
    // A chart has values for the name, which are empty by default.
    let object = pod.job.object.node;
    let is_for_values = is_rendered_by_helm(object) && pod.service_account_name().is_set();
    if !pod.has_default_service_account() || !needs_token || is_for_values || is_test(object) {
        return;
    }
    reporter
        .report(
            pod.service_account_name(),
            "these pods run as the `default` service account: whatever permissions are granted to it also go to every \
                other pod in the namespace that does not set `serviceAccountName`",
        )
        .help(
            "create a ServiceAccount for this Job, grant it only the permissions that the Job needs, and set it in \
            `serviceAccountName`",
        );
}
