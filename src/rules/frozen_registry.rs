use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::Container;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "frozen-registry",
        summary: "The image comes from a registry that gets no more updates",
        category: Category::Resources,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        page: include_str!("../../rules/frozen-registry.md"),
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Container(check),
};

fn check(container: Container<'_>, reporter: &mut Reporter<'_>) {
    let image = container.image();
    let Some(rest) = image.text().and_then(|it| it.strip_prefix("k8s.gcr.io/")) else { return };
    let meant = format!("registry.k8s.io/{rest}");
    let finding = reporter.report(
        image,
        "the pull depends on a redirect that can end at any time: `k8s.gcr.io` has been frozen since April 2023",
    );
    finding.help(format!("write `{meant}`, the same image in the current registry"));
    if let Some(node) = image.node() {
        finding.fix(format!("write `{meant}`"), Safety::Unsafe, Edit::replace_text(node, &meant));
    }
}
