use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::api_call::callers;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-api-token",
        summary: "A container calls the API server, but the pod gets no token",
        category: Category::Failure,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Scripts(check),
};

fn check(pod: Pod<'_>, scripts: &[&Script<'_>], reporter: &mut Reporter<'_>) {
    let field = pod.automount_service_account_token();
    if field.boolean() != Some(false) || pod.host_network().boolean() == Some(true) {
        return;
    }
    let mut clients = callers(pod, scripts);
    let Some((container, program)) = clients.next() else { return };
    let message = format!(
        "`{program}` in `{}` cannot log in to the API server: the pod gets no token, and `{program}` has no \
         other credentials",
        container.title()
    );
    let finding = reporter.report(field, message);
    finding.help(
        "remove `automountServiceAccountToken: false`, or mount a `projected` volume with `token`, `ca.crt` and \
            `namespace` at `/var/run/secrets/kubernetes.io/serviceaccount` in this container only",
    );
    finding.affects([container.node]);
    for (other, _) in clients {
        finding.related(other.node, "calls the API server too");
    }
}
