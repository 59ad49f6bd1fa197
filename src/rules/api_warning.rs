use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::{Admission, Category};
use crate::diagnostic::practice::Yield;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::kubernetes::verdict::Verdict;
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};
use crate::value::quantity::Quantity;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "api-warning",
        summary: "The API server accepts the object with a warning",
        category: Category::Validity,
        severity: Severity::Warning,
        confidence: Confidence::High,
        yields_to: &[Yield::at_field("implausible-quantity")],
        admission: Admission::Never,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Verdict(check),
};

fn check(object: Object<'_>, verdict: &Verdict<'_>, reporter: &mut Reporter<'_>) {
    if !verdict.is_accepted() {
        return;
    }
    for warning in &verdict.warnings {
        let is_dropped = |(source, _): &&(&'static str, _)| warning.field.get(source).is_set();
        let dropped =
            DROPPED.iter().find(is_dropped).filter(|_| warning.text.ends_with("no sources provided"));
        let Some((source, gate)) = dropped else {
            let message = format!("the API server warns: {}", quoted(&warning.text));
            // Who names both labels of the control plane means clusters of any age.
            let is_for_all = warning.text.contains("node-role.kubernetes.io/master") && names_both(object);
            let severity = if is_for_all { Severity::Info } else { RULE.meta.severity };
            let finding = reporter.report_as(severity, warning.field.place(), message);
            if let Some((_, help)) = HELPS.iter().find(|(part, _)| warning.text.contains(part)) {
                finding.help(*help);
            } else if warning.text.contains("fractional byte value") {
                finding.help(bytes_help(warning.field.text()));
            }
            continue;
        };
        let message = format!(
            "the API server drops `{source}`, whose feature gate is off by default, and warns: {}",
            quoted(&warning.text)
        );
        reporter
            .report(warning.field.place(), message)
            .help(format!("enable the feature gate `{gate}`, or use a Secret or ConfigMap instead"));
    }
}

/// Returns what to write instead of an amount that the API server does not take for a whole number of bytes.
fn bytes_help(text: &str) -> String {
    const MEBI: i128 = 1 << 20;
    let bytes = Quantity::parse(text).map_or(0, |it| it.whole());
    match (bytes + MEBI - 1) / MEBI {
        ..=1 => "write a whole number of bytes, such as `256Mi`".to_owned(),
        // `ScaledValue` of Go has no room for more.
        mebis if mebis > 8 << 30 => "write no more than `8Pi`".to_owned(),
        mebis => format!("write a whole number of bytes, such as `{mebis}Mi`"),
    }
}

/// Returns a warning as it is, between backticks.
fn quoted(text: &str) -> String {
    format!("`{}`", text.replace('`', "'"))
}

/// Whether an object selects nodes by the new label of the control plane as well.
fn names_both(object: Object<'_>) -> bool {
    const LABEL: &str = "node-role.kubernetes.io/control-plane";
    let mut found = false;
    object.node.visit(&mut |it| found |= it.text() == Some(LABEL) || it.key() == Some(LABEL));
    found
}

/// Sources of a projected volume that the server drops by default, with the feature gates that let it keep them.
const DROPPED: &[(&str, &str)] =
    &[("podCertificate", "PodCertificateRequest"), ("clusterTrustBundle", "ClusterTrustBundleProjection")];

/// What to do about warnings that do not say it, by a part of their text.
const HELPS: &[(&str, &str)] = &[
    (
        "node-role.kubernetes.io/master",
        "replace the label with `node-role.kubernetes.io/control-plane`, or remove this term if another \
            term already has the new label",
    ),
    ("hides previous definition", "remove one of the two definitions"),
    ("duplicate ip", "put the `hostnames` of both items into one"),
    (": duplicate", "remove the duplicate"),
    ("gitRepo", "clone the repository in an init container into an `emptyDir`"),
    ("critical-pod", "remove the annotation, and set `priorityClassName` if the pods need priority"),
    ("overlapping paths", "choose different paths, none of which is inside another"),
    ("no sources provided", "add a source to the volume, or remove the volume"),
];
