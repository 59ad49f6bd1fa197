use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::secret::promise::{is_about_secret, promise};
use crate::manifest::document::Node;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "secret-from-config-map",
        summary: "A variable that should be secret comes from a ConfigMap",
        category: Category::Secrets,
        severity: Severity::Warning,
        confidence: Confidence::Low,
        since: "0.1.0",
        page: include_str!("../../rules/secret-from-config-map.md"),
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let mut rest: Vec<Node<'_>> =
        pod.containers().flat_map(|it| it.env().items()).filter(is_secret).collect();
    while !rest.is_empty() {
        let first = rest.remove(0);
        let source = |entry: Node<'_>| {
            entry.field("valueFrom.configMapKeyRef.name").text().unwrap_or_default().to_owned()
        };
        let key = |entry: Node<'_>| {
            entry.field("valueFrom.configMapKeyRef.key").text().unwrap_or_default().to_owned()
        };
        let name = first.field("name").text().unwrap_or_default();
        let finding = reporter.report(
            first.field("valueFrom.configMapKeyRef.key"),
            format!(
                "everyone who can read ConfigMaps can read the value of `{name}`: it comes from the \
                ConfigMap `{}`",
                source(first)
            ),
        );
        finding.help("keep the value in a Secret and refer to it with `valueFrom.secretKeyRef`");
        rest.retain(|&other| {
            let is_same = (source(other), key(other)) == (source(first), key(first));
            if is_same {
                finding.related(other.field("valueFrom.configMapKeyRef.key"), "the same key is used here");
            }
            !is_same
        });
    }
}

/// Whether a variable promises a secret, and the key of the ConfigMap does not say that it is something else.
fn is_secret(entry: &Node<'_>) -> bool {
    let Some(key) = entry.field("valueFrom.configMapKeyRef.key").text() else { return false };
    let name = entry.field("name").text();
    is_about_secret(key) && name.is_some_and(|name| promise(name).is_some())
}
