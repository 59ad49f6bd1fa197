use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::{Kind, Object};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "removed-api-version",
        summary: "No supported Kubernetes version serves this API version",
        category: Category::Validity,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        fix: Some(Safety::Safe),
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

/// What no supported minor serves, with the one that removed it where there is a record of that.
const REMOVED: &[(&str, Kind, Option<u8>)] = &[
    ("batch/v1beta1", Kind::CronJob, Some(25)),
    ("batch/v1beta1", Kind::Job, None),
    ("batch/v2alpha1", Kind::CronJob, Some(21)),
    ("batch/v2alpha1", Kind::Job, None),
    ("extensions/v1beta1", Kind::CronJob, None),
    ("extensions/v1beta1", Kind::Job, Some(6)),
];

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    let (api_version, kind) = (object.api_version(), object.kind_name());
    let minor = reporter.kubernetes_version().minor;
    let removed = REMOVED.iter().find(|(version, kind, since)| {
        api_version.is(version) && object.kind == *kind && since.is_none_or(|since| since <= minor)
    });
    let Some((version, _, since)) = removed.filter(|_| !object.is_partial()) else { return };
    let why = match since {
        Some(since) => format!("Kubernetes has not served `{version}` {kind}s since 1.{since}"),
        None => format!("no supported Kubernetes version serves `{version}` {kind}s"),
    };
    let finding = reporter.report(api_version, format!("the API server rejects the {kind}: {why}"));
    // The other ones had other fields.
    let is_same = *version == "batch/v1beta1" && object.kind == Kind::CronJob;
    finding.help(if is_same { "write `batch/v1`, which has the same fields" } else { "write `batch/v1`" });
    if let Some(node) = api_version.node() {
        let safety = if is_same { Safety::Safe } else { Safety::Unsafe };
        finding.fix("write `batch/v1`", safety, Edit::replace_text(node, "batch/v1"));
    }
}
