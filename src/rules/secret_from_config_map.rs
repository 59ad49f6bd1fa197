use crate::diagnostic::meta::{Category, Meta};
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
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    whole_config_maps(pod, reporter);
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
        finding.help("keep the value in a Secret, refer to it with `valueFrom.secretKeyRef`, and rotate it if it is a credential");
        rest.retain(|&other| {
            let is_same = (source(other), key(other)) == (source(first), key(first));
            if is_same {
                finding.related(other.field("valueFrom.configMapKeyRef.key"), "the same key is used here");
            }
            !is_same
        });
    }
}

/// Reports a ConfigMap all of whose keys become variables, and whose name says that they are credentials.
fn whole_config_maps(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let names: Vec<_> = pod
        .containers()
        .flat_map(|it| it.env_from().items())
        .map(|it| it.field("configMapRef.name"))
        .filter(|it| it.text().is_some_and(names_secrets))
        .collect();
    for (index, field) in names.iter().enumerate() {
        let name = field.text().unwrap_or_default();
        if names[..index].iter().any(|it| it.is(name)) {
            continue;
        }
        let message = format!(
            "everyone who can read ConfigMaps can read the variables from `{name}`, whose name says that they are secret"
        );
        let finding = reporter.report(*field, message);
        finding.help("keep the values in a Secret, and list those that the program needs in `env`, with `valueFrom.secretKeyRef`");
        for other in names[index + 1..].iter().filter(|it| it.is(name)) {
            finding.related(*other, "the same ConfigMap is used here");
        }
    }
}

/// Whether the name of a ConfigMap says that it holds credentials: `db-credentials`, `app-secrets`.
fn names_secrets(name: &str) -> bool {
    let last = name.rsplit(['-', '.']).next().unwrap_or_default();
    matches!(last, "credentials" | "creds" | "secret" | "secrets" | "password" | "passwords" | "tokens")
}

/// Whether a variable promises a secret, and the key of the ConfigMap does not say that it is something else.
fn is_secret(entry: &Node<'_>) -> bool {
    let Some(key) = entry.field("valueFrom.configMapKeyRef.key").text() else { return false };
    let name = entry.field("name").text();
    is_about_secret(key) && name.is_some_and(|name| promise(name).is_some())
}
