use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "whole-secret-in-env",
        summary: "Every key of a Secret becomes an environment variable",
        category: Category::Secrets,
        severity: Severity::Info,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let mut sources = pod.containers().flat_map(|container| {
        let names = container.env_from().items().map(|source| source.field("secretRef.name"));
        names.filter(|name| name.is_set()).map(move |name| (container, name))
    });
    let Some((container, name)) = sources.next() else { return };
    let (title, secret) = (container.title(), name.text().unwrap_or_default());
    let finding = reporter.report(
        name,
        format!(
            "all keys of the Secret `{secret}`, including keys added later, are in the environment of \
                `{title}` and of every process it starts"
        ),
    );
    finding.help(
        "remove the `secretRef`, and list the keys that the program needs in `env`, with `valueFrom.secretKeyRef`, or \
         mount the Secret as files",
    );
    for (container, name) in sources {
        let secret = name.text().unwrap_or_default();
        finding.related(
            name,
            format!(
                "all keys of `{secret}` are in the environment of \
            `{}`",
                container.title()
            ),
        );
    }
}
