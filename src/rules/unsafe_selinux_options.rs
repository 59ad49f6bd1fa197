use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Node;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unsafe-selinux-options",
        summary: "SELinux confines a container less than usual",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

/// The types for containers that the Pod Security Standard `baseline` knows.
const CONFINED: &[&str] = &["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    if pod.is_windows() {
        return;
    }
    // A privileged container is not confined either way.
    let options = pod.deciding("securityContext.seLinuxOptions", |it| !it.is_privileged());
    let mut found = options.into_iter().filter_map(|it| {
        let mut options = unsafe_options(it.field.node()?).into_iter();
        Some((it.first, options.next()?, options.chain(it.heirs().collect::<Vec<_>>())))
    });
    let Some((first, option, others)) = found.next() else { return };
    let (key, value) = (option.key().unwrap_or_default(), option.text().unwrap_or_default());
    let effect = match (key, value) {
        ("type", "spc_t") => "is not confined by SELinux, even on nodes that enforce it",
        ("type", _) => "runs under SELinux rules other than those for containers, or under none at all",
        // The rules for containers go by the type.
        _ => "gets options for SELinux that the `baseline` Pod Security Standard forbids",
    };
    let message = format!("`{}` {effect}: `{key}` is `{value}`", first.title());
    let finding = reporter.report(option, message);
    finding.affects(others);
    finding.help("remove `type`, `user` and `role` from `seLinuxOptions`; `level` can stay");
    for (_, option, others) in found {
        finding.related(option, "these options apply to this container too").affects(others);
    }
}

/// Returns the options that leave the rules for containers, the type first.
fn unsafe_options(options: Node<'_>) -> Vec<Node<'_>> {
    let is_unsafe =
        |key: &str, text: &str| if key == "type" { !CONFINED.contains(&text) } else { !text.is_empty() };
    let found = ["type", "user", "role"].into_iter().filter_map(|key| Some((key, options.get(key)?)));
    found.filter(|(key, it)| it.text().is_some_and(|text| is_unsafe(key, text))).map(|(_, it)| it).collect()
}
