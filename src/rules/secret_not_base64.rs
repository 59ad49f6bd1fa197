use std::collections::BTreeSet;

use crate::diagnostic::meta::{Admission, Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::mounted_script::ConfigMaps;
use crate::facts::unfilled_secret::undecodable_key;
use crate::manifest::workload::Pod;
use crate::neighbours::kind::Kind;
use crate::neighbours::references::references;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "secret-not-base64",
        summary: "The API server rejects a Secret in the same file",
        category: Category::Validity,
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
    let namespace = pod.job.object.namespace().text();
    let mut seen = BTreeSet::new();
    for reference in references(pod).into_iter().filter(|it| it.kind == Kind::Secret) {
        let name = reference.name;
        let Some(secret) = maps.secret(name, namespace).filter(|_| seen.insert(name)) else { continue };
        let Some(key) = undecodable_key(secret) else { continue };
        let message = format!(
            "the API server rejects the Secret `{name}`, which is in the same file: the value of `data.{key}` is not base64"
        );
        reporter.report(reference.name_node(), message).help(
            "create the Secret from a source that is not in the repository, and remove it from this file; text that is not a credential \
             can stay, under `stringData`",
        );
    }
}
