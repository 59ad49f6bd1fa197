use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::place::Place;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unconfined-apparmor",
        summary: "A container runs without the AppArmor profile of its runtime",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

/// The annotation of old, which the API server still turns into the field; a container's name follows.
const ANNOTATION: &str = "container.apparmor.security.beta.kubernetes.io/";

/// What a field says, and what to write instead.
const FIELD: (&str, &str) = (
    "its profile is `Unconfined`",
    "remove `appArmorProfile`, or set its `type` to `RuntimeDefault`, or to `Localhost` with a profile of your own",
);

/// What an annotation says, and what to write instead.
const OLD: (&str, &str) = (
    "its annotation is `unconfined`",
    "remove the annotation; to choose a profile, set `securityContext.appArmorProfile.type` to \
    `RuntimeDefault`, or to `Localhost` with a profile of your own",
);

/// The same for Kubernetes 1.29, which has no field for it.
const OLDER: (&str, &str) = (
    "its annotation is `unconfined`",
    "remove the annotation, or set it to `runtime/default`, or to `localhost/` and the name of a profile of your own",
);

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    if pod.is_windows() {
        return;
    }
    let fields = pod.deciding("securityContext.appArmorProfile.type", |it| !it.is_privileged());
    // Kubernetes 1.29 has no such field: `unknown-field`.
    let has_field = reporter.kubernetes_version().minor >= 30;
    let fields = fields.iter().filter(|it| has_field && it.field.is("Unconfined"));
    let fields = fields.map(|it| (it.first.title(), Place::from(it.field), it.heirs().collect(), FIELD));
    // A privileged container is unconfined in any case, and `privileged-container` reports it.
    let is_privileged =
        |name: &str| pod.containers().any(|it| it.name().text() == Some(name) && it.is_privileged());
    let annotations = pod.job.template_annotations().entries();
    let annotations = annotations
        .filter(|entry| entry.key.starts_with(ANNOTATION) && entry.value.text() == Some("unconfined"))
        .filter(|entry| !is_privileged(&entry.key[ANNOTATION.len()..]))
        .map(|entry| {
            (
                &entry.key[ANNOTATION.len()..],
                entry.value.into(),
                Vec::new(),
                if has_field { OLD } else { OLDER },
            )
        });
    let mut found = fields.chain(annotations);
    let Some((name, place, containers, (cause, help))) = found.next() else { return };
    let message = format!("`{name}` runs without AppArmor confinement: {cause}");
    let finding = reporter.report(place, message);
    finding.help(help).affects(containers);
    for (_, place, containers, _) in found {
        finding.related(place, "unconfined here too").affects(containers);
    }
}
