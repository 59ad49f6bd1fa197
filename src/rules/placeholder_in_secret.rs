use crate::diagnostic::meta::{Admission, Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::mounted_script::ConfigMaps;
use crate::facts::unfilled_secret::{UnfilledSecret, unfilled_secrets};
use crate::manifest::hook::is_rendered_by_helm;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "placeholder-in-secret",
        summary: "A Secret in the same file still contains a placeholder",
        category: Category::Secrets,
        severity: Severity::Warning,
        confidence: Confidence::High,
        // A review has no Secret.
        admission: Admission::Never,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::ConfigMaps(check),
};

fn check(pod: Pod<'_>, maps: &ConfigMaps<'_>, reporter: &mut Reporter<'_>) {
    // Helm fills in the values of whoever installs the chart.
    if is_rendered_by_helm(pod.job.object.node) {
        return;
    }
    for UnfilledSecret { source, key, is_rejected } in unfilled_secrets(pod, maps) {
        let name = source.text().unwrap_or_default();
        let message = if is_rejected {
            format!(
                "the API server rejects the Secret `{name}`, which is in the same file: the placeholder in `data.{key}` is not base64, \
                 and nobody has replaced it"
            )
        } else {
            format!(
                "the program gets a placeholder from `{key}` of the Secret `{name}`, which is in the same file: nobody has replaced it"
            )
        };
        let finding = reporter.report(source, message);
        finding.help(
            "create the Secret from a source that is not in the repository, and remove it from this file",
        );
    }
}
