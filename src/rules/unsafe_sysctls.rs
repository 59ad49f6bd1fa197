use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::kubernetes::pod_admission::security::baseline::is_safe_sysctl;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unsafe-sysctls",
        summary: "The pods set kernel parameters that nodes reject by default",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let values = pod.sysctls().items().filter_map(|sysctl| sysctl.get("value"));
    for value in values.filter(|it| it.text().is_some_and(|text| text.contains('+'))) {
        let message = "CRI-O without the fix for CVE-2022-0811 treats what follows the `+` in this value as further kernel \
            parameters of the node";
        reporter.report(value, message).help("remove the `+` and what follows it");
    }
    let minor = reporter.kubernetes_version().minor;
    let is_safe = |name: &str| is_safe_sysctl(&name.replace('/', "."), minor);
    let names = pod.sysctls().items().filter_map(|sysctl| sysctl.get("name"));
    let mut found = names.filter(|name| name.text().is_some_and(|name| !is_safe(name)));
    let Some(first) = found.next() else { return };
    let name = first.text().unwrap_or_default();
    let message = format!(
        "a pod that lands on a node whose kubelet does not allow `{name}` fails with `SysctlForbidden`, and \
            the Job counts it as a failed pod"
    );
    let finding = reporter.report(first, message);
    finding.help(
        "remove the sysctl, or schedule the pods on nodes whose kubelet lists it in \
        `allowedUnsafeSysctls`",
    );
    for name in found {
        finding.related(name, "kubelets do not allow this one by default either");
    }
}
